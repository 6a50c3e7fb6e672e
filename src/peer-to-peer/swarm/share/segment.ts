import type { BufferPool, StoredShare } from '../../../store/types.ts'
import type { UploadBlock } from '../policy/types.ts'

/**
 * A stretch of a part, read at once and sent in blocks. Its memory goes back to the pool when the last who holds it
 * lets go: the reader, and every block until its bytes are acknowledged, because only then no socket needs them.
 */
export interface Segment {
  readonly start: number
  readonly bytes: Promise<Uint8Array>
  covers(block: UploadBlock): boolean
  hold(): void
  release(): void
}

/** Begins to read; held once. Uses memory of the pool if there is any, else memory of its own. */
export function readSegment(
  share: StoredShare,
  buffers: BufferPool,
  part: number,
  start: number,
  length: number,
): Segment {
  const buffer = buffers.tryTake(length)
  const bytes = buffer
    ? share.readPartInto(part, start, buffer.bytes).then(() => buffer.bytes)
    : share.readPart(part, start, length)
  let holders = 1
  let isRead = false
  const settle = (): void => {
    if (holders === 0 && isRead) buffer?.release()
  }
  // A failure is looked at when its turn comes. Until the reading has ended the memory is not ours to give back.
  const onRead = (): void => {
    isRead = true
    settle()
  }
  bytes.then(onRead, onRead)
  return {
    start,
    bytes,
    covers: (block) =>
      block.part === part && block.offset >= start && block.offset + block.length <= start + length,
    hold: () => void holders++,
    release: () => {
      holders--
      settle()
    },
  }
}
