import { streamPair } from '@libp2p/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameStream } from './frame-stream.ts'

async function pair(bufferBytes?: number) {
  const [near, far] = await streamPair({ delay: 0 })
  const init = { mostBytes: 1_000, ...(bufferBytes !== undefined && { bufferBytes }) }
  return { near, frames: new FrameStream(near, init), far, theirs: new FrameStream(far, init) }
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i)

describe('frames on a stream', () => {
  it('arrive as they were sent, in order, however the stream cuts them', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 700 }), async (sizes, cut) => {
        const { far, frames } = await pair(10_000)
        const all = sizes.flatMap((size) => [size >> 24, size >> 16, size >> 8, size, ...bytes(size)])
        for (let at = 0; at < all.length; at += cut) far.send(Uint8Array.from(all.slice(at, at + cut)))
        for (const size of sizes) expect(await frames.receive()).toEqual(bytes(size))
      }),
      { numRuns: 20 },
    )
  })

  it('that nobody reads are kept one at a time: more ends the stream', async () => {
    const { near, far } = await pair()
    const ended = new Promise((resolve) => near.addEventListener('close', resolve))
    const frame = Uint8Array.of(0, 0, 2, 0, ...new Uint8Array(512))
    for (let n = 0; n < 2; n++) far.send(frame)
    await ended
    expect(near.status).toBe('aborted')
  })

  it('go both ways', async () => {
    const { frames, theirs } = await pair()
    await frames.send(bytes(5))
    await theirs.send(bytes(1_000))
    expect([await theirs.receive(), await frames.receive()]).toEqual([bytes(5), bytes(1_000)])
  })

  it.each([0, 1_001, 2 ** 32 - 1])('of %i bytes are refused before they are read', async (length) => {
    const { far, frames } = await pair()
    const prefix = new Uint8Array(4)
    new DataView(prefix.buffer).setUint32(0, length)
    far.send(prefix)
    await expect(frames.receive()).rejects.toMatchObject({ code: 'too-large', data: { bytes: length } })
  })

  it('end where the stream ends between two of them', async () => {
    const { frames, theirs, far } = await pair()
    await theirs.send(bytes(3))
    await far.close()
    expect(await frames.next()).toEqual(bytes(3))
    expect(await frames.next()).toBeUndefined()
    await expect(frames.receive()).rejects.toThrow()
  })

  it('that break off are an error', async () => {
    const { frames, far } = await pair()
    far.send(Uint8Array.of(0, 0, 0, 9, 1, 2))
    await far.close()
    await expect(frames.next()).rejects.toThrow()
  })

  it('are told from the end', async () => {
    const { frames, theirs, far } = await pair()
    await theirs.send(bytes(3))
    await theirs.send(bytes(1))
    await far.close()
    await frames.receive()
    expect(await frames.hasEnded()).toBe(false)
    expect(await frames.hasEnded()).toBe(true)
  })

  it('are not waited for longer than the signal says', async () => {
    const { frames } = await pair()
    const abort = new AbortController()
    const [receiving, next] = [
      frames.receive({ signal: abort.signal }),
      (await pair()).frames.next({ signal: abort.signal }),
    ]
    abort.abort(new Error('enough'))
    await expect(receiving).rejects.toThrow()
    await expect(next).rejects.toThrow()
  })
})
