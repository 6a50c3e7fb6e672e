import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, isShoalError, toHex } from '../../../base/index.ts'
import { MAX_BLOCK_BYTES, MAX_PARTS, MAX_PART_BYTES } from '../limits.ts'
import { decodeLaneFrame, encodeLaneFrame, putLaneFrame, type LaneFrame } from './blocks.ts'

const GOLDEN: [hex: string, frame: LaneFrame][] = [
  [
    '01 00 0102 00000304 00010000 00008000',
    { is: 'block', handle: 258, part: 772, offset: 65_536, length: 32_768, last: false },
  ],
  [
    '01 01 0001 00000000 00000000 00000001',
    { is: 'block', handle: 1, part: 0, offset: 0, length: 1, last: true },
  ],
  ['02 00 0000 fffffffe 00000000 00000000', { is: 'ack', received: 2 ** 32 - 2 }],
  ['03 00 0000 00000000 00000000 00000000', { is: 'ready' }],
  [
    '04 00 0102 00000003 ffffffff 00000010',
    { is: 'message', handle: 258, epoch: 3, number: 2 ** 32 - 1, length: 16 },
  ],
  ['05 00 0001 00000002 00000040 00000000', { is: 'messages-received', handle: 1, epoch: 2, count: 64 }],
]

const BAD: [what: string, hex: string][] = [
  ['kind 0', '00 00 0000 00000000 00000000 00000001'],
  ['kind 6', '06 00 0000 00000000 00000000 00000001'],
  ['an empty message', '04 00 0001 00000001 00000000 00000000'],
  ['a message longer than any', '04 00 0001 00000001 00000000 00200000'],
  ['a message with flags', '04 01 0001 00000001 00000000 00000001'],
  ['a confirmation with something behind', '05 00 0001 00000001 00000001 00000001'],
  ['an empty block', '01 00 0001 00000000 00000000 00000000'],
  ['a block longer than a block', '01 00 0001 00000000 00000000 00010001'],
  ['a block beyond the longest part', '01 00 0001 00000000 00800000 00000001'],
  ['a part beyond all parts', '01 00 0001 00800000 00000000 00000001'],
  ['flags that do not exist', '01 02 0001 00000000 00000000 00000001'],
  ['an acknowledgement with something behind', '02 00 0000 00000001 00000000 00000001'],
  ['a ready that says more', '03 01 0000 00000000 00000000 00000000'],
  ['fifteen bytes', '03 00 0000 00000000 00000000 000000'],
]

describe('lane frames', () => {
  it.each(GOLDEN)('is written over whatever lies there, and no further: %s', (hex, frame) => {
    const memory = new Uint8Array(20).fill(0xee)
    putLaneFrame(frame, memory.subarray(2))
    expect(toHex(memory)).toBe(`eeee${hex.replaceAll(' ', '')}eeee`)
  })

  it.each(GOLDEN)('%s', (hex, frame) => {
    const wire = fromHex(hex.replaceAll(' ', ''))!
    expect(toHex(encodeLaneFrame(frame))).toBe(toHex(wire))
    expect(decodeLaneFrame(wire)).toEqual(frame)
  })

  it.each(BAD)('refuse %s', (_what, hex) => {
    expect(() => decodeLaneFrame(fromHex(hex.replaceAll(' ', ''))!)).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    )
  })

  it('survive a round trip', () => {
    const block = fc.record({
      is: fc.constant('block' as const),
      handle: fc.nat(65_535),
      part: fc.nat(MAX_PARTS - 1),
      offset: fc.nat(MAX_PART_BYTES - MAX_BLOCK_BYTES),
      length: fc.integer({ min: 1, max: MAX_BLOCK_BYTES }),
      last: fc.boolean(),
    })
    fc.assert(
      fc.property(block, (frame) => {
        expect(decodeLaneFrame(encodeLaneFrame(frame))).toEqual(frame)
      }),
    )
  })

  it('of random bytes are refused or have no other encoding', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.uint8Array({ minLength: 15, maxLength: 15 }), (kind, rest) => {
        const wire = Uint8Array.of(kind, ...rest)
        try {
          expect(toHex(encodeLaneFrame(decodeLaneFrame(wire)))).toBe(toHex(wire))
        } catch (error) {
          expect(isShoalError(error, 'protocol-violation')).toBe(true)
        }
      }),
    )
  })
})
