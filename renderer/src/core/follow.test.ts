import { describe, expect, it } from 'vitest'
import { follow } from './follow.ts'

async function* stream(...values: number[]): AsyncGenerator<number> {
  yield* values
}

describe('following a stream', () => {
  it('hands on everything, in order, and ends with the stream', async () => {
    const seen: number[] = []
    await follow(
      () => Promise.resolve(stream(1, 2, 3)),
      new AbortController().signal,
      (n) => seen.push(n),
    )
    expect(seen).toEqual([1, 2, 3])
  })

  it('hands on nothing once it was stopped, whatever still comes, and closes the stream', async () => {
    const stop = new AbortController()
    const seen: number[] = []
    let closed = false
    async function* tenMore(): AsyncGenerator<number> {
      try {
        for (let n = 0; n < 10; n++) yield n
      } finally {
        closed = true
      }
    }
    await follow(
      () => Promise.resolve(tenMore()),
      stop.signal,
      (n) => {
        seen.push(n)
        if (n === 1) stop.abort()
      },
    )
    expect(seen).toEqual([0, 1])
    expect(closed).toBe(true)
  })

  it('hands the signal to whoever opens the stream', async () => {
    const { signal } = new AbortController()
    let given: AbortSignal | undefined
    await follow(
      (each) => ((given = each), Promise.resolve(stream())),
      signal,
      () => {},
    )
    expect(given).toBe(signal)
  })

  it('rejects when the stream cannot be had, or breaks', async () => {
    const { signal } = new AbortController()
    const gone = new Error('gone')
    async function* broken(): AsyncGenerator<number> {
      yield 1
      throw gone
    }
    const seen: number[] = []
    await expect(
      follow(
        () => Promise.reject(gone),
        signal,
        () => {},
      ),
    ).rejects.toBe(gone)
    await expect(
      follow(
        () => Promise.resolve(broken()),
        signal,
        (n) => seen.push(n),
      ),
    ).rejects.toBe(gone)
    expect(seen).toEqual([1])
  })
})
