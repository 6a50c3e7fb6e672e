import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentRange, parseRange } from './ranges.ts'

describe('a Range field', () => {
  it('names exactly the bytes it asks for, cut at the end of the file', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(5_000), fc.integer({ min: 1, max: 4_000 }), (first, more, length) => {
        const last = first + more
        const wish = parseRange(`bytes=${first}-${last}`, length)
        const asked = Array.from({ length }, (_, i) => i).filter((i) => i >= first && i <= last)
        if (asked.length === 0) expect(wish).toEqual({ is: 'unsatisfiable' })
        else expect(wish).toEqual({ is: 'part', begin: asked[0], end: asked.at(-1)! + 1 })
      }),
    )
  })

  it('counts from the end when only a suffix is given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 4_000 }), (count, length) => {
        const begin = Math.max(0, length - count)
        expect(parseRange(`bytes=-${count}`, length)).toEqual({ is: 'part', begin, end: length })
      }),
    )
  })

  it.each([
    ['bytes=0-', 10, { is: 'part', begin: 0, end: 10 }],
    ['bytes=9-', 10, { is: 'part', begin: 9, end: 10 }],
    ['BYTES=0-0', 10, { is: 'part', begin: 0, end: 1 }],
    ['bytes= 2-3 ', 10, { is: 'part', begin: 2, end: 4 }],
    ['bytes=5368709119-', 5_368_709_120, { is: 'part', begin: 5_368_709_119, end: 5_368_709_120 }],
    ['bytes=0-99999999999999999999', 10, { is: 'part', begin: 0, end: 10 }],
    ['bytes=10-', 10, { is: 'unsatisfiable' }],
    ['bytes=99999999999999999999-', 10, { is: 'unsatisfiable' }],
    ['bytes=-0', 10, { is: 'unsatisfiable' }],
    ['bytes=0-', 0, { is: 'unsatisfiable' }],
    ['bytes=-5', 0, { is: 'whole' }],
    ['bytes=5-4', 10, { is: 'whole' }],
    ['bytes=-', 10, { is: 'whole' }],
    ['bytes=', 10, { is: 'whole' }],
    ['bytes=0-1,4-5', 10, { is: 'whole' }],
    ['bytes=a-b', 10, { is: 'whole' }],
    ['bytes=0x0-1', 10, { is: 'whole' }],
    ['bytes=+0-1', 10, { is: 'whole' }],
    ['items=0-1', 10, { is: 'whole' }],
    ['bytes=0-1\u0000', 10, { is: 'whole' }],
    [undefined, 10, { is: 'whole' }],
  ])('%s of %i bytes', (field, length, wish) => {
    expect(parseRange(field, length)).toEqual(wish)
  })

  it('never fails and never reaches outside, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(100), (text, length) => {
        const wish = parseRange(`bytes=${text}`, length)
        if (wish.is !== 'part') return
        expect(wish.begin).toBeGreaterThanOrEqual(0)
        expect(wish.begin).toBeLessThan(wish.end)
        expect(wish.end).toBeLessThanOrEqual(length)
      }),
    )
    expect(contentRange(2, 5, 10)).toBe('bytes 2-4/10')
  })
})
