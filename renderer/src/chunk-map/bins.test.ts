import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binChunks, cellOf, countChunks, firstChunk, IN_FLIGHT, MISSING } from './bins.ts'

function detail(chunkGivers: number[], availability = chunkGivers.map(() => 1), givers = 3) {
  const list = Array.from({ length: givers }, (_, i) => ({
    peerId: `${i}`,
    name: `${i}`,
    isSource: i === 1,
    isMe: i === 0,
  }))
  return { chunkGivers, availability, givers: list }
}

describe('binning', () => {
  it('gives every chunk a cell of its own while there is room', () => {
    const bins = binChunks(detail([0, 1, MISSING, IN_FLIGHT]), 100)
    expect(bins.cells).toBe(4)
    expect([...bins.giver]).toEqual([0, 1, MISSING, IN_FLIGHT])
    expect([...bins.held]).toEqual([1, 1, 0, 0])
    expect([...bins.flying]).toEqual([0, 0, 0, 1])
  })

  it('colours a cell by who gave most of it, and tells how much of it is held', () => {
    const bins = binChunks(detail([2, 1, 2, MISSING]), 1)
    expect(bins.giver[0]).toBe(2)
    expect(bins.held[0]).toBe(0.75)
  })

  it('takes a cell of which nothing is held but something is coming for one in flight', () => {
    expect(binChunks(detail([MISSING, IN_FLIGHT, MISSING]), 1).giver[0]).toBe(IN_FLIGHT)
    expect(binChunks(detail([MISSING, MISSING]), 1).giver[0]).toBe(MISSING)
  })

  it('shows the rarest chunk of a cell: one that nobody has must not hide among common ones', () => {
    expect(binChunks(detail([MISSING, MISSING, MISSING], [9, 0, 9]), 1).availability[0]).toBe(0)
  })

  it('puts every chunk into exactly one cell, in order, with sizes that differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 500 }), (chunks, most) => {
        const cells = Math.min(chunks, most)
        let chunk = 0
        const sizes = new Set<number>()
        for (let cell = 0; cell < cells; cell++) {
          const [from, to] = [firstChunk(cell, cells, chunks), firstChunk(cell + 1, cells, chunks)]
          expect(from).toBe(chunk)
          for (; chunk < to; chunk++) expect(cellOf(chunk, cells, chunks)).toBe(cell)
          sizes.add(to - from)
        }
        expect(chunk).toBe(chunks)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 60 },
    )
  })

  it('loses no chunk: what the cells hold adds up', () => {
    const giver = fc.integer({ min: -2, max: 2 })
    fc.assert(
      fc.property(
        fc.array(giver, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 60 }),
        (givers, most) => {
          const bins = binChunks(detail(givers), most)
          let held = 0
          for (let cell = 0; cell < bins.cells; cell++) {
            const size =
              firstChunk(cell + 1, bins.cells, bins.chunks) - firstChunk(cell, bins.cells, bins.chunks)
            held += Math.round(bins.held[cell]! * size)
          }
          expect(held).toBe(givers.filter((one) => one >= 0).length)
          expect(bins.flying.reduce((sum, count) => sum + count, 0)).toBe(
            givers.filter((one) => one === IN_FLIGHT).length,
          )
        },
      ),
    )
  })

  it('bears indices and lists that do not fit each other', () => {
    const bins = binChunks(detail([7, 0, 99], []), 3)
    expect([...bins.giver]).toEqual([MISSING, 0, MISSING])
    expect([...bins.availability]).toEqual([0, 0, 0])
    expect(countChunks(detail([7, 0, 99], [])).held).toBe(1)
  })

  it('draws a hundred thousand chunks with no more cells than asked for', () => {
    const bins = binChunks(detail(Array.from({ length: 100_000 }, (_, i) => i % 3)), 2600)
    expect(bins.cells).toBe(2600)
    expect(bins.held.every((held) => held === 1)).toBe(true)
  })
})

describe('counting', () => {
  it('sorts givers by what they gave and leaves out who gave nothing', () => {
    const counts = countChunks(detail([1, 1, 0, MISSING, IN_FLIGHT, MISSING], [1, 1, 0, 2, 2, 0]))
    expect(counts.byGiver).toEqual([
      { giver: 1, chunks: 2 },
      { giver: 0, chunks: 1 },
    ])
    expect(counts).toMatchObject({ held: 3, flying: 1, missing: 2, nobody: 1, elsewhere: 4 })
  })
})
