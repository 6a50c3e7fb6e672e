import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../base/index.ts'
import { sortForDialling, sortForPeople } from './addresses.ts'
import { interfaceGater } from './gater.ts'
import { InterfaceWatch } from './interface-watch.ts'
import { kindByName, type InterfaceKind, type NetworkInterface } from './interfaces.ts'
import { announceable } from './libp2p-options.ts'
import { INTERFACE_POLL_MS } from './limits.ts'

function iface(name: string, kind: InterfaceKind, ...cidrs: string[]): NetworkInterface {
  const addresses = cidrs.map((cidr) => {
    const [address = '', prefix] = cidr.split('/')
    const family = address.includes(':') ? (6 as const) : (4 as const)
    return { address, family, prefix: Number(prefix), scopeId: 0 }
  })
  return { name, kind, addresses, excluded: false }
}

const lo = iface('lo', 'loopback', '127.0.0.1/8', '::1/128')
const docker = iface('docker0', 'virtual', '172.17.0.1/16')
const wifi = iface('wlan0', 'wifi', '192.168.1.5/24', 'fd00::5/64')
const cable = iface('eth0', 'ethernet', '10.0.0.5/8')
const laptop = [lo, docker, wifi, cable]

const at = (...ips: string[]) => ips.map((ip) => multiaddr(`/ip${ip.includes(':') ? 6 : 4}/${ip}/tcp/42850`))
const ipsOf = (addresses: readonly { toString(): string }[]) =>
  addresses.map((each) => each.toString().split('/')[2])

function watchOf(interfaces: NetworkInterface[], excluded: string[] = []): InterfaceWatch {
  return new InterfaceWatch({ read: () => interfaces, excluded, clock: new VirtualClock() })
}

describe('addresses', () => {
  it('for people begin with real interfaces and IPv4, and end with Docker and loopback', () => {
    const all = at('127.0.0.1', '172.17.0.1', 'fd00::5', '192.168.1.5', '::1')
    expect(ipsOf(sortForPeople(all, laptop))).toEqual([
      '192.168.1.5',
      'fd00::5',
      '172.17.0.1',
      '127.0.0.1',
      '::1',
    ])
  })

  it('are dialled on our own networks first, where a wrong one cannot swallow packets', () => {
    const all = at('127.0.0.1', '8.8.8.8', '172.17.0.9', '192.168.1.9', '10.9.9.9').map((each) => ({
      multiaddr: each,
    }))
    const sorted = sortForDialling(all, laptop).map((each) => each.multiaddr)
    expect(ipsOf(sorted)).toEqual(['192.168.1.9', '10.9.9.9', '172.17.0.9', '8.8.8.8', '127.0.0.1'])
  })

  it('are announced without loopback, unless it is all there is or was asked for', () => {
    const all = at('127.0.0.1', '192.168.1.5')
    expect(ipsOf(announceable(all, ['/ip4/0.0.0.0/tcp/1'], watchOf(laptop)))).toEqual(['192.168.1.5'])
    expect(ipsOf(announceable(all, ['/ip4/127.0.0.1/tcp/1'], watchOf(laptop)))).toEqual([
      '192.168.1.5',
      '127.0.0.1',
    ])
    expect(ipsOf(announceable(at('127.0.0.1'), ['/ip4/0.0.0.0/tcp/1'], watchOf([lo])))).toEqual(['127.0.0.1'])
  })

  it('of an excluded interface are not announced', () => {
    const all = at('172.17.0.1', '192.168.1.5')
    expect(ipsOf(announceable(all, [], watchOf(laptop, ['docker0'])))).toEqual(['192.168.1.5'])
  })
})

describe('an excluded interface', () => {
  const inbound = (ip: string) => ({ remoteAddr: at(ip)[0]! }) as never

  it('is neither dialled through nor reached through', async () => {
    const gater = interfaceGater(watchOf(laptop, ['docker0', 'lo']))
    expect(await gater.denyDialMultiaddr!(at('172.17.0.9')[0]!)).toBe(true)
    expect(await gater.denyInboundConnection!(inbound('172.17.0.9'))).toBe(true)
    expect(await gater.denyDialMultiaddr!(at('192.168.1.9')[0]!)).toBe(false)
    expect(await gater.denyInboundConnection!(inbound('8.8.8.8'))).toBe(false)
    expect(await gater.denyInboundConnection!(inbound('127.0.0.1'))).toBe(false)
    expect(await gater.denyDialMultiaddr!(multiaddr('/dns4/a.example/tcp/1'))).toBe(false)
  })

  it('may share its network with one that is used', async () => {
    const both = [iface('a', 'wifi', '10.0.0.1/24'), iface('b', 'ethernet', '10.0.0.2/24')]
    const gater = interfaceGater(watchOf(both, ['a']))
    expect(await gater.denyDialMultiaddr!(at('10.0.0.9')[0]!)).toBe(false)
  })

  it('can be excluded and used again while running', async () => {
    const watch = watchOf(laptop)
    const gater = interfaceGater(watch)
    watch.setExcluded(['wlan0'])
    expect(await gater.denyDialMultiaddr!(at('192.168.1.9')[0]!)).toBe(true)
    watch.setExcluded([])
    expect(await gater.denyDialMultiaddr!(at('192.168.1.9')[0]!)).toBe(false)
  })
})

describe('the watch over interfaces', () => {
  it('tells of a change at the next look, once, and nothing when nothing changed', () => {
    const clock = new VirtualClock()
    let now = [lo]
    const watch = new InterfaceWatch({ read: () => now, excluded: [], clock })
    let changes = 0
    watch.events.on('change', () => changes++)
    clock.advance(INTERFACE_POLL_MS)
    now = [lo, wifi]
    clock.advance(INTERFACE_POLL_MS * 3)
    expect([changes, watch.list().length]).toEqual([1, 2])
    watch.stop()
    expect(clock.pending).toBe(0)
  })

  it.each([
    ['Wi-Fi', 'wifi'],
    ['wlp3s0', 'wifi'],
    ['무선 LAN', 'wifi'],
    ['Ethernet 2', 'ethernet'],
    ['이더넷', 'ethernet'],
    ['enp0s31f6', 'ethernet'],
    ['en0', 'ethernet'],
    ['vEthernet (WSL)', 'virtual'],
    ['br-1a2b', 'virtual'],
    ['utun3', 'virtual'],
    ['awdl0', 'virtual'],
    ['tailscale0', 'virtual'],
    ['strange', 'other'],
  ])('takes %s for %s where the system does not tell', (name, kind) => {
    expect(kindByName(name)).toBe(kind)
  })
})
