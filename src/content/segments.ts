import { Placer } from './layout.ts'
import type { Area, ChunkRange, Layout, Placement } from './layout.ts'
import type { Entry, Segment } from './types.ts'

/** A file with bytes, and where they lie. */
export interface PlacedFile {
  readonly path: string
  readonly size: number
  readonly placement: Placement
}

/** The stretch of a file inside a chunk's range (of the same area), if any. */
export function segmentIn(file: PlacedFile, range: ChunkRange): Segment | undefined {
  const { area, offset } = file.placement
  const begin = Math.max(range.begin, offset)
  const end = Math.min(range.end, offset + file.size)
  if (area !== range.area || begin >= end) return undefined
  return { path: file.path, offset: begin - offset, length: end - begin }
}

/** All files of a share in memory, with the segments of any chunk: for tests and small shares. */
export class FileMap {
  readonly layout: Layout
  readonly #files: Readonly<Record<Area, PlacedFile[]>> = { whole: [], packed: [] }

  constructor(entries: Iterable<Entry>, chunkSize: number) {
    const placer = new Placer(chunkSize)
    for (const { path, size } of entries) {
      const placement = placer.place(size)
      if (placement) this.#files[placement.area].push({ path, size, placement })
    }
    this.layout = placer.finish()
  }

  /** In the order of the chunk's bytes. Throws RangeError for chunks that do not exist. */
  segmentsOf(chunk: number): Segment[] {
    const range = this.layout.rangeOf(chunk)
    const files = this.#files[range.area]
    const segments: Segment[] = []
    for (let i = lastAtOrBefore(files, range.begin); i < files.length; i++) {
      const segment = segmentIn(files[i]!, range)
      if (!segment) break
      segments.push(segment)
    }
    return segments
  }
}

function lastAtOrBefore(files: readonly PlacedFile[], offset: number): number {
  let low = 0
  let high = files.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (files[middle]!.placement.offset <= offset) low = middle
    else high = middle - 1
  }
  return low
}
