import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellAt, cellForKey, layoutCells } from './layout.ts'

describe('the grid of the map', () => {
  it('stays within its width and a bounded height for 1 to 100,000 chunks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 40, max: 2000 }),
        (chunks, width) => {
          const layout = layoutCells(chunks, width)
          expect(layout.cells).toBeGreaterThan(0)
          expect(layout.cells).toBeLessThanOrEqual(chunks)
          expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(layout.cells)
          expect(layout.columns * layout.pitch - (layout.pitch - layout.side)).toBeLessThanOrEqual(width)
          expect(layout.height).toBeLessThanOrEqual(26 * 26)
          expect(layout.side).toBeGreaterThan(4)
        },
      ),
    )
  })

  it('has a cell for each of a usual share’s thousand chunks', () => {
    expect(layoutCells(1121, 960).cells).toBe(1121)
    expect(layoutCells(100_000, 960).cells).toBeLessThan(4000)
  })

  it('bears a width of nothing', () => {
    expect(layoutCells(500, 0).cells).toBeGreaterThan(0)
  })

  it('finds the cell under a point and none outside', () => {
    const layout = layoutCells(100, 300)
    const { pitch, columns } = layout
    expect(cellAt(layout, 1, 1)).toBe(0)
    expect(cellAt(layout, pitch + 1, pitch + 1)).toBe(columns + 1)
    expect(cellAt(layout, -1, 1)).toBeUndefined()
    expect(cellAt(layout, 1, layout.rows * pitch + 1)).toBeUndefined()
    expect(cellAt(layout, columns * pitch + 1, 1)).toBeUndefined()
  })

  it('is walked by keys without leaving it', () => {
    const layout = layoutCells(100, 300)
    expect(cellForKey(layout, 0, 'ArrowRight')).toBe(1)
    expect(cellForKey(layout, 0, 'ArrowLeft')).toBe(0)
    expect(cellForKey(layout, 5, 'ArrowDown')).toBe(5 + layout.columns)
    expect(cellForKey(layout, 99, 'ArrowDown')).toBe(99)
    expect(cellForKey(layout, 50, 'Home')).toBe(0)
    expect(cellForKey(layout, 50, 'End')).toBe(99)
    expect(cellForKey(layout, 50, 'a')).toBeUndefined()
    expect(cellForKey(layout, 50, 'constructor')).toBeUndefined()
  })
})
