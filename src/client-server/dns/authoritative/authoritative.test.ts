import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { silentLogger, VirtualClock } from '../../../base/index.ts'
import { DnsListener, frame, FrameReader, type DnsClient } from '../listener/index.ts'
import {
  CLASS,
  decodeMessage,
  encodeMessage,
  Name,
  parseType,
  rcodeText,
  TYPE,
  type Message,
} from '../wire/index.ts'
import { hex, name, query } from '../wire/test-messages.ts'
import { formatRecord, parseZoneText, Zone } from '../zone/index.ts'
import { Authoritative } from './authoritative.ts'
import { Zones } from './zones.ts'

const EXAMPLE = `
$TTL 300
@ SOA ns admin 1 2 3 4 60
@ NS ns
@ MX 10 mail
@ MX 20 mail.elsewhere.
ns A 192.0.2.53
mail A 192.0.2.25
mail AAAA 2001:db8::25
www CNAME host
host A 192.0.2.80
out CNAME www.elsewhere.
gone CNAME nobody
loop1 CNAME loop2
loop2 CNAME loop1
below CNAME x.sub
*.wild A 192.0.2.99
sub NS ns.sub
sub NS ns2.sub
sub NS ns.elsewhere.
ns.sub A 192.0.2.54
ns2.sub AAAA 2001:db8::54
a.b.c TXT deep
_smtp._tcp.mail SRV 0 0 2525 mail
`

function zone(origin: string, text: string): Zone {
  return Zone.of(name(origin), parseZoneText(text, name(origin)))
}

function server(
  zones: Zone[] = [zone('example', EXAMPLE)],
  options: { isTrusted?: boolean; clock?: VirtualClock } = {},
): Authoritative {
  const { isTrusted = true, clock = new VirtualClock() } = options
  return new Authoritative({ zones: new Zones(zones), clock, log: silentLogger, isTrusted: () => isTrusted })
}

const UDP: DnsClient = { address: '192.0.2.1', port: 4_000, transport: 'udp' }
const TCP: DnsClient = { ...UDP, transport: 'tcp' }

function ask(
  asked: Authoritative,
  text: string,
  type = 'A',
  change: Partial<Message> = {},
  client = UDP,
): Message {
  const bytes = asked.answer(encodeMessage(query(text, parseType(type)!, change)), client)
  if (!bytes) throw new Error('no answer')
  return decodeMessage(bytes)
}

/** The sections as lines, each with its letter. */
function told({ rcode, authoritative, answers, authorities, additionals }: Message): string[] {
  const lines = (letter: string, records: Message['answers']): string[] =>
    records.map((record) => `${letter} ${formatRecord(record)}`)
  return [
    `${rcodeText(rcode)}${authoritative ? ' AA' : ''}`,
    ...lines('an', answers),
    ...lines('au', authorities),
    ...lines('ad', additionals),
  ]
}

const SOA = 'au example. 60 IN SOA ns.example. admin.example. 1 2 3 4 60'

describe('an authoritative server', () => {
  test.each<[string, string, string[]]>([
    ['host.example', 'A', ['NOERROR AA', 'an host.example. 300 IN A 192.0.2.80']],
    ['HOST.eXample', 'A', ['NOERROR AA', 'an HOST.eXample. 300 IN A 192.0.2.80']],
    ['x.wild.example', 'A', ['NOERROR AA', 'an x.wild.example. 300 IN A 192.0.2.99']],
    ['host.example', 'AAAA', ['NOERROR AA', SOA]],
    ['c.example', 'A', ['NOERROR AA', SOA]],
    ['wild.example', 'A', ['NOERROR AA', SOA]],
    ['nobody.example', 'A', ['NXDOMAIN AA', SOA]],
    [
      'www.example',
      'A',
      ['NOERROR AA', 'an www.example. 300 IN CNAME host.example.', 'an host.example. 300 IN A 192.0.2.80'],
    ],
    ['www.example', 'MX', ['NOERROR AA', 'an www.example. 300 IN CNAME host.example.', SOA]],
    ['out.example', 'A', ['NOERROR AA', 'an out.example. 300 IN CNAME www.elsewhere.']],
    ['gone.example', 'A', ['NXDOMAIN AA', 'an gone.example. 300 IN CNAME nobody.example.', SOA]],
    ['below.example', 'A', ['NOERROR AA', 'an below.example. 300 IN CNAME x.sub.example.']],
    [
      'loop1.example',
      'A',
      [
        'NOERROR AA',
        'an loop1.example. 300 IN CNAME loop2.example.',
        'an loop2.example. 300 IN CNAME loop1.example.',
      ],
    ],
    [
      'example',
      'MX',
      [
        'NOERROR AA',
        'an example. 300 IN MX 10 mail.example.',
        'an example. 300 IN MX 20 mail.elsewhere.',
        'ad mail.example. 300 IN A 192.0.2.25',
        'ad mail.example. 300 IN AAAA 2001:db8::25',
      ],
    ],
    [
      '_smtp._tcp.mail.example',
      'SRV',
      [
        'NOERROR AA',
        'an _smtp._tcp.mail.example. 300 IN SRV 0 0 2525 mail.example.',
        'ad mail.example. 300 IN A 192.0.2.25',
        'ad mail.example. 300 IN AAAA 2001:db8::25',
      ],
    ],
    [
      'a.sub.example',
      'A',
      [
        'NOERROR',
        'au sub.example. 300 IN NS ns.sub.example.',
        'au sub.example. 300 IN NS ns2.sub.example.',
        'au sub.example. 300 IN NS ns.elsewhere.',
        'ad ns.sub.example. 300 IN A 192.0.2.54',
        'ad ns2.sub.example. 300 IN AAAA 2001:db8::54',
      ],
    ],
    ['sub.example', 'DS', ['NOERROR AA', SOA]],
    ['host.example', 'ANY', ['NOERROR AA', 'an host.example. 300 IN A 192.0.2.80']],
    ['elsewhere', 'A', ['REFUSED']],
    ['example', 'AXFR', ['REFUSED']],
    ['example', 'TYPE254', ['NOTIMP']],
    ['example', 'OPT', ['FORMERR']],
  ])('answers %s %s', (asked, type, lines) => {
    expect(told(ask(server(), asked, type))).toEqual(lines)
  })

  test('answers for the longest of its zones, but DS for the one above', () => {
    const child = zone(
      'sub.example',
      '$TTL 9\n@ SOA ns a 1 1 1 1 5\n@ NS ns\nns A 192.0.2.54\nwww A 192.0.2.81',
    )
    const both = server([zone('example', EXAMPLE), child])
    expect(told(ask(both, 'www.sub.example'))).toEqual([
      'NOERROR AA',
      'an www.sub.example. 9 IN A 192.0.2.81',
    ])
    expect(told(ask(both, 'sub.example', 'DS'))).toEqual(['NOERROR AA', SOA])
    expect(told(ask(server([child]), 'sub.example', 'DS'))[0]).toBe('NOERROR AA')
    // An alias is followed from one zone into another.
    expect(told(ask(both, 'below.example'))).toEqual([
      'NXDOMAIN AA',
      'an below.example. 300 IN CNAME x.sub.example.',
      'au sub.example. 5 IN SOA ns.sub.example. a.sub.example. 1 1 1 1 5',
    ])
  })

  test('that has the root answers for every name', () => {
    const root = server([
      zone(
        '.',
        '$TTL 1\n@ SOA ns.root. a. 1 1 1 1 1\n@ NS ns.root.\nns.root. A 192.0.2.1\ncom NS ns.com\nns.com A 192.0.2.2',
      ),
    ])
    expect(told(ask(root, 'www.example.com'))).toEqual([
      'NOERROR',
      'au com. 1 IN NS ns.com.',
      'ad ns.com. 1 IN A 192.0.2.2',
    ])
    expect(told(ask(root, 'nothing'))[0]).toBe('NXDOMAIN AA')
    expect(told(ask(root, '.', 'NS'))).toHaveLength(3)
  })

  test('repeats id, operation, question as it was asked, RD and CD, and grants no recursion', () => {
    const answer = ask(server(), 'HoSt.example', 'A', {
      id: 0xbeef,
      checkingDisabled: true,
      recursionDesired: false,
    })
    expect(answer).toMatchObject({
      id: 0xbeef,
      response: true,
      checkingDisabled: true,
      recursionDesired: false,
      recursionAvailable: false,
    })
    expect(answer.questions[0]!.name.toString()).toBe('HoSt.example.')
  })

  test('answers EDNS with EDNS and nothing else with it (RFC 6891)', () => {
    const edns = {
      udpSize: 4096,
      version: 0,
      dnssecOk: true,
      options: [{ code: 65_001, data: new Uint8Array(3) }],
    }
    expect(ask(server(), 'host.example').edns).toBeUndefined()
    expect(ask(server(), 'host.example', 'A', { edns }).edns).toEqual({
      udpSize: 1232,
      version: 0,
      dnssecOk: true,
      options: [],
    })
    const newer = ask(server(), 'host.example', 'A', { edns: { ...edns, version: 1 } })
    expect(rcodeText(newer.rcode)).toBe('BADVERS')
    expect(newer.edns!.version).toBe(0)
    expect(newer.answers).toEqual([])
  })

  test.each<[string, string, string | undefined]>([
    ['an answer', '0001 8000 0001 0000 0000 0000 00 0001 0001', undefined],
    ['eleven octets', '0001 0000 0001 0000 0000 00', undefined],
    ['nothing', '', undefined],
    ['no question', '0001 0100 0000 0000 0000 0000', '0001 8101 0000 0000 0000 0000'],
    [
      'two questions',
      '0001 0100 0002 0000 0000 0000 00 0001 0001 00 0001 0001',
      '0001 8101 0000 0000 0000 0000',
    ],
    ['a question cut short', '0001 0100 0001 0000 0000 0000 00', '0001 8101 0000 0000 0000 0000'],
    ['octets left over', '0001 0000 0001 0000 0000 0000 00 0001 0001 00', '0001 8001 0000 0000 0000 0000'],
    ['a pointer to itself', '0001 0000 0001 0000 0000 0000 c00c 0001 0001', '0001 8001 0000 0000 0000 0000'],
    ['an answer in the query', '0001 0000 0001 0001 0000 0000 00 0001 0001', '0001 8001 0000 0000 0000 0000'],
    [
      'two OPT',
      '0001 0000 0001 0000 0000 0002 00 0001 0001 00 0029 0200 00000000 0000 00 0029 0200 00000000 0000',
      '0001 8001 0000 0000 0000 0000',
    ],
    ['a NOTIFY', '0001 2000 0001 0000 0000 0000 00 0006 0001', '0001 a004 0000 0000 0000 0000'],
    ['an UPDATE', '0001 2800 0001 0000 0000 0000 00 0006 0001', '0001 a804 0000 0000 0000 0000'],
    ['class CH', '0001 0000 0001 0000 0000 0000 00 0010 0003', '0001 8005 0001 0000 0000 0000 00 0010 0003'],
    ['class ANY', '0001 0000 0001 0000 0000 0000 00 0001 00ff', '0001 8005 0001 0000 0000 0000 00 0001 00ff'],
  ])('meets %s with a short word or none', (_what, asked, answer) => {
    expect(server().answer(hex(asked), UDP)).toEqual(answer === undefined ? undefined : hex(answer))
  })

  test('answers any octets with a message or not at all', () => {
    const fuzzed = server()
    const real = encodeMessage(query('www.example', TYPE.A))
    const change = fc.array(fc.tuple(fc.nat(real.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 3,
    })
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      change.map((changes) => changes.reduce((all, [at, value]) => ((all[at] = value), all), real.slice())),
    )
    fc.assert(
      fc.property(bytes, (it) => {
        const answer = fuzzed.answer(it, UDP)
        if (answer)
          expect(decodeMessage(answer)).toMatchObject({ response: true, id: (it[0]! << 8) | it[1]! })
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('a long answer', () => {
  const texts = Array.from({ length: 30 }, (_, i) => `many TXT "${String(i).padStart(100, 'x')}"`).join('\n')
  const long = server([zone('example', `${EXAMPLE}${texts}\n`)])
  const sizeOf = (
    change: Partial<Message>,
    client = UDP,
  ): { bytes: number; truncated: boolean; answers: number } => {
    const bytes = long.answer(encodeMessage(query('many.example', TYPE.TXT, change)), client)!
    const { truncated, answers } = decodeMessage(bytes)
    return { bytes: bytes.length, truncated, answers: answers.length }
  }
  const edns = (udpSize: number): Partial<Message> => ({
    edns: { udpSize, version: 0, dnssecOk: false, options: [] },
  })

  test('is cut to nothing but TC by UDP and whole by TCP', () => {
    expect(sizeOf({})).toMatchObject({ truncated: true, answers: 0 })
    expect(sizeOf(edns(4096))).toMatchObject({ truncated: true, answers: 0 })
    expect(sizeOf({}, TCP)).toMatchObject({ truncated: false, answers: 30 })
  })

  test('has 512 octets at most for who says nothing or less, and never more than 1232', () => {
    const many = Array.from({ length: 60 }, (_, i) => `h A 192.0.2.${i}`).join('\n')
    const mx = Array.from({ length: 40 }, (_, i) => `m MX ${i} mail\n`).join('')
    const wide = server([zone('example', `${EXAMPLE}${many}\n${mx}`)])
    const length = (text: string, type: number, change: Partial<Message>): number =>
      wide.answer(encodeMessage(query(text, type, change)), UDP)!.length
    for (const size of [0, 100, 512]) expect(length('h.example', TYPE.A, edns(size))).toBeLessThanOrEqual(512)
    expect(length('h.example', TYPE.A, edns(4096))).toBeGreaterThan(512)
    expect(length('m.example', TYPE.MX, edns(65_535))).toBeLessThanOrEqual(1_232)
  })

  test('of a referral whose glue has no room says so (RFC 9471)', () => {
    const servers = Array.from(
      { length: 20 },
      (_, i) => `deep NS ns-${i}.deep\nns-${i}.deep AAAA 2001:db8::${i}\n`,
    ).join('')
    const referring = server([zone('example', EXAMPLE + servers)])
    expect(ask(referring, 'x.deep.example')).toMatchObject({ truncated: true, authoritative: false })
    expect(ask(referring, 'x.deep.example', 'A', {}, TCP)).toMatchObject({
      truncated: false,
      additionals: { length: 20 },
    })
  })
})

describe('a server that is used against others', () => {
  const outcomes = (
    asked: Authoritative,
    count: number,
    question: (i: number) => string,
    from = UDP,
  ): string[] =>
    Array.from({ length: count }, (_, i) => {
      const bytes = asked.answer(encodeMessage(query(question(i), TYPE.A)), from)
      if (!bytes) return 'dropped'
      return decodeMessage(bytes).truncated ? 'truncated' : 'answered'
    })
  const counted = (list: string[]): Record<string, number> =>
    Object.fromEntries(
      ['answered', 'truncated', 'dropped'].map((what) => [what, list.filter((it) => it === what).length]),
    )

  test('holds back answers alike to one network, half of them as TC, until time has passed', () => {
    const clock = new VirtualClock()
    const limited = server(undefined, { isTrusted: false, clock })
    expect(counted(outcomes(limited, 100, () => 'host.example'))).toEqual({
      answered: 40,
      truncated: 30,
      dropped: 30,
    })
    // The neighbour is the same network, another is not, another answer is not.
    expect(
      counted(outcomes(limited, 10, () => 'host.example', { ...UDP, address: '192.0.2.200' })).answered,
    ).toBe(0)
    expect(
      counted(outcomes(limited, 10, () => 'host.example', { ...UDP, address: '198.51.100.1' })).answered,
    ).toBe(10)
    expect(counted(outcomes(limited, 10, () => 'mail.example')).answered).toBe(10)
    clock.advance(500)
    expect(counted(outcomes(limited, 20, () => 'host.example')).answered).toBe(10)
    expect(limited.counts.limited).toBe(80)
  })

  test('counts names that are made up as one', () => {
    expect(
      counted(outcomes(server(undefined, { isTrusted: false }), 100, (i) => `x${i}.example`)).answered,
    ).toBe(40)
    expect(
      counted(outcomes(server(undefined, { isTrusted: false }), 100, (i) => `x${i}.elsewhere`)).answered,
    ).toBe(40)
    const garbage = server(undefined, { isTrusted: false })
    const answers = Array.from({ length: 100 }, () =>
      garbage.answer(hex('0001 0100 0000 0000 0000 0000'), UDP),
    )
    expect(answers.filter(Boolean)).toHaveLength(40)
  })

  test('never holds back what comes by TCP or from where it trusts', () => {
    const limited = server(undefined, { isTrusted: false })
    expect(counted(outcomes(limited, 100, () => 'host.example', TCP)).answered).toBe(100)
    expect(counted(outcomes(server(), 100, () => 'host.example')).answered).toBe(100)
  })

  test('gives hardly more than it gets to who only asks short questions', () => {
    const edns = { udpSize: 65_535, version: 0, dnssecOk: false, options: [] }
    const bytes = encodeMessage(query('example', TYPE.ANY, { edns }))
    expect(server().answer(bytes, UDP)!.length).toBeLessThan(4 * bytes.length)
  })
})

describe('on sockets', () => {
  async function run(): Promise<DnsListener> {
    const listener = new DnsListener({ host: '127.0.0.1', port: 0, answer: server().answer })
    await listener.start()
    onTestFinished(() => listener.stop())
    return listener
  }

  test('UDP answers, and a datagram of garbage harms nobody', async () => {
    const { port } = await run()
    const socket = createSocket('udp4')
    onTestFinished(() => void socket.close())
    socket.send(hex('0001 0000 0000 0000 0000 0000'), port, '127.0.0.1')
    await once(socket, 'message')
    socket.send(hex('00'), port, '127.0.0.1')
    socket.send(encodeMessage(query('host.example', TYPE.A)), port, '127.0.0.1')
    const [bytes] = (await once(socket, 'message')) as [Uint8Array]
    expect(decodeMessage(bytes).answers).toHaveLength(1)
  })

  test('TCP answers a hundred queries sent in one piece and one sent octet by octet', async () => {
    const { port } = await run()
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    const reader = new FrameReader()
    const answers: Message[] = []
    socket.on('data', (bytes: Uint8Array) => answers.push(...reader.push(bytes)!.map(decodeMessage)))
    const asked = Array.from({ length: 100 }, (_, id) =>
      frame(encodeMessage(query('host.example', TYPE.A, { id }))),
    )
    socket.write(Buffer.concat(asked))
    await expect.poll(() => answers.length).toBe(100)
    for (const byte of frame(encodeMessage(query('mail.example', TYPE.AAAA, { id: 777 }))))
      socket.write(Uint8Array.of(byte))
    await expect.poll(() => answers.length).toBe(101)
    expect(answers.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 100 }, (_, i) => i),
      777,
    ])
    expect(new Set(answers.map(({ questions }) => questions[0]!.class))).toEqual(new Set([CLASS.IN]))
  })
})

test('zones are found by the end of a name, label by label', () => {
  const zones = new Zones([zone('example', EXAMPLE)])
  expect(zones.find(name('xexample'), TYPE.A)).toBeUndefined()
  expect(zones.find(name('x.example'), TYPE.A)?.origin.toString()).toBe('example.')
  expect(zones.remove(name('EXAMPLE'))).toBe(true)
  expect(zones.find(Name.root, TYPE.A)).toBeUndefined()
})
