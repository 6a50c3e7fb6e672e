import { gappedLength, gappedStretches, type Gaps } from '../../../base/index.ts'
import type { BufferPool, StoredShare } from '../../../store/types.ts'
import type { Payload } from '../lanes/lane.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { UploadBlock } from '../policy/types.ts'
import { BLOCK_HEADER_BYTES } from '../wire/blocks.ts'

/** Room for the headers of blocks of the longest kind: what is sent in these is sent fast, where a copy counts. */
const HEADERS: Gaps = { bytes: BLOCK_HEADER_BYTES, every: MAX_BLOCK_BYTES }

/**
 * A stretch of a part, read at once and sent in blocks. Its memory goes back to the pool when the last who holds it
 * lets go: the reader, and every block until its bytes are acknowledged, because only then no socket needs them.
 */
export interface Segment {
  covers(block: UploadBlock): boolean
  /** The bytes of a block that it covers, once they are read. */
  payload(block: UploadBlock): Promise<Payload>
  hold(): void
  release(): void
}

/** Begins to read; held once. Uses memory of the pool if there is any, else memory of its own. */
export function readSegment(
  share: Pick<StoredShare, 'readPart' | 'readPartInto'>,
  buffers: BufferPool,
  part: number,
  start: number,
  length: number,
): Segment {
  const buffer = buffers.tryTake(gappedLength(length, HEADERS))
  const gaps = buffer ? HEADERS : undefined
  const bytes = buffer
    ? share.readPartInto(part, start, buffer.bytes, gaps).then(() => buffer.bytes)
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
    covers: (block) => {
      const from = block.offset - start
      return (
        block.part === part && from >= 0 && from + block.length <= length && isInOne(from, block.length, gaps)
      )
    },
    payload: async (block) => {
      const from = block.offset - start
      const [inOne] = gappedStretches(await bytes, from, block.length, gaps)
      return { bytes: inOne!, hasRoom: gaps !== undefined && from % gaps.every === 0 }
    },
    hold: () => void holders++,
    release: () => {
      holders--
      settle()
    },
  }
}

/** No gap lies in the middle: blocks of other lengths may come to lie across one. */
function isInOne(from: number, length: number, gaps: Gaps | undefined): boolean {
  return !gaps || (from % gaps.every) + length <= gaps.every
}
