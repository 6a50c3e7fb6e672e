import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bitmap } from './bitmap.ts'

describe('Bitmap', () => {
  it('counts exactly the bits that are set, whatever the order of sets and clears', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat(199))),
        (length, steps) => {
          const bitmap = new Bitmap(length)
          const model = new Set<number>()
          for (const [set, at] of steps) {
            const index = at % length
            if (set) expect(bitmap.add(index)).toBe(!model.has(index))
            else expect(bitmap.delete(index)).toBe(model.has(index))
            if (set) model.add(index)
            else model.delete(index)
          }
          expect(bitmap.count).toBe(model.size)
          expect([...bitmap.indices()]).toEqual([...model].sort((a, b) => a - b))
          expect([...bitmap.missing()].length).toBe(length - model.size)
        },
      ),
    )
  })

  it('survives a round trip through bytes and ignores bits past its end', () => {
    const bitmap = new Bitmap(11, Uint8Array.of(0b1000_0001, 0xff))
    expect([...bitmap.indices()]).toEqual([0, 7, 8, 9, 10])
    expect(new Bitmap(11, bitmap.toBytes()).count).toBe(5)
    expect(bitmap.toBytes()).toEqual(Uint8Array.of(0b1000_0001, 0b1110_0000))
  })

  it('refuses bytes of another length and bits outside', () => {
    expect(() => new Bitmap(9, new Uint8Array(1))).toThrow(RangeError)
    expect(() => new Bitmap(9).add(9)).toThrow(RangeError)
    expect(new Bitmap(9).has(-1)).toBe(false)
    expect(Bitmap.full(9).isFull).toBe(true)
  })
})
