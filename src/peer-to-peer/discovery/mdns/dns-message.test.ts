import dnsPacket from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, utf8 } from '../../../base/index.ts'
import { decodeMessage } from './decode.ts'
import { encodeMessage } from './encode.ts'
import { MAX_PACKET_BYTES, MAX_RECORDS } from './limits.ts'
import type { DnsMessage, DnsRecord } from './dns-message.ts'

const label = fc
  .string({
    unit: fc.constantFrom('a', 'b', 'X', 'Z', '0', '9', '-', '_', '.', ' ', 'é', '가'),
    minLength: 1,
    maxLength: 12,
  })
  .filter((text) => utf8(text).length <= 63)
const name = fc.array(label, { minLength: 1, maxLength: 5 })
const data: fc.Arbitrary<DnsRecord['data']> = fc.oneof(
  name.map((each) => ({ type: 'PTR' as const, name: each })),
  fc.record({ type: fc.constant('SRV' as const), port: fc.nat(65_535), target: name }),
  fc
    .array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 })
    .map((strings) => ({ type: 'TXT' as const, strings })),
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => ({ type: 'A' as const, bytes })),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => ({ type: 'AAAA' as const, bytes })),
)
const record = fc.record({ name, flush: fc.boolean(), ttl: fc.nat(0x7fffffff), data })
const message: fc.Arbitrary<DnsMessage> = fc.record({
  response: fc.boolean(),
  truncated: fc.boolean(),
  questions: fc.array(
    fc.record({ name, type: fc.nat(65_535), class: fc.nat(0x7fff), unicast: fc.boolean() }),
    { maxLength: 3 },
  ),
  answers: fc.array(record, { maxLength: 5 }),
  additionals: fc.array(record, { maxLength: 3 }),
})

/** Header fields and a body in hexadecimal. */
function packet(counts: [number, number, number, number], body: string, flags = 0x8400): Uint8Array {
  const hex = [0, flags, ...counts].map((value) => value.toString(16).padStart(4, '0')).join('')
  return fromHex(hex + body.replace(/ /g, ''))!
}

describe('DNS messages', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(message, (each) => {
        expect(decodeMessage(encodeMessage(each))).toEqual(each)
      }),
    )
  })

  it('are written so that another implementation reads the same', () => {
    const bytes = encodeMessage({
      response: true,
      answers: [
        { name: ['_x', 'local'], flush: false, ttl: 9, data: { type: 'PTR', name: ['me', '_x', 'local'] } },
        {
          name: ['me', '_x', 'local'],
          flush: true,
          ttl: 8,
          data: { type: 'SRV', port: 7, target: ['h', 'local'] },
        },
        { name: ['h', 'local'], flush: true, ttl: 6, data: { type: 'A', bytes: Uint8Array.of(10, 0, 0, 1) } },
      ],
    })
    const { answers } = dnsPacket.decode(Buffer.from(bytes))
    expect(answers?.map((each) => ('data' in each ? each.data : undefined))).toEqual([
      'me._x.local',
      { priority: 0, weight: 0, port: 7, target: 'h.local' },
      '10.0.0.1',
    ])
    // Names after the first are pointers: this is half of what it would be without them.
    expect(bytes.length).toBeLessThan(90)
  })

  it('of another implementation are read', () => {
    const bytes = dnsPacket.encode({
      type: 'response',
      answers: [{ type: 'TXT', name: 'me._x.local', ttl: 5, data: ['v=1'] }],
      additionals: [{ type: 'AAAA', name: 'h.local', ttl: 5, data: 'fd00::1' }],
    })
    expect(decodeMessage(Uint8Array.from(bytes))).toMatchObject({
      answers: [{ name: ['me', '_x', 'local'], data: { type: 'TXT', strings: [utf8('v=1')] } }],
      additionals: [{ name: ['h', 'local'], data: { type: 'AAAA' } }],
    })
  })

  const question = '01 61 00 000c 0001'
  it.each([
    ['an empty packet', new Uint8Array(0)],
    ['half a header', new Uint8Array(11)],
    ['a packet beyond the bound', new Uint8Array(MAX_PACKET_BYTES + 1)],
    ['more records than it has', packet([0, 1, 0, 0], '')],
    ['more questions than it has', packet([2, 0, 0, 0], question)],
    ['65535 of everything', packet([65_535, 65_535, 65_535, 65_535], '00'.repeat(8000))],
    ['one record too many', packet([MAX_RECORDS + 1, 0, 0, 0], question.repeat(MAX_RECORDS + 1))],
    ['an error code', packet([1, 0, 0, 0], question, 0x8403)],
    ['another operation', packet([1, 0, 0, 0], question, 0x2800)],
    ['a name without an end', packet([1, 0, 0, 0], '3f 61 61')],
    ['a name that points at itself', packet([1, 0, 0, 0], 'c00c 000c 0001')],
    ['names that point at each other', packet([1, 0, 0, 0], 'c00e c00c 000c 0001')],
    ['a name that points forwards', packet([1, 0, 0, 0], 'c020 000c 0001' + '00'.repeat(40))],
    ['a name that points past the end', packet([1, 0, 0, 0], 'ffff 000c 0001')],
    ['a name that goes round through its own start', packet([1, 0, 0, 0], '01 61 c00c 000c 0001')],
    ['a label of an unknown kind', packet([1, 0, 0, 0], '4161 00 000c 0001')],
    [
      'a name of more than 255 bytes',
      packet([1, 0, 0, 0], ('3f' + '61'.repeat(63)).repeat(4) + '00 000c 0001'),
    ],
    ['data past the end', packet([0, 1, 0, 0], '00 0001 0001 00000001 0010 01020304')],
    ['a string past its record', packet([0, 1, 0, 0], '00 0010 0001 00000001 0002 05 61')],
    ['a pointer longer than its record', packet([0, 1, 0, 0], '00 000c 0001 00000001 0001 01 61 00')],
    [
      'a service shorter than its name',
      packet([0, 1, 0, 0], '00 0021 0001 00000001 0008 0000 0000 0001 01 61 00'),
    ],
  ])('with %s are refused', (_, bytes) => {
    expect(decodeMessage(bytes)).toBeUndefined()
  })

  it.each([
    ['an address of three bytes', '00 0001 0001 00000001 0003 010203'],
    ['a service of three bytes', '00 0021 0001 00000001 0003 010203'],
    ['another class', '00 0001 0003 00000001 0004 01020304'],
    ['another type', '00 0029 0001 00000001 0004 01020304'],
    ['a name that is not UTF-8', '02 fffe 00 0001 0001 00000001 0004 01020304'],
    ['a NUL in its name', '01 00 00 0001 0001 00000001 0004 01020304'],
  ])('lose a record with %s and keep the next', (_, body) => {
    const good = '01 62 00 0001 8001 00000078 0004 0a000001'
    expect(decodeMessage(packet([0, 2, 0, 0], body + good))?.answers).toEqual([
      { name: ['b'], flush: true, ttl: 120, data: { type: 'A', bytes: Uint8Array.of(10, 0, 0, 1) } },
    ])
  })

  it('keep a dot inside a label apart from one between labels', () => {
    const one = decodeMessage(packet([1, 0, 0, 0], '03 612e62 00 000c 0001'))
    expect(one?.questions[0]?.name).toEqual(['a.b'])
  })

  it('take a TTL with the top bit set for 0', () => {
    const body = '00 0001 0001 ffffffff 0004 01020304'
    expect(decodeMessage(packet([0, 1, 0, 0], body))?.answers[0]?.ttl).toBe(0)
  })

  it('of any bytes are read or refused', () => {
    const mutated = fc
      .tuple(message, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }))
      .map(([each, changes]) => {
        const bytes = encodeMessage(each)
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        return bytes
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
        const decoded = decodeMessage(bytes)
        for (const each of decoded?.answers ?? []) expect(utf8(each.name.join('.')).length).toBeLessThan(256)
      }),
      { numRuns: 1000 },
    )
  })

  it('refuse to be written with labels that do not fit', () => {
    const write = (text: string) =>
      encodeMessage({ response: false, questions: [{ name: [text], type: 1, class: 1, unicast: false }] })
    expect(() => write('')).toThrow(RangeError)
    expect(() => write('x'.repeat(64))).toThrow(RangeError)
  })
})
