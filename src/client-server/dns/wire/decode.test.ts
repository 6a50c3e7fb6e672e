import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isShoalError } from '../../../base/index.ts'
import { TYPE } from './constants.ts'
import { decodeHeader, decodeMessage } from './decode.ts'
import { encodeMessage } from './encode.ts'
import { anyMessage, hex } from './test-messages.ts'

const refusal = (bytes: Uint8Array): string => {
  try {
    decodeMessage(bytes)
  } catch (error) {
    if (isShoalError(error, 'bad-dns-message')) return error.message
    throw error
  }
  throw new Error('it was accepted')
}

/** A header with these counts, answer bit set. */
const header = (questions: number, answers = 0, authorities = 0, additionals = 0): string =>
  [
    '0001 8000',
    ...[questions, answers, authorities, additionals].map((it) => it.toString(16).padStart(4, '0')),
  ].join(' ')

const WWW = '03 777777 07 6578616d706c65 03 636f6d 00'

describe('a message from the wire', () => {
  test('is read as RFC 1035 writes it', () => {
    const read = decodeMessage(
      hex(`
        1234 8580 0001 0001 0000 0001 ; id, QR AA RD RA, one question, one answer, one additional
        ${WWW} 0001 0001              ; www.example.com. A IN
        c00c 0001 0001 0000012c 0004 c0000201 ; pointer to it, 300 seconds, 192.0.2.1
        00 0029 04d0 00 00 8000 0006 000a 0002 abcd ; OPT: 1232 octets, DO, a cookie
      `),
    )
    expect(read).toMatchObject({
      id: 0x1234,
      response: true,
      authoritative: true,
      recursionDesired: true,
      recursionAvailable: true,
      rcode: 0,
      answers: [{ type: TYPE.A, ttl: 300, data: { kind: 'A', address: '192.0.2.1' } }],
      additionals: [],
      edns: { udpSize: 1232, version: 0, dnssecOk: true, options: [{ code: 10 }] },
    })
    expect(read.answers[0]!.name).toBe(read.questions[0]!.name)
    expect(read.questions[0]!.name.toString()).toBe('www.example.com.')
  })

  test('has its header apart, even when nothing else is right', () => {
    expect(decodeHeader(hex('abcd 2110 ffff 0000 0000 0000'))).toMatchObject({
      id: 0xabcd,
      response: false,
      opcode: 4,
      recursionDesired: true,
      checkingDisabled: true,
      questionCount: 0xffff,
    })
    expect(decodeHeader(new Uint8Array(11))).toBeUndefined()
  })

  test('with no question is a message of no question', () => {
    expect(decodeMessage(hex(header(0))).questions).toEqual([])
  })

  test('tells twelve bits of result with OPT', () => {
    const read = decodeMessage(hex('0001 8003 0000 0000 0000 0001  00 0029 0200 01 00 0000 0000'))
    expect(read.rcode).toBe(0x13)
  })

  test('reads a time to live with the sign bit as none (RFC 2181 §8)', () => {
    const read = decodeMessage(hex(`${header(0, 1)} 00 0001 0001 80000001 0004 01020304`))
    expect(read.answers[0]!.ttl).toBe(0)
  })

  test('reads pointers inside the data of types of RFC 1035, and of SRV', () => {
    const read = decodeMessage(
      hex(`${header(1, 2)} ${WWW} 000f 0001
        c00c 000f 0001 00000001 0004 000a c010
        c00c 0021 0001 00000001 0008 0001 0002 0019 c00c`),
    )
    expect(read.answers.map(({ data }) => data)).toMatchObject([
      { kind: 'MX', preference: 10 },
      { kind: 'SRV', priority: 1, weight: 2, port: 25 },
    ])
    expect(String((read.answers[0]!.data as { exchange: unknown }).exchange)).toBe('example.com.')
  })

  test.each([
    ['a pointer to itself', `${header(1)} c00c 0001 0001`, 'does not go back'],
    ['a pointer to the start of its own name', `${header(1)} 01 61 c00c 0001 0001`, 'does not go back'],
    ['two pointers to each other', `${header(1)} 01 61 c010 c00c 0001 0001`, 'does not go back'],
    ['a pointer forward', `${header(1)} c010 0001 0001 00`, 'does not go back'],
    ['a pointer out of the message', `${header(1)} ffff 0001 0001`, 'does not go back'],
    ['a pointer into the header', `${header(1)} c004 0001 0001`, 'header'],
    ['half a pointer', `${header(1)} c0`, 'runs out'],
    ['a label of type 0x40', `${header(1)} 41 61 00 0001 0001`, 'label of a kind'],
    ['a label of type 0x80', `${header(1)} 81 61 00 0001 0001`, 'label of a kind'],
    ['a label that runs out', `${header(1)} 3f 61`, 'runs out'],
    ['a name without an end', `${header(1)} 01 61`, 'runs out'],
    ['a name of 320 octets', `${header(1)} ${`3f${'61'.repeat(63)}`.repeat(5)} 00 0001 0001`, '255'],
    [
      'a name of 256 octets',
      `${header(1)} ${`3f${'61'.repeat(63)}`.repeat(3)} 3e${'61'.repeat(62)} 00 0001 0001`,
      '255',
    ],
    [
      'a name of 257 octets through a pointer',
      `${header(2)} ${`3f${'61'.repeat(63)}`.repeat(3)} 00 0001 0001 3f${'62'.repeat(63)} c00c 0001 0001`,
      '255',
    ],
    ['a question cut short', `${header(1)} 00 0001`, 'ends too early'],
    ['more questions than there are', `${header(2)} 00 0001 0001`, 'runs out'],
    ['65,535 answers in nothing', header(0, 0xffff), 'runs out'],
    ['an A of three octets', `${header(0, 1)} 00 0001 0001 00000001 0003 010203`, 'not 4'],
    ['an A of five octets', `${header(0, 1)} 00 0001 0001 00000001 0005 0102030405`, 'not 4'],
    ['an AAAA of four octets', `${header(0, 1)} 00 001c 0001 00000001 0004 01020304`, 'not 16'],
    ['data longer than the message', `${header(0, 1)} 00 ff00 0001 00000001 0009 01`, 'ends too early'],
    [
      'an NS with octets after its name',
      `${header(0, 1)} 00 0002 0001 00000001 0003 00 00 00`,
      'not the 3 octets',
    ],
    [
      'an NS whose name goes on beyond its data',
      `${header(0, 1)} 00 0002 0001 00000001 0001 01 61 00`,
      'not the 1 octets',
    ],
    ['an MX of two octets', `${header(0, 1)} 00 000f 0001 00000001 0002 000a`, 'runs out'],
    ['an SOA cut short', `${header(0, 1)} 00 0006 0001 00000001 0004 00 00 0000`, 'ends too early'],
    ['an SRV of nothing', `${header(0, 1)} 00 0021 0001 00000001 0000`, 'ends too early'],
    ['a TXT of nothing', `${header(0, 1)} 00 0010 0001 00000001 0000`, 'without a string'],
    [
      'a TXT whose string runs out',
      `${header(0, 1)} 00 0010 0001 00000001 0002 05 61 616161`,
      'runs out of its record',
    ],
    [
      'two OPT records',
      `${header(0, 0, 0, 2)} 00 0029 0200 00000000 0000 00 0029 0200 00000000 0000`,
      'two OPT',
    ],
    ['an OPT with a name', `${header(0, 0, 0, 1)} 01 61 00 0029 0200 00000000 0000`, 'not the root'],
    ['an OPT among the answers', `${header(0, 1)} 00 0029 0200 00000000 0000`, 'outside'],
    [
      'an option that runs out',
      `${header(0, 0, 0, 1)} 00 0029 0200 00000000 0006 000a 0003 010203`,
      'runs out of the OPT',
    ],
    [
      'an OPT longer than the message',
      `${header(0, 0, 0, 1)} 00 0029 0200 00000000 0008 000a 0002 0102`,
      'ends too early',
    ],
    ['octets left over', `${header(1)} 00 0001 0001 ff`, 'left over'],
    ['eleven octets', '0001 0000 0000 0000 0000 00', 'fewer than twelve'],
    ['nothing', '', 'fewer than twelve'],
  ])('is refused: %s', (_what, text, problem) => {
    expect(refusal(hex(text))).toContain(problem)
  })

  test('whose pointers form a long chain costs little and is refused', () => {
    // 5,000 pointers, each to the one before, of which the last question follows all.
    const chain = Array.from({ length: 5_000 }, (_, i) =>
      (0xc000 | (12 + 2 * Math.max(0, i - 1))).toString(16),
    ).join('')
    expect(refusal(hex(`${header(1)} ${chain}`))).toContain('does not go back')
    const step = Array.from({ length: 200 }, (_, i) => (0xc000 | (12 + 11 + 2 * (i - 1))).toString(16)).join(
      '',
    )
    const bytes = hex(
      `0001 8000 0000 0002 0000 0000  00 ff00 0001 00000001 ${(400).toString(16).padStart(4, '0')} c00c${step.slice(4)}
       ${(0xc000 | (12 + 11 + 2 * 199)).toString(16)} ff00 0001 00000001 0000`,
    )
    expect(refusal(bytes)).toContain('too many pointers')
  })

  test('never ends in anything but a message or a refusal, whatever the octets', () => {
    const outcome = (bytes: Uint8Array): void => {
      try {
        decodeMessage(bytes)
      } catch (error) {
        if (!isShoalError(error, 'bad-dns-message')) throw error
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), outcome), { numRuns: 5_000 })
    // True messages with a few octets changed get further in.
    const change = fc.array(fc.tuple(fc.nat(4_000), fc.integer({ min: 0, max: 255 })), { maxLength: 4 })
    fc.assert(
      fc.property(anyMessage, change, fc.nat(4_000), (message, changes, cut) => {
        const bytes = encodeMessage(message)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        outcome(cut < 1_000 ? bytes.subarray(0, cut % bytes.length) : bytes)
      }),
      { numRuns: 2_000 },
    )
  })

  test('of the largest size full of pointers to a long name is read in one pass', () => {
    const long = `${'01 61'.repeat(127)} 00`
    const many = Math.floor((65_535 - 12 - 259) / 12)
    const bytes = hex(
      `0001 8000 0001 ${many.toString(16).padStart(4, '0')} 0000 0000 ${long} 0001 0001 ${'c00c ff00 0001 00000001 0000'.repeat(many)}`,
    )
    const read = decodeMessage(bytes)
    expect(read.answers).toHaveLength(many)
    expect(read.answers.every(({ name }) => name === read.questions[0]!.name)).toBe(true)
  })
})
