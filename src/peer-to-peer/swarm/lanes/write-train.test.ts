import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LONG_WRITE_BYTES as LONG, MAX_BLOCK_BYTES, MAX_LONG_WRITE_BYTES } from '../limits.ts'
import { WriteTrain, type TrainSocket } from './write-train.ts'

/** Keeps what is written, joined where the socket was corked; each write is done when the test says so. */
class Recorder implements TrainSocket {
  readonly writes: Uint8Array[][] = []
  #corked: Uint8Array[] | undefined
  #undone: (() => void)[] = []

  cork(): void {
    this.#corked = []
  }

  uncork(): void {
    this.writes.push(this.#corked!)
    this.#corked = undefined
  }

  write(bytes: Uint8Array, onFlushed?: () => void): boolean {
    if (this.#corked) this.#corked.push(bytes)
    else this.writes.push([bytes])
    if (onFlushed) this.#undone.push(onFlushed)
    return true
  }

  /** True when something was under way. */
  done(): boolean {
    const undone = this.#undone
    this.#undone = []
    for (const tell of undone) tell()
    return undone.length > 0
  }

  get lengths(): number[][] {
    return this.writes.map((pieces) => pieces.map(({ length }) => length))
  }
}

const setUp = () => {
  const socket = new Recorder()
  return { socket, train: new WriteTrain(socket) }
}

describe('what goes out over a TLS lane', () => {
  it('is joined when one turn wrote it in short pieces', async () => {
    const { socket, train } = setUp()
    const flushed: string[] = []
    train.add([new Uint8Array(16), new Uint8Array(1000)], () => flushed.push('first'))
    train.add([new Uint8Array(20)], () => flushed.push('second'))
    expect(socket.writes).toEqual([])
    await turn()
    expect(socket.lengths).toEqual([[16, 1000, 20]])
    socket.done()
    expect(flushed).toEqual(['first', 'second'])
  })

  it('is not copied where long blocks lie one after the other in memory', async () => {
    const { socket, train } = setUp()
    const memory = new Uint8Array(new SharedArrayBuffer(4 * MAX_BLOCK_BYTES))
    const flushed: number[] = []
    for (const i of [0, 1, 2])
      train.add([memory.subarray(i * MAX_BLOCK_BYTES + 5, (i + 1) * MAX_BLOCK_BYTES + 5)], () =>
        flushed.push(i),
      )
    await turn()
    expect(socket.lengths).toEqual([[LONG]])
    const [written] = socket.writes[0]!
    expect([written!.buffer === memory.buffer, written!.byteOffset]).toEqual([true, 5])
    expect(flushed).toEqual([])
    socket.done()
    expect(flushed).toEqual([0, 1, 2])
  })

  it('waits for a long write before the next, which Node would join with it otherwise', async () => {
    const { socket, train } = setUp()
    train.add([new Uint8Array(LONG)], undefined)
    train.add([new Uint8Array(LONG + 1)], undefined)
    train.add([new Uint8Array(10)], undefined)
    await turn()
    expect(socket.lengths).toEqual([[LONG]])
    socket.done()
    socket.done()
    expect(socket.lengths).toEqual([[LONG], [LONG + 1], [10]])
  })

  it('is never taken for one piece with what lies elsewhere, or a little further on', async () => {
    const { socket, train } = setUp()
    const [memory, other] = [new Uint8Array(MAX_BLOCK_BYTES), new Uint8Array(8 * MAX_BLOCK_BYTES)]
    const end = MAX_BLOCK_BYTES + LONG
    train.add([memory], undefined)
    train.add([other.subarray(MAX_BLOCK_BYTES, end)], undefined)
    train.add([other.subarray(end + 1, end + 1 + MAX_BLOCK_BYTES)], undefined)
    await turn()
    while (socket.done());
    await turn()
    expect(socket.lengths).toEqual([[MAX_BLOCK_BYTES], [LONG], [MAX_BLOCK_BYTES]])
  })

  it('goes out before the long piece that it was written before', async () => {
    const { socket, train } = setUp()
    train.add([new Uint8Array(10)], undefined)
    train.add([new Uint8Array(LONG)], undefined)
    await turn()
    expect(socket.lengths).toEqual([[10], [LONG]])
  })

  it('is encrypted a few blocks at a time, however many lie in one piece', async () => {
    const { socket, train } = setUp()
    const memory = new Uint8Array(16 * MAX_BLOCK_BYTES)
    for (let at = 0; at < memory.length; at += MAX_BLOCK_BYTES)
      train.add([memory.subarray(at, at + MAX_BLOCK_BYTES)], undefined)
    await turn()
    while (socket.done());
    expect(Math.max(...socket.lengths.flat())).toBeLessThanOrEqual(MAX_LONG_WRITE_BYTES)
    expect(socket.lengths.flat().reduce((sum, length) => sum + length, 0)).toBe(memory.length)
  })

  it('keeps its order, whatever is written when, and each word of the flush comes once', async () => {
    const piece = fc.record({
      length: fc.oneof(
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom(MAX_BLOCK_BYTES, MAX_BLOCK_BYTES + 16, LONG),
      ),
      /** Behind the piece before, in the same memory. */
      isNext: fc.boolean(),
      endsTurn: fc.boolean(),
      isDone: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async (pieces) => {
        const { socket, train } = setUp()
        const flushed: number[] = []
        let memory = new Uint8Array(0)
        let at = 0
        for (const [i, { length, isNext, endsTurn, isDone }] of pieces.entries()) {
          if (!isNext || at + length > memory.length) {
            memory = new Uint8Array(6 * MAX_BLOCK_BYTES)
            at = 0
          }
          const bytes = memory.subarray(at, at + length).fill(i + 1)
          at += length
          train.add([bytes], () => flushed.push(i))
          if (endsTurn) await turn()
          if (isDone) socket.done()
        }
        await turn()
        while (socket.done());
        const written = Buffer.concat(socket.writes.flat())
        const added = Buffer.concat(pieces.map(({ length }, i) => Buffer.alloc(length, i + 1)))
        expect(written.equals(added)).toBe(true)
        expect(flushed).toEqual(pieces.map((_, i) => i))
      }),
      { numRuns: 60 },
    )
  })
})
