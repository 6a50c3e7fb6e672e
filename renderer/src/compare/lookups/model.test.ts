import { describe, expect, it } from 'vitest'
import { lookupSpecSchema } from '../../../../src/contract/index.ts'
import { fakeLookupResult } from '../../testing/fake-lookups.ts'
import { headlineOf, linesOf, MEASURES } from './model.ts'
import { decades, places } from './scales.ts'

const { points } = fakeLookupResult('x', 0, lookupSpecSchema.parse({ peers: [4, 64], off: [0.5] }))

describe('lines of look-ups', () => {
  it('are of every kind against the laptops, with everybody on', () => {
    const lines = linesOf(points, MEASURES.messages).filter(({ isExpected }) => !isExpected)
    expect(lines.map(({ way, memory }) => `${way} ${memory}`)).toEqual([
      'dns cold',
      'dns warm',
      'dht cold',
      'dht warm',
    ])
    for (const { at } of lines) expect(at.map(({ x }) => x)).toEqual([4, 64])
  })

  it('are of what was found against the part that was off, with the most laptops', () => {
    const [expected] = linesOf(points, MEASURES.found)
    expect(expected).toMatchObject({ way: 'dns', memory: 'cold', isExpected: true })
    expect(expected!.at.map(({ x }) => x)).toEqual([0, 0.5])
    expect(expected!.at[1]!.y).toBeCloseTo(0.42, 2)
  })

  it('leave out what theory says nothing of, and what was never found', () => {
    expect(linesOf(points, MEASURES.time).every(({ isExpected }) => !isExpected)).toBe(true)
    const lost = points.map((point) => ({ ...point, medianMs: null }))
    expect(linesOf(lost, MEASURES.time)).toEqual([])
  })

  it('have a headline as soon as both ways are measured with as many laptops', () => {
    expect(headlineOf(points)).toMatchObject({ n: 64, dns: 6 })
    const early = points.filter(({ way, n }) => way === 'dns' || n === 4)
    expect(headlineOf(early)).toMatchObject({ n: 4 })
    expect(headlineOf(points.filter(({ way }) => way === 'dns'))).toBeUndefined()
    expect(headlineOf([])).toBeUndefined()
  })
})

describe('scales of look-ups', () => {
  it('put values at equal distances, whatever they are', () => {
    expect(places([4, 16, 256], 100, 300).map(([, x]) => x)).toEqual([100, 200, 300])
    expect(places([8], 100, 300)).toEqual([[8, 200]])
  })

  it('reach over whole powers of ten', () => {
    expect(decades([0.03, 900])).toEqual([0.01, 0.1, 1, 10, 100, 1000])
    expect(decades([5])).toEqual([1, 10])
    expect(decades([])).toEqual([1, 10])
    expect(decades([0])).toEqual([1, 10])
  })
})
