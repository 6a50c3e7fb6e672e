import { describe, expect, it } from 'vitest'
import { addressesToType, shortAddress, whyNoAddress } from './address.ts'

describe('an address to type', () => {
  it.each([
    ['/ip4/192.168.0.14/tcp/42850', '192.168.0.14:42850'],
    ['/ip4/192.168.0.14/tcp/42850/p2p/12D3KooW', '192.168.0.14:42850'],
    ['/ip6/fe80::1/tcp/1', '[fe80::1]:1'],
    ['/dns4/laptop.local/tcp/9', 'laptop.local:9'],
    ['/ip4/1.2.3.4/udp/9/quic-v1', '/ip4/1.2.3.4/udp/9/quic-v1'],
  ])('%s is %s', (multiaddress, short) => expect(shortAddress(multiaddress)).toBe(short))

  it('puts IPv4 first and leaves out loopback and repetition', () => {
    expect(
      addressesToType([
        '/ip6/fd::1/tcp/1',
        '/ip4/127.0.0.1/tcp/1',
        '/ip6/::1/tcp/1',
        '/ip4/10.0.0.1/tcp/1',
        '/ip4/10.0.0.1/tcp/1/p2p/x',
      ]),
    ).toEqual(['10.0.0.1:1', '[fd::1]:1'])
  })
})

describe('no address to type', () => {
  const lo = { name: 'lo', kind: 'loopback', excluded: false, addresses: ['127.0.0.1'] } as const
  const eth0 = { name: 'eth0', kind: 'ethernet', excluded: false, addresses: ['192.0.2.2'] } as const

  it.each([
    ['no network', [lo], 'nearby.noAddresses'],
    ['a cable without an address', [lo, { ...eth0, addresses: [] }], 'nearby.noAddresses'],
    ['no interface to use', [lo, { ...eth0, excluded: true }], 'nearby.noAddresses'],
    ['a network, and nobody of it is listened to', [lo, eth0], 'nearby.onlyHere'],
  ] as const)('is told from %s', (_, interfaces, why) => {
    const network = { interfaces: interfaces.map((each) => ({ ...each, addresses: [...each.addresses] })) }
    expect(whyNoAddress(network)).toBe(why)
  })
})
