import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gappedLength, gappedOffset, gappedStretches, ungappedLength } from './gaps.ts'

const gaps = fc.record({ bytes: fc.integer({ min: 1, max: 20 }), every: fc.integer({ min: 1, max: 50 }) })

describe('memory with gaps', () => {
  it('has room before each stretch, the last and shorter one too', () => {
    const some = { bytes: 2, every: 4 }
    expect([gappedLength(8, some), gappedLength(9, some), gappedLength(0, some)]).toEqual([12, 15, 0])
    expect([0, 3, 4, 8].map((at) => gappedOffset(at, some))).toEqual([2, 5, 8, 14])
  })

  it('is one stretch where nothing is left free', () => {
    const memory = Uint8Array.from([1, 2, 3, 4])
    expect(gappedStretches(memory, 1, 2, undefined)).toEqual([Uint8Array.from([2, 3])])
  })

  it('takes as much data as it was made for', () => {
    fc.assert(
      fc.property(gaps, fc.nat(500), (some, length) => {
        expect(ungappedLength(gappedLength(length, some), some)).toBe(length)
      }),
    )
  })

  it('gives every byte a place of its own, in order, whatever the pieces it is filled in', () => {
    fc.assert(
      fc.property(gaps, fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 8 }), (some, pieces) => {
        const length = pieces.reduce((sum, piece) => sum + piece, 0)
        const memory = new Uint8Array(gappedLength(length, some))
        let at = 0
        for (const piece of pieces) {
          let value = at
          for (const stretch of gappedStretches(memory, at, piece, some))
            for (let i = 0; i < stretch.length; i++) stretch[i] = (value++ % 255) + 1
          at += piece
        }
        const read = Array.from({ length }, (_, i) => memory[gappedOffset(i, some)])
        expect(read).toEqual(Array.from({ length }, (_, i) => (i % 255) + 1))
        expect(memory.filter((byte) => byte === 0)).toHaveLength(memory.length - length)
      }),
    )
  })
})
