import { describe, expect, it } from 'vitest'
import { seededRandom, shuffle, systemRandom } from './random.ts'

describe('random', () => {
  it('gives the same sequence for the same seed, and other ones for others', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed).next)
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('shuffles without losing or doubling', () => {
    const items = Array.from({ length: 100 }, (_, i) => i)
    const shuffled = shuffle([...items], seededRandom(1))
    expect(shuffled).not.toEqual(items)
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items)
  })

  it('fills more than the platform gives in one call', () => {
    const bytes = systemRandom.bytes(200_000)
    expect(bytes.subarray(-32).some((b) => b !== 0)).toBe(true)
  })
})
