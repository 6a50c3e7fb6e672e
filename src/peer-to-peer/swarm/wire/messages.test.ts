import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, isShoalError, toHex } from '../../../base/index.ts'
import {
  LANE_TOKEN_BYTES,
  MAX_EXCHANGED_PEERS,
  MAX_HANDED_PEERS,
  MAX_LIST,
  MAX_NAME_BYTES,
  MAX_PARTS,
  MAX_PEER_ID_BYTES,
  MAX_PEER_RECORD_BYTES,
  MAX_ROOT_BYTES,
} from '../limits.ts'
import {
  decodeMessage,
  encodeMessage,
  GOODBYE_REASONS,
  messageLimit,
  REJECT_REASONS,
  type Message,
} from './messages.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(0xab)
const ab = (length: number): string => 'ab'.repeat(length)

/** What a message looks like on the wire, type byte first. */
const GOLDEN: [hex: string, message: Message][] = [
  [`01 01 ${ab(32)}`, { is: 'hello', version: 1, nonce: bytes(32) }],
  [`02 ${ab(32)}`, { is: 'challenge', nonce: bytes(32) }],
  [`03 ${ab(32)} 01`, { is: 'proof', proof: bytes(32), wantsRoot: true }],
  [`04 ${ab(32)}`, { is: 'welcome', proof: bytes(32) }],
  ['05', { is: 'unknown' }],
  // flags source|root · name "Öl" · handle 258
  [
    '06 03 03c3966c 0102',
    {
      is: 'state',
      name: 'Öl',
      isSource: true,
      hasRoot: true,
      handle: 258,
      fingerprint: undefined,
      record: undefined,
    },
  ],
  [
    `06 04 00 0001 ${ab(32)}`,
    {
      is: 'state',
      name: '',
      isSource: false,
      hasRoot: false,
      handle: 1,
      fingerprint: bytes(32),
      record: undefined,
    },
  ],
  // a signed record of five bytes
  [
    `06 08 00 0001 05 ${ab(5)}`,
    {
      is: 'state',
      name: '',
      isSource: false,
      hasRoot: false,
      handle: 1,
      fingerprint: undefined,
      record: bytes(5),
    },
  ],
  ['07', { is: 'get-root' }],
  ['08 a10102', { is: 'root', bytes: Uint8Array.of(0xa1, 1, 2) }],
  // no bitmap · have 1, 300 · request 5 · cancel – · credit 2
  [
    '09 00 02 01 ac02 01 05 00 02',
    { is: 'update', have: [1, 300], request: [5], cancel: [], credit: 2, bitmap: undefined },
  ],
  // bitmap of 11 parts, 0 and 10 held
  [
    '09 01 0b 8020 00 00 00 00',
    {
      is: 'update',
      have: [],
      request: [],
      cancel: [],
      credit: 0,
      bitmap: { parts: 11, bytes: Uint8Array.of(0x80, 0x20) },
    },
  ],
  ['0a ac02 01', { is: 'reject', part: 300, reason: 'changed' }],
  ['0b 01 02 1234 02 07 09', { is: 'handed-out', to: [{ peer: Uint8Array.of(0x12, 0x34), parts: [7, 9] }] }],
  ['0c 02 01 aa 02 bbcc', { is: 'peers', records: [Uint8Array.of(0xaa), Uint8Array.of(0xbb, 0xcc)] }],
  ['0d 02', { is: 'goodbye', reason: 'full' }],
  ['0e 1234', { is: 'ping', id: 0x1234 }],
  ['0f 1234', { is: 'pong', id: 0x1234 }],
  [`10 a75e ${ab(32)}`, { is: 'lane', port: 42846, token: bytes(32) }],
  ['11 ac02', { is: 'by-lane', epoch: 300 }],
  ['12 01', { is: 'lane-lost', epoch: 1 }],
  ['13 02 ffffffff0f', { is: 'lane-received', epoch: 2, count: 2 ** 32 - 1 }],
]

const part = fc.nat(MAX_PARTS - 1)
const parts = fc.array(part, { maxLength: 50 })
const blob = (max: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: max })
const exactly = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })
const bitmap = fc
  .nat(2_000)
  .chain((count) => fc.record({ parts: fc.constant(count), bytes: exactly(Math.ceil(count / 8)) }))

const messages: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ is: fc.constant('hello' as const), version: fc.nat(255), nonce: exactly(32) }),
  fc.record({ is: fc.constant('proof' as const), proof: exactly(32), wantsRoot: fc.boolean() }),
  fc.record({
    is: fc.constant('state' as const),
    name: fc.string({ unit: 'grapheme', maxLength: 20 }),
    isSource: fc.boolean(),
    hasRoot: fc.boolean(),
    handle: fc.nat(65_535),
    fingerprint: fc.option(exactly(32), { nil: undefined }),
    record: fc.option(blob(MAX_PEER_RECORD_BYTES), { nil: undefined }),
  }),
  fc.record({ is: fc.constant('root' as const), bytes: blob(3_000) }),
  fc.record({
    is: fc.constant('update' as const),
    have: parts,
    request: parts,
    cancel: parts,
    credit: fc.nat(65_535),
    bitmap: fc.option(bitmap, { nil: undefined }),
  }),
  fc.record({ is: fc.constant('reject' as const), part, reason: fc.constantFrom(...REJECT_REASONS) }),
  fc.record({
    is: fc.constant('handed-out' as const),
    to: fc.array(fc.record({ peer: blob(MAX_PEER_ID_BYTES), parts }), { maxLength: 20 }),
  }),
  fc.record({ is: fc.constant('peers' as const), records: fc.array(blob(400), { maxLength: 50 }) }),
  fc.record({ is: fc.constant('goodbye' as const), reason: fc.constantFrom(...GOODBYE_REASONS) }),
  fc.record({ is: fc.constantFrom('by-lane' as const, 'lane-lost' as const), epoch: fc.nat(2 ** 32 - 1) }),
  fc.record({ is: fc.constant('lane-received' as const), epoch: fc.nat(), count: fc.nat(2 ** 32 - 1) }),
  fc.record({ is: fc.constant('lane' as const), port: fc.nat(65_535), token: exactly(LANE_TOKEN_BYTES) }),
)

function codeOf(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return isShoalError(error) ? error.code : String(error)
  }
}

const BAD: [what: string, hex: string][] = [
  ['nothing', ''],
  ['type 0', '00'],
  ['a type that does not exist', '14'],
  ['a hello cut off', `01 01 ${ab(31)}`],
  ['a hello with a byte too many', `01 01 ${ab(33)}`],
  ['an unknown that says more', '05 00'],
  ['a wish that is neither 0 nor 1', `03 ${ab(32)} 02`],
  ['flags that do not exist', '06 08 00 0001'],
  ['a name that is not UTF-8', '06 00 02 c080 0001'],
  ['a name longer than the message', '06 00 7f 61'],
  ['a name longer than a name may be', `06 00 8102 ${'61'.repeat(257)} 0001`],
  ['a fingerprint cut off', `06 04 00 0001 ${ab(31)}`],
  ['a list longer than the message', '09 00 05 01 02'],
  ['a list longer than a list may be', '09 00 8120 00'],
  ['a part beyond all parts', '09 00 01 80808004 00 00 00'],
  ['a number that never ends', '09 00 01 ffffffffffffff'],
  ['a number longer than it need be', '09 00 01 8000 00 00 00'],
  ['a bitmap of too many parts', '09 01 81808004'],
  ['a bitmap cut off', '09 01 10 00'],
  ['credit beyond all sense', '09 00 00 00 00 80808001'],
  ['a reason that does not exist', '0a 01 09'],
  ['a goodbye for no reason', '0d ff'],
  ['more receivers than may be named', '0b 41'],
  ['a peer id longer than a peer id', `0b 01 41 ${ab(65)} 00`],
  ['more records than may be sent', '0c 33'],
  ['a record longer than a record', '0c 01 8110'],
  ['a token cut off', `10 a75e ${ab(31)}`],
]

describe('messages', () => {
  it.each(GOLDEN)('%s', (hex, message) => {
    const wire = fromHex(hex.replaceAll(' ', ''))!
    expect(toHex(encodeMessage(message))).toBe(toHex(wire))
    expect(decodeMessage(wire)).toEqual(message)
  })

  it('survive a round trip', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual(message)
      }),
    )
  })

  it.each(BAD)('refuse %s', (_what, hex) => {
    expect(codeOf(() => decodeMessage(fromHex(hex.replaceAll(' ', ''))!))).toBe('protocol-violation')
  })

  it('of random bytes are refused or are exactly one message, and never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (wire) => {
        const code = codeOf(() => expect(toHex(encodeMessage(decodeMessage(wire)))).toBe(toHex(wire)))
        expect([undefined, 'protocol-violation']).toContain(code)
      }),
      { numRuns: 3_000 },
    )
  })

  it('with one byte changed, added or removed are refused or another message', () => {
    fc.assert(
      fc.property(
        messages,
        fc.nat(),
        fc.nat(255),
        fc.constantFrom('set', 'cut', 'add'),
        (message, at, byte, how) => {
          const wire = [...encodeMessage(message)]
          const place = at % wire.length
          wire.splice(place, how === 'add' ? 0 : 1, ...(how === 'cut' ? [] : [byte]))
          const bad = Uint8Array.from(wire)
          const code = codeOf(() => expect(toHex(encodeMessage(decodeMessage(bad)))).toBe(toHex(bad)))
          expect([undefined, 'protocol-violation']).toContain(code)
        },
      ),
    )
  })

  it('fit their limit at their longest', () => {
    const list = new Array<number>(MAX_LIST).fill(MAX_PARTS - 1)
    const longest: Message[] = [
      {
        is: 'state',
        name: 'x'.repeat(MAX_NAME_BYTES),
        isSource: true,
        hasRoot: true,
        handle: 1,
        fingerprint: bytes(32),
        record: bytes(MAX_PEER_RECORD_BYTES),
      },
      { is: 'root', bytes: bytes(MAX_ROOT_BYTES) },
      {
        is: 'update',
        have: list,
        request: list,
        cancel: list,
        credit: 65_535,
        bitmap: { parts: MAX_PARTS, bytes: bytes(MAX_PARTS / 8) },
      },
      {
        is: 'peers',
        records: Array.from({ length: MAX_EXCHANGED_PEERS }, () => bytes(MAX_PEER_RECORD_BYTES)),
      },
      {
        is: 'handed-out',
        to: Array.from({ length: MAX_HANDED_PEERS }, () => ({
          peer: bytes(MAX_PEER_ID_BYTES),
          parts: list.slice(0, MAX_LIST / MAX_HANDED_PEERS),
        })),
      },
    ]
    for (const message of longest) {
      const wire = encodeMessage(message)
      expect(wire.length).toBeLessThanOrEqual(messageLimit(wire[0]!)!)
      expect(decodeMessage(wire).is).toBe(message.is)
    }
  })
})
