import { describe, expect, it } from 'vitest'
import type { NetworkInterface } from '../../peer-to-peer/node/index.ts'
import { hostsOf, originOf, originsOf } from './hosts.ts'

function nic(name: string, kind: NetworkInterface['kind'], ...addresses: string[]): NetworkInterface {
  return {
    name,
    kind,
    excluded: false,
    addresses: addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
      prefix: 24,
      scopeId: 0,
    })),
  }
}

const LO = nic('lo', 'loopback', '127.0.0.1', '::1')
const DOCKER = nic('docker0', 'virtual', '172.17.0.1')
const WIFI = nic('wlan0', 'wifi', 'fe80::1', '2001:db8::7', '192.168.0.7')
const CABLE = nic('eth0', 'ethernet', '10.0.0.5', '169.254.3.4')
const ALL = [LO, DOCKER, WIFI, CABLE]
const NETWORK = { is: 'network' } as const

describe('the addresses a server binds', () => {
  it('for this laptop are loopback alone', () => {
    expect(hostsOf({ is: 'this-laptop' }, ALL, undefined)).toEqual(['127.0.0.1'])
  })

  it('for the network are those others can type, cable before Wi-Fi before virtual, IPv4 before IPv6', () => {
    const expected = ['10.0.0.5', '192.168.0.7', '2001:db8::7', '172.17.0.1']
    expect(hostsOf(NETWORK, ALL, undefined)).toEqual(expected)
  })

  it('leave out an interface that a person excluded, and are loopback only when nothing else is there', () => {
    const excluded = [LO, { ...WIFI, excluded: true }, CABLE]
    expect(hostsOf(NETWORK, excluded, undefined)).toEqual(['10.0.0.5'])
    expect(hostsOf(NETWORK, [LO], undefined)).toEqual(['127.0.0.1'])
  })

  it('are those of --listen when it names some; loopback among them is told only when it is all', () => {
    const listen = ['/ip4/127.0.0.1/tcp/0', '/ip4/192.168.0.7/tcp/42850']
    expect(hostsOf(NETWORK, ALL, listen)).toEqual(['192.168.0.7'])
    expect(hostsOf(NETWORK, ALL, ['/ip4/127.0.0.1/tcp/0'])).toEqual(['127.0.0.1'])
  })

  it('are every address of the family for a --listen on all', () => {
    expect(hostsOf(NETWORK, ALL, ['/ip4/0.0.0.0/tcp/0'])).toEqual(['10.0.0.5', '192.168.0.7', '172.17.0.1'])
    expect(hostsOf(NETWORK, ALL, ['/ip6/::/tcp/0'])).toEqual(['2001:db8::7'])
  })

  it('are the one that was named, which must be an IP address', () => {
    expect(hostsOf({ is: 'address', host: '0.0.0.0' }, ALL, undefined)).toEqual(['0.0.0.0'])
    expect(() => hostsOf({ is: 'address', host: 'minji.local' }, ALL, undefined)).toThrow('not an IP address')
  })
})

describe('where a server is reached', () => {
  it('is told for each address; one on all addresses by the real ones, never by 0.0.0.0', () => {
    expect(originsOf(['192.168.0.7', '2001:db8::7'], 8420, ALL)).toEqual([
      'http://192.168.0.7:8420',
      'http://[2001:db8::7]:8420',
    ])
    const all = originsOf(['0.0.0.0'], 8420, ALL)
    expect(all).toEqual(['http://10.0.0.5:8420', 'http://192.168.0.7:8420', 'http://172.17.0.1:8420'])
    expect(originsOf(['::'], 8420, ALL)).toContain('http://[2001:db8::7]:8420')
    expect(originsOf(['0.0.0.0'], 8420, [LO])).toEqual(['http://127.0.0.1:8420'])
  })

  it('is written as URLs have it', () => {
    expect(originOf('10.0.0.5', 80)).toBe('http://10.0.0.5')
    expect(originOf('fe80::1%eth0', 8420)).toBe('http://[fe80::1]:8420')
  })
})
