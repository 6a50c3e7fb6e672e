import { BlockList } from 'node:net'
import { describe, expect, it } from 'vitest'
import { parseIpv4, utf8 } from '../../../base/index.ts'
import { peerIds } from '../test-peers.ts'
import { dialable, placesOn } from './place.ts'
import { detailRecords, labelOf, pointerRecord, readAnnouncements, type Announcement } from './service.ts'
import type { DnsMessage, DnsRecord } from './dns-message.ts'

const [peerId, other] = await peerIds(2)
const own: Announcement = { peerId: peerId!, port: 42_850, ips: ['192.168.7.1', 'fd00::1'], ttl: 300 }

function response(...answers: DnsRecord[]): DnsMessage {
  return { response: true, truncated: false, questions: [], answers, additionals: [] }
}

const complete = (announcement = own): DnsRecord[] => [
  pointerRecord(labelOf(announcement.peerId), announcement.ttl),
  ...detailRecords(announcement),
]

describe('an announcement', () => {
  it('is read as it was written', () => {
    expect(readAnnouncements(response(...complete()))).toEqual([own])
  })

  it('stands among others', () => {
    const second = { ...own, peerId: other!, port: 1 }
    const both = response(...complete(), ...complete(second))
    expect(readAnnouncements(both)).toEqual([own, second])
  })

  it.each([
    ['the pointer', (record: DnsRecord) => record.data.type !== 'PTR'],
    ['the service', (record: DnsRecord) => record.data.type !== 'SRV'],
    ['the text', (record: DnsRecord) => record.data.type !== 'TXT'],
  ])('without %s is none', (_, keep) => {
    expect(readAnnouncements(response(...complete().filter(keep)))).toEqual([])
  })

  it.each([
    ['port 0', { ...complete()[1]!, data: { type: 'SRV' as const, port: 0, target: ['x'] } }],
    [
      'another version',
      {
        ...complete()[2]!,
        data: { type: 'TXT' as const, strings: [utf8('v=2'), utf8(`id=${peerId!.toString()}`)] },
      },
    ],
    ['no peer id', { ...complete()[2]!, data: { type: 'TXT' as const, strings: [utf8('v=1')] } }],
    [
      'a peer id that is none',
      { ...complete()[2]!, data: { type: 'TXT' as const, strings: [utf8('v=1'), utf8('id=x')] } },
    ],
    [
      'somebody else’s peer id',
      {
        ...complete()[2]!,
        data: { type: 'TXT' as const, strings: [utf8('v=1'), utf8(`id=${other!.toString()}`)] },
      },
    ],
    [
      'text that is not text',
      { ...complete()[2]!, data: { type: 'TXT' as const, strings: [Uint8Array.of(255)] } },
    ],
  ])('with %s is none', (_, spoilt) => {
    const records = complete().map((each) => (each.data.type === spoilt.data.type ? spoilt : each))
    expect(readAnnouncements(response(...records))).toEqual([])
  })

  it('may come in other letters’ case, as DNS allows', () => {
    const shouted = complete().map((record) => ({
      ...record,
      name: record.name.map((each) => each.toUpperCase()),
    }))
    expect(readAnnouncements(response(...shouted))).toEqual([own])
  })

  it('holds a bounded number of addresses', () => {
    const ips = Array.from({ length: 50 }, (_, i) => `10.0.0.${i}`)
    const flood = complete({ ...own, ips: ips.slice(0, 8) }).concat(
      ips.map((ip) => ({ ...complete()[3]!, data: { type: 'A' as const, bytes: parseIpv4(ip)! } })),
    )
    expect(readAnnouncements(response(...flood))[0]!.ips.length).toBe(8)
  })

  it('holds addresses of both kinds in their one form, and nothing that is none', () => {
    const ips = ['fd00:0:0::2', '::ffff:10.0.0.1', '192.0.2.1', 'fe80::1%eth0', 'localhost']
    expect(readAnnouncements(response(...complete({ ...own, ips })))[0]!.ips).toEqual([
      'fd00::2',
      '::ffff:a00:1',
      '192.0.2.1',
    ])
  })
})

describe('an address in an announcement', () => {
  const subnets = new BlockList()
  subnets.addSubnet('192.168.7.0', 24, 'ipv4')
  subnets.addSubnet('fd00::', 64, 'ipv6')
  const dialled = (from: string, ...ips: string[]) =>
    dialable({ ...own, ips }, from, { subnets }).map((each) => each.toString())

  it('is dialled only on the interface’s own networks, the sender’s first', () => {
    expect(dialled('192.168.7.9', '192.168.7.8', 'fd00::9')).toEqual([
      '/ip4/192.168.7.9/tcp/42850',
      '/ip4/192.168.7.8/tcp/42850',
      '/ip6/fd00::9/tcp/42850',
    ])
  })

  it.each([
    '8.8.8.8',
    '10.0.0.1',
    '127.0.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.251',
    '::1',
    '2001:db8::1',
    'fe80::1',
  ])('is not dialled when it is %s', (ip) =>
    expect(dialled('192.168.7.9', ip)).toEqual(['/ip4/192.168.7.9/tcp/42850']),
  )
})

describe('a place to speak', () => {
  const eth = {
    name: 'eth0',
    excluded: false,
    addresses: [
      { address: '192.168.7.1', family: 4 as const, prefix: 24, scopeId: 0 },
      { address: 'fe80::1', family: 6 as const, prefix: 64, scopeId: 2 },
      { address: 'fd00::1', family: 6 as const, prefix: 64, scopeId: 0 },
    ],
  }

  it('is an interface where connections are accepted, once per IP version', () => {
    const listening = [
      { ip: '192.168.7.1', port: 5 },
      { ip: 'fd00::1', port: 5 },
      { ip: '10.0.0.1', port: 5 },
    ]
    const places = placesOn(eth, listening, peerId!)
    expect(places.map(({ family, address, own: { port, ips } }) => [family, address, port, ips])).toEqual([
      [4, '192.168.7.1', 5, ['192.168.7.1', 'fd00::1']],
      [6, 'fe80::1', 5, ['192.168.7.1', 'fd00::1']],
    ])
  })

  it('is none where no connection is accepted', () => {
    expect(placesOn(eth, [{ ip: '127.0.0.1', port: 5 }], peerId!)).toEqual([])
  })

  it('announces one port, and only the addresses that have it', () => {
    const [place] = placesOn(
      eth,
      [
        { ip: '192.168.7.1', port: 5 },
        { ip: 'fd00::1', port: 6 },
      ],
      peerId!,
    )
    expect([place!.own.port, place!.own.ips]).toEqual([5, ['192.168.7.1']])
  })
})
