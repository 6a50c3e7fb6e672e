import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../base/index.ts'
import { CLASS, TYPE } from './constants.ts'
import { decodeMessage } from './decode.ts'
import { encodeMessage } from './encode.ts'
import { message, type Message, type ResourceRecord } from './message.ts'
import { Writer } from './writer.ts'
import { address, anyMessage, anyRecord, hex, name, plain, query, record } from './test-messages.ts'

describe('a message on its way to the wire', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyMessage, (it) => {
        expect(plain(decodeMessage(encodeMessage(it)))).toEqual(plain(it))
      }),
      { numRuns: 1_000 },
    )
  })

  test('is written again to the same octets', () => {
    fc.assert(
      fc.property(anyMessage, (it) => {
        const bytes = encodeMessage(it)
        expect(encodeMessage(decodeMessage(bytes))).toEqual(bytes)
      }),
    )
  })

  test('points to names that stand before, in the data too', () => {
    const exchanges = Array.from({ length: 10 }, (_, i) =>
      record('example.com', TYPE.MX, { kind: 'MX', preference: i, exchange: name(`mail${i}.example.com`) }),
    )
    const bytes = encodeMessage(message({ ...query('example.com', TYPE.MX), answers: exchanges }))
    // 29 of header and question, ten times 2 + 10 + 2 + 8.
    expect(bytes).toHaveLength(29 + 10 * 22)
  })

  test('keeps the case of each name: only the same octets are pointed to', () => {
    const bytes = encodeMessage(
      message({ ...query('wWw.example', TYPE.A), answers: [address('www.eXample', '192.0.2.1')] }),
    )
    expect(decodeMessage(bytes).answers[0]!.name.toString()).toBe('www.eXample.')
  })

  test('writes names in full in the data of SRV and DNAME (RFC 3597 §4)', () => {
    const bytes = encodeMessage(
      message({
        ...query('example', TYPE.SRV),
        answers: [
          record('example', TYPE.SRV, {
            kind: 'SRV',
            priority: 0,
            weight: 0,
            port: 1,
            target: name('example'),
          }),
        ],
      }),
    )
    expect(bytes.subarray(-9)).toEqual(hex('07 6578616d706c65 00'))
  })

  test('does not point beyond what fourteen bits reach', () => {
    const filler = Array.from({ length: 64 }, () =>
      record('f', TYPE.TXT, { kind: 'TXT', texts: [new Uint8Array(255)] }),
    )
    const late = Array.from({ length: 3 }, (_, i) => address(`late${i}.end`, '192.0.2.1'))
    const it = message({ answers: [...filler, ...late] })
    const bytes = encodeMessage(it)
    expect(bytes.length).toBeGreaterThan(0x4000)
    expect(plain(decodeMessage(bytes))).toEqual(plain(it))
  })

  test.each<[string, Partial<Message>]>([
    [
      'a string of 256 octets',
      { answers: [record('a', TYPE.TXT, { kind: 'TXT', texts: [new Uint8Array(256)] })] },
    ],
    ['a TXT of no string', { answers: [record('a', TYPE.TXT, { kind: 'TXT', texts: [] })] }],
    [
      'a port of 17 bits',
      {
        answers: [
          record('a', TYPE.SRV, { kind: 'SRV', priority: 0, weight: 0, port: 65_536, target: name('a') }),
        ],
      },
    ],
    [
      'a negative preference',
      { answers: [record('a', TYPE.MX, { kind: 'MX', preference: -1, exchange: name('a') })] },
    ],
    ['half a second', { answers: [{ ...address('a', '192.0.2.1'), ttl: 0.5 }] }],
    ['an address that is none', { answers: [record('a', TYPE.A, { kind: 'A', address: '1.2.3' })] }],
    ['data of another type', { answers: [record('a', TYPE.AAAA, { kind: 'A', address: '192.0.2.1' })] }],
    [
      'bytes for a type with a shape',
      { answers: [record('a', TYPE.A, { kind: 'unknown', bytes: new Uint8Array(3) })] },
    ],
    ['a result of twelve bits without EDNS', { rcode: 16 }],
    ['an operation of five bits', { opcode: 16 }],
    [
      'more than 65,535 octets',
      {
        answers: Array.from({ length: 300 }, () =>
          record('a', TYPE.TXT, { kind: 'TXT', texts: [new Uint8Array(255)] }),
        ),
      },
    ],
  ])('is refused: %s', (_what, change) => {
    expect(() => encodeMessage(message(change))).toThrow(expect.objectContaining({ code: 'bad-dns-message' }))
  })
})

test('what was taken back is not pointed to', () => {
  const writer = new Writer()
  writer.compressed(name('a.example'))
  const kept = writer.at
  writer.compressed(name('b.example'))
  writer.rewind(kept)
  writer.compressed(name('b.example'))
  expect(writer.finish().subarray(kept)).toEqual(hex('01 62 c002'))
})

describe('a message that must be short', () => {
  const set = (owner: string, count: number): ResourceRecord[] =>
    Array.from({ length: count }, (_, i) => address(owner, `192.0.2.${i}`))

  test('ends at a whole set of records, tells so, and keeps OPT', () => {
    const edns = { udpSize: 1232, version: 0, dnssecOk: false, options: [] }
    const long = message({
      ...query('a.example', TYPE.ANY),
      answers: [...set('a.example', 10), ...set('b.example', 30)],
      edns,
    })
    const short = decodeMessage(encodeMessage(long, { limit: 512 }))
    expect(short.answers).toHaveLength(10)
    expect(short.truncated).toBe(true)
    expect(short.edns).toEqual(edns)
  })

  test('leaves out additional records without a word, unless they are needed', () => {
    const long = message({
      ...query('example', TYPE.NS),
      answers: set('example', 2),
      additionals: set('x.example', 60),
    })
    expect(decodeMessage(encodeMessage(long, { limit: 512 }))).toMatchObject({
      truncated: false,
      additionals: [],
    })
    expect(decodeMessage(encodeMessage(long, { limit: 512, needsAdditionals: true })).truncated).toBe(true)
  })

  test('is never longer than told, is truncated only when it has to be, and holds whole sets', () => {
    const limit = fc.integer({ min: 300, max: 1_500 })
    const edns = { udpSize: 1232, version: 0, dnssecOk: false, options: [] }
    const records = fc.array(fc.tuple(anyRecord(), fc.integer({ min: 1, max: 5 })), { maxLength: 12 })
    fc.assert(
      fc.property(records, limit, (sets, most) => {
        const answers = sets.flatMap(([each, count]) => Array.from({ length: count }, () => each))
        const whole = message({ ...query('example', TYPE.ANY), answers, edns })
        const bytes = encodeMessage(whole, { limit: most })
        const read = decodeMessage(bytes)
        expect(bytes.length).toBeLessThanOrEqual(most)
        expect(read.truncated).toBe(encodeMessage(whole).length > most)
        expect(plain(read.answers)).toEqual(plain(answers.slice(0, read.answers.length)))
        const next = answers[read.answers.length]
        const last = answers[read.answers.length - 1]
        if (next && last)
          expect(next.type === last.type && next.class === last.class && next.name.equals(last.name)).toBe(
            false,
          )
      }),
    )
  })

  test('larger than any message still answers, with TC', () => {
    const texts = Array.from({ length: 400 }, () => new Uint8Array(255))
    const long = message({
      ...query('a', TYPE.TXT),
      answers: texts.map((text) => record('a', TYPE.TXT, { kind: 'TXT', texts: [text] })),
    })
    expect(decodeMessage(encodeMessage(long, { limit: 65_535 }))).toMatchObject({
      truncated: true,
      answers: [],
    })
    const one: ResourceRecord = {
      name: name('a'),
      type: 65_280,
      class: CLASS.IN,
      ttl: 0,
      data: { kind: 'unknown', bytes: new Uint8Array(65_535) },
    }
    expect(decodeMessage(encodeMessage(message({ answers: [one] }), { limit: 65_535 })).truncated).toBe(true)
  })

  test('of text only changes nothing in what is short enough', () => {
    const it = message({
      ...query('a', TYPE.TXT),
      answers: [record('a', TYPE.TXT, { kind: 'TXT', texts: [utf8('안녕')] })],
    })
    expect(encodeMessage(it, { limit: 512 })).toEqual(encodeMessage(it))
  })
})
