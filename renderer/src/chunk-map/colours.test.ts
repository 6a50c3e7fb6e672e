import { describe, expect, it } from 'vitest'
import { giverColours, mapColours, stepOf } from './colours.ts'

const giver = (i: number, isSource = false, isMe = false) => ({
  peerId: `${i}`,
  name: `${i}`,
  isSource,
  isMe,
})

describe('the colours of the map', () => {
  it.each(['light', 'dark'] as const)(
    'tell forty laptops apart, the source and this one among them (%s)',
    (scheme) => {
      const givers = [
        giver(0, false, true),
        giver(1, true),
        ...Array.from({ length: 40 }, (_, i) => giver(i + 2)),
      ]
      const colours = giverColours(givers, scheme)
      expect(colours[0]).toBe(mapColours(scheme).me)
      expect(colours[1]).toBe(mapColours(scheme).source)
      expect(new Set(colours).size).toBe(givers.length)
    },
  )

  it('give a laptop the same colour when more come', () => {
    const few = giverColours([giver(1, true), giver(2), giver(3)], 'dark')
    const many = giverColours([giver(1, true), giver(2), giver(3), giver(4)], 'dark')
    expect(many.slice(0, 3)).toEqual(few)
  })

  it('keep the first step for none and the last for all', () => {
    const scale = ['none', 'a', 'b', 'c', 'all']
    expect(stepOf(scale, 0)).toBe('none')
    expect(stepOf(scale, 0.01)).toBe('a')
    expect(stepOf(scale, 0.99)).toBe('c')
    expect(stepOf(scale, 1)).toBe('all')
  })
})
