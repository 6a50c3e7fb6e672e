/** For tests: what a hostile peer does with a stream. Not part of `index.ts`. */
import type { Stream } from '@libp2p/interface'
import { raceSignal, type VirtualClock } from '../../base/index.ts'

/** Opens a stream, does harm, and resolves when the other side has ended it. */
export async function harm(open: () => Promise<Stream>, act: (stream: Stream) => void): Promise<void> {
  const stream = await open()
  const closed = new Promise<void>((resolve) =>
    stream.addEventListener('close', () => resolve(), { once: true }),
  )
  act(stream)
  await raceSignal(closed, AbortSignal.timeout(5_000))
}

/** Announces a frame of so many bytes, and sends more without end. */
export function pour(stream: Stream, announcedBytes: number): void {
  const prefix = new Uint8Array(4)
  new DataView(prefix.buffer).setUint32(0, announcedBytes)
  stream.send(prefix)
  const more = (): void => {
    if (stream.status !== 'open') return
    try {
      stream.send(new Uint8Array(16 * 1024).fill(0x80))
    } catch {
      return
    }
    setImmediate(more)
  }
  more()
}

/** Begins a frame and falls silent, while the other side's clock goes on. */
export function fallSilent(stream: Stream, clock: VirtualClock, stepMs: number): void {
  stream.send(Uint8Array.of(0, 0))
  const wait = (): void => {
    if (stream.status !== 'open') return
    clock.advance(stepMs)
    setImmediate(wait)
  }
  wait()
}
