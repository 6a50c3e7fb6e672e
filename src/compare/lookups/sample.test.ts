import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../base/index.ts'
import { acquaintancesOf, commonBits } from './acquaintances.ts'
import { pointOf } from './sample.ts'

const WHAT = {
  way: 'dht',
  memory: 'cold',
  n: 4,
  off: 0,
  expected: { messages: null, rounds: null, found: 1 },
} as const

describe('what look-ups come to', () => {
  it('counts messages of all of them, and time and rounds of those that found the name', () => {
    const samples = [
      { found: true, messages: 6, rounds: 3, ms: 10 },
      { found: true, messages: 8, rounds: 4, ms: 30 },
      { found: false, messages: 10, rounds: 9, ms: 999 },
    ]
    expect(pointOf(WHAT, samples)).toEqual({
      ...WHAT,
      lookups: 3,
      found: 2,
      messages: 8,
      rounds: 3.5,
      medianMs: 20,
      longestMs: 30,
    })
  })

  it('has no time when nothing was found', () => {
    expect(pointOf(WHAT, [{ found: false, messages: 2, rounds: 0, ms: 5 }])).toMatchObject({
      found: 0,
      rounds: null,
      medianMs: null,
      longestMs: null,
    })
  })
})

describe('whom a laptop knows', () => {
  const places = fc.uniqueArray(fc.uint8Array({ minLength: 4, maxLength: 4 }), {
    minLength: 2,
    maxLength: 80,
    selector: (bytes) => bytes.join(),
  })

  it('is at most so many of every distance, and all where there are no more', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 5 }), (all, most) => {
        const [self, ...others] = all.map((place) => ({ place }))
        const known = acquaintancesOf(self!, [self!, ...others], most, seededRandom(1))
        const at = (set: typeof known, bits: number) =>
          set.filter((other) => commonBits(self!.place, other.place) === bits).length
        for (let bits = 0; bits < 32; bits++) expect(at(known, bits)).toBe(Math.min(most, at(others, bits)))
        expect(known).not.toContain(self)
      }),
    )
  })

  it('measures distance by the bits that two places begin with alike', () => {
    const place = (...bytes: number[]) => Uint8Array.from(bytes)
    expect(commonBits(place(0b1000_0000, 0), place(0, 0))).toBe(0)
    expect(commonBits(place(0, 0b0001_0000), place(0, 0))).toBe(11)
    expect(commonBits(place(1, 2), place(1, 2))).toBe(16)
  })
})
