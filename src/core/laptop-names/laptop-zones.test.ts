import { describe, expect, test } from 'vitest'
import { composeTree } from '../../client-server/dns/tree/index.ts'
import { formatRecord, Zone } from '../../client-server/dns/zone/index.ts'
import { laptopZones, type LaptopFacts } from './laptop-zones.ts'

const laptop = (peerId: string, name: string, change: Partial<LaptopFacts> = {}): LaptopFacts => ({
  peerId,
  name,
  addresses: ['192.0.2.1', '2001:db8::1'],
  port: 42_850,
  servers: {},
  shares: [],
  ...change,
})

const lines = (self: LaptopFacts, others: LaptopFacts[] = []): { everybody: string[]; own: string[] } => {
  const { everybody, own } = laptopZones(self, others)
  return { everybody: everybody.records.map(formatRecord), own: own.records.map(formatRecord) }
}

describe('the zones of laptops', () => {
  test('tell where a laptop is, how to speak with it and who it is', () => {
    expect(lines(laptop('A', 'Alice')).own).toEqual([
      'alice.shoal.internal. 30 IN A 192.0.2.1',
      'alice.shoal.internal. 30 IN AAAA 2001:db8::1',
      '_shoal._tcp.alice.shoal.internal. 30 IN SRV 0 0 42850 alice.shoal.internal.',
      '_shoal._tcp.alice.shoal.internal. 30 IN TXT "peer=A"',
      '_dnsaddr.alice.shoal.internal. 30 IN TXT "dnsaddr=/ip4/192.0.2.1/tcp/42850/p2p/A"',
      '_dnsaddr.alice.shoal.internal. 30 IN TXT "dnsaddr=/ip6/2001:db8::1/tcp/42850/p2p/A"',
    ])
  })

  test('tell each open share by its link, a long one in pieces, one too long not', () => {
    const shares = [`shoal:bafy${'a'.repeat(300)}`, 'shoal:bafyb', `shoal:${'c'.repeat(2_000)}`].map(
      (link) => ({ link, title: 't' }),
    )
    const told = lines(laptop('A', 'alice', { shares })).own.filter((line) => line.startsWith('_shares.'))
    expect(told).toEqual([
      `_shares.alice.shoal.internal. 30 IN TXT "shoal:bafy${'a'.repeat(245)}" "${'a'.repeat(55)}"`,
      '_shares.alice.shoal.internal. 30 IN TXT "shoal:bafyb"',
    ])
  })

  test('tell where mail goes and at which port', () => {
    const mail = laptop('A', 'alice', { servers: { smtp: 2525, http: 8420 }, serverAddresses: ['127.0.0.1'] })
    expect(lines(mail).own.slice(6)).toEqual([
      '_http._tcp.alice.shoal.internal. 30 IN SRV 0 0 8420 alice.shoal.internal.',
      'alice.shoal.internal. 30 IN MX 10 mail.alice.shoal.internal.',
      '_smtp._tcp.mail.alice.shoal.internal. 30 IN SRV 0 0 2525 mail.alice.shoal.internal.',
      'mail.alice.shoal.internal. 30 IN A 127.0.0.1',
    ])
  })

  test('delegate to who answers for his own name, and speak for who does not', () => {
    const bob = laptop('B', 'Bob', { addresses: ['192.0.2.2'], servers: { dns: 5300 } })
    const carol = laptop('C', 'Carol', { addresses: ['192.0.2.3', 'fe80::3%eth0'], port: undefined })
    const { everybody, ports } = laptopZones(laptop('A', 'alice'), [bob, carol])
    expect(everybody.records.map(formatRecord)).toEqual([
      'bob.shoal.internal. 30 IN NS ns.bob.shoal.internal.',
      'ns.bob.shoal.internal. 30 IN A 192.0.2.2',
      'carol.shoal.internal. 30 IN A 192.0.2.3',
      '_shoal._tcp.carol.shoal.internal. 30 IN TXT "peer=C"',
    ])
    expect([...ports.values()]).toEqual([5300])
  })

  test('give two of one name two names, the same on both laptops', () => {
    const [one, two] = [laptop('A', 'Laptop'), laptop('B', 'laptop')]
    const names = (self: LaptopFacts, other: LaptopFacts): string[] =>
      [...laptopZones(self, [other]).names].map(([peer, name]) => `${peer} ${name.toString()}`).toSorted()
    expect(names(one, two)).toEqual(['A laptop.shoal.internal.', 'B laptop-2.shoal.internal.'])
    expect(names(two, one)).toEqual(names(one, two))
    expect(laptopZones(two, [one]).told).toMatchObject([
      { host: 'laptop-2.shoal.internal', isSelf: true, isSecond: true },
      { host: 'laptop.shoal.internal', isSelf: false, isSecond: false },
    ])
  })

  test('are told to people in their own script', () => {
    expect(laptopZones(laptop('A', '민수의 노트북'), []).told).toMatchObject([
      {
        host: 'xn----377e82ysqb11kowiqwu.shoal.internal',
        shownHost: '민수의-노트북.shoal.internal',
        isDelegated: false,
      },
    ])
  })

  test('are zones that any server takes, whatever laptops are called and say', () => {
    const odd = [
      laptop('B', 'ns', { servers: { dns: 1 } }),
      laptop('C', '민수의 노트북', { addresses: [] }),
      laptop('D', '', { servers: { smtp: 25 }, addresses: [] }),
      laptop('E', '*', { servers: { dns: 53, smtp: 25 }, addresses: ['10.0.0.1', '10.0.0.1'] }),
      laptop('F', 'a.b', { shares: [{ link: 'shoal:"\\\u0000', title: '' }] }),
    ]
    const { everybody, own } = laptopZones(laptop('A', 'alice'), odd)
    const zones = composeTree([everybody, own], () => '127.53.0.3', 1)
    expect(zones.every((zone) => zone instanceof Zone)).toBe(true)
    expect(zones[0]!.records.length).toBeGreaterThan(10)
  })
})
