import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, concatBytes, equalBytesConstantTime, fromHex, fromUtf8, toHex, utf8 } from './bytes.ts'

describe('bytes', () => {
  it('order is that of Buffer.compare', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
      }),
    )
  })

  it('hex and UTF-8 survive a round trip, and what is neither is refused', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void expect(fromHex(toHex(bytes))).toEqual(bytes)))
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => void expect(fromUtf8(utf8(text))).toBe(text)),
    )
    expect(fromHex('abc')).toBeUndefined()
    expect(fromHex('zz')).toBeUndefined()
    expect(fromUtf8(Uint8Array.of(0xc0, 0x80))).toBeUndefined()
  })

  it('joins in order and compares secrets of different length as unequal', () => {
    expect(concatBytes(Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3))).toEqual(
      Uint8Array.of(1, 2, 3),
    )
    expect(equalBytesConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(equalBytesConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false)
    expect(equalBytesConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
  })
})
