import { describe, expect, it } from 'vitest'
import type { NetworkInterface } from '../../peer-to-peer/node/index.ts'
import { networkView } from './network.ts'

const face = (
  name: string,
  kind: NetworkInterface['kind'],
  address: string,
  excluded = false,
): NetworkInterface => ({
  name,
  kind,
  excluded,
  addresses: [{ address, family: 4, prefix: 20, scopeId: 0 }],
})
const facts = { peerId: 'p', name: 'n', version: '1', addresses: [], sources: [], off: [] }

describe('networkView', () => {
  it('names the network by the range of its best interface, not Docker’s and not an excluded one', () => {
    const interfaces = [
      face('lo', 'loopback', '127.0.0.1'),
      face('docker0', 'virtual', '172.17.0.1'),
      face('eth1', 'ethernet', '10.9.8.7', true),
      face('wlan0', 'wifi', '192.168.37.5'),
    ]
    expect(networkView({ ...facts, interfaces }).networkName).toBe('192.168.32.0/20')
    expect(networkView({ ...facts, interfaces: [interfaces[0]!] }).networkName).toBeNull()
  })

  it('shows ways of finding peers that are switched off as off', () => {
    const view = networkView({
      ...facts,
      interfaces: [],
      sources: [{ kind: 'mdns', state: { is: 'failed', detail: { is: 'no-multicast' } }, found: 2 }],
      off: ['dht'],
    })
    expect(view.sources).toEqual([
      { kind: 'mdns', state: 'failed', found: 2, detail: { is: 'no-multicast' } },
      { kind: 'dht', state: 'off', found: 0, detail: null },
    ])
  })
})
