import { describe, expect, test } from 'vitest'
import { parseType, TYPE, type ResourceRecord } from '../wire/index.ts'
import { name } from '../wire/test-messages.ts'
import { checkZone } from './check.ts'
import { lookUp } from './lookup.ts'
import { formatRecord } from './record-text.ts'
import { Zone } from './zone.ts'
import { parseZoneText } from './zone-text.ts'

const origin = name('example.')
const HEAD = '$TTL 300\n@ SOA ns admin 1 2 3 4 60\n@ NS ns\nns A 192.0.2.53\n'

const zoneOf = (text: string): Zone => Zone.of(origin, parseZoneText(HEAD + text, origin))

const mistakes = (text: string): string[] =>
  checkZone(origin, parseZoneText(text, origin)).map(({ problem }) => problem)

/** What the zone says, as one line. */
function found(zone: Zone, asked: string, type = 'A'): string {
  const finding = lookUp(zone, name(asked), parseType(type)!)
  const text = (records: readonly ResourceRecord[]): string => records.map(formatRecord).join(' | ')
  switch (finding.is) {
    case 'answer':
      return text(finding.records)
    case 'alias':
      return `${formatRecord(finding.record)} → ${finding.target.toString()}`
    case 'delegation':
      return `delegated: ${text(finding.servers)}`
    default:
      return finding.is
  }
}

describe('a zone', () => {
  // The zone of RFC 4592 §2.2.1.
  const wild = zoneOf(`
*           3600    TXT  "this is a wildcard"
*           3600    MX   10 host1.example.
sub.*       3600    TXT  "this is not a wildcard"
host1       3600    A    192.0.2.1
_ssh._tcp.host1 3600 SRV 0 0 22 host1
_ssh._tcp.host2 3600 SRV 0 0 22 host1
subdel      3600    NS   ns.example.com.
subdel      3600    NS   ns.example.net.
`)

  test.each([
    ['host3.example', 'MX', 'host3.example. 3600 IN MX 10 host1.example.'],
    ['host3.example', 'A', 'no-data'],
    ['foo.bar.example', 'TXT', 'foo.bar.example. 3600 IN TXT "this is a wildcard"'],
    // They exist, or something below them does, so no wildcard stands in.
    ['host1.example', 'MX', 'no-data'],
    ['sub.*.example', 'MX', 'no-data'],
    ['_telnet._tcp.host1.example', 'SRV', 'no-name'],
    [
      'host.subdel.example',
      'A',
      'delegated: subdel.example. 3600 IN NS ns.example.com. | subdel.example. 3600 IN NS ns.example.net.',
    ],
    ['ghost.*.example', 'MX', 'no-name'],
    // An empty non-terminal, and the wildcard asked by its own name.
    ['_tcp.host1.example', 'A', 'no-data'],
    ['host2.example', 'TXT', 'no-data'],
    ['*.example', 'TXT', '*.example. 3600 IN TXT "this is a wildcard"'],
  ])('with a wildcard answers %s %s as RFC 4592 §2.2.1 says', (asked, type, answer) => {
    expect(found(wild, asked, type)).toBe(answer)
  })

  test('delegates what is at and below a cut, but for DS, which is its own', () => {
    const zone = zoneOf('sub NS ns.sub\nns.sub A 192.0.2.7\nsub DS \\# 2 abcd\n')
    const cut = 'delegated: sub.example. 300 IN NS ns.sub.example.'
    expect(found(zone, 'sub.example', 'NS')).toBe(cut)
    expect(found(zone, 'a.b.sub.example', 'A')).toBe(cut)
    expect(found(zone, 'ns.sub.example', 'A')).toBe(cut)
    expect(found(zone, 'sub.example', 'DS')).toBe('sub.example. 300 IN DS \\# 2 abcd')
    expect(found(zone, 'example', 'NS')).toBe('example. 300 IN NS ns.example.')
  })

  test('answers with the alias, unless the alias is asked for', () => {
    const zone = zoneOf('www CNAME host.elsewhere.\n*.w CNAME host\n')
    expect(found(zone, 'www.example', 'A')).toBe(
      'www.example. 300 IN CNAME host.elsewhere. → host.elsewhere.',
    )
    expect(found(zone, 'www.example', 'CNAME')).toBe('www.example. 300 IN CNAME host.elsewhere.')
    expect(found(zone, 'x.w.example', 'A')).toBe('x.w.example. 300 IN CNAME host.example. → host.example.')
  })

  test('answers ANY with one set', () => {
    const zone = zoneOf('h A 192.0.2.1\nh A 192.0.2.2\nh TXT a\n')
    expect(found(zone, 'h.example', 'ANY')).toBe(
      'h.example. 300 IN A 192.0.2.1 | h.example. 300 IN A 192.0.2.2',
    )
    expect(found(zone, 'none.example', 'ANY')).toBe('no-name')
  })

  test('answers in the case of the question', () => {
    expect(found(zoneOf('Host A 192.0.2.1\n'), 'hOsT.eXaMpLe')).toBe('hOsT.eXaMpLe. 300 IN A 192.0.2.1')
  })

  test('drops doubles, and gives a set its smallest time to live', () => {
    const zone = zoneOf('h 60 MX 1 a.b.\nH 30 MX 1 A.B.\nh 90 MX 2 a.b.\n')
    expect(zone.set(name('h.example'), TYPE.MX).map(({ ttl }) => ttl)).toEqual([30, 30])
  })

  test('counts its serial number on, and round (RFC 1982)', () => {
    expect(zoneOf('').withNextSerial().soa.data.serial).toBe(2)
    const last = zoneOf('').records.map((record) =>
      record.data.kind === 'SOA' ? { ...record, data: { ...record.data, serial: 0xffff_ffff } } : record,
    )
    expect(Zone.of(origin, last).withNextSerial().soa.data.serial).toBe(1)
  })

  test.each([
    ['a zone starts with an SOA record', '$TTL 1\n@ NS ns.other.'],
    ['a zone has one SOA record, not more', '$TTL 1\n@ SOA a b 1 1 1 1 1\n@ SOA a b 2 1 1 1 1\n@ NS a.b.'],
    ['no name server: example. has no NS record', '$TTL 1\n@ SOA a b 1 1 1 1 1'],
    ['ns.example. has no address', '$TTL 1\n@ SOA a b 1 1 1 1 1\n@ NS ns'],
    ['www.other. is not within example.', `${HEAD}www.other. A 192.0.2.1`],
    ['the SOA record is of example., not of a.example.', `${HEAD}a SOA a b 1 1 1 1 1`],
    ['a.example. has a CNAME record and others', `${HEAD}a CNAME b\na A 192.0.2.1`],
    ['a.example. has two CNAME records', `${HEAD}a CNAME b\na CNAME c`],
    ['www.sub.example. TXT: sub.example. is delegated to others', `${HEAD}sub NS ns.other.\nwww.sub TXT x`],
    ['sub.example. MX: sub.example. is delegated to others', `${HEAD}sub NS ns.other.\nsub MX 1 a.`],
    ['ns.sub.example. has no address', `${HEAD}sub NS ns.sub`],
    ['sub.example. is delegated to others', `${HEAD}sub NS ns.sub\nns.sub A 192.0.2.1\nx.sub NS y.`],
    ['m.example. is an alias: MX points to a host', `${HEAD}m CNAME ns\n@ MX 1 m`],
    ['a wildcard cannot delegate (RFC 4592 §4.2)', `${HEAD}* NS ns.other.`],
    ['DNAME is not served', `${HEAD}a DNAME b.`],
    ['ANY is no type of record', `${HEAD}a TYPE255 \\# 0`],
  ])('is refused: %s', (problem, text) => {
    expect(mistakes(text).join('\n')).toContain(problem)
  })

  test('may have a null MX, a service that is not offered, and name servers elsewhere', () => {
    expect(mistakes(`${HEAD}@ MX 0 .\n_imap._tcp SRV 0 0 0 .\n@ NS ns.other.\nsub NS ns.other.`)).toEqual([])
    expect(mistakes(`${HEAD}* A 192.0.2.1\n@ NS any\n`)).toEqual([])
  })
})
