import type { ShareDetail } from '../../../src/contract/index.ts'

/** What `chunkGivers` says instead of an index. */
export const MISSING = -1
export const IN_FLIGHT = -2

/** Chunks gathered into cells: a map of 100,000 chunks has no more cells than fit on the screen. */
export interface Bins {
  /** Number of cells. */
  readonly cells: number
  /** Number of chunks. */
  readonly chunks: number
  /** Of each cell, the giver of most of its chunks, MISSING when none is held, IN_FLIGHT when none is but one is coming. */
  readonly giver: Int32Array
  /** Of each cell, the share of its chunks that is held, 0…1. */
  readonly held: Float32Array
  /** Of each cell, the chunks on their way. */
  readonly flying: Uint32Array
  /** Of each cell, how many others hold its rarest chunk: the last copy decides. */
  readonly availability: Uint8Array
}

/** First chunk of a cell; that of cell `cells` is one past the last chunk. */
export function firstChunk(cell: number, cells: number, chunks: number): number {
  return Math.floor((cell * chunks) / cells)
}

/** The cell in which a chunk is drawn. */
export function cellOf(chunk: number, cells: number, chunks: number): number {
  return Math.min(cells - 1, Math.floor(((chunk + 1) * cells - 1) / chunks))
}

export function binChunks(
  detail: Pick<ShareDetail, 'chunkGivers' | 'availability' | 'givers'>,
  most: number,
): Bins {
  const { chunkGivers, availability } = detail
  const chunks = chunkGivers.length
  const cells = Math.min(chunks, Math.max(1, Math.floor(most)))
  const bins: Bins = {
    cells,
    chunks,
    giver: new Int32Array(cells),
    held: new Float32Array(cells),
    flying: new Uint32Array(cells),
    availability: new Uint8Array(cells),
  }
  const votes = new Uint32Array(detail.givers.length)
  for (let cell = 0; cell < cells; cell++) {
    const from = firstChunk(cell, cells, chunks)
    const to = firstChunk(cell + 1, cells, chunks)
    fillCell(bins, cell, chunkGivers, availability, from, to, votes)
  }
  return bins
}

function fillCell(
  bins: Bins,
  cell: number,
  givers: readonly number[],
  availability: readonly number[],
  from: number,
  to: number,
  votes: Uint32Array,
): void {
  votes.fill(0)
  let held = 0
  let flying = 0
  let rarest = 255
  let best = MISSING
  for (let chunk = from; chunk < to; chunk++) {
    const giver = givers[chunk]!
    rarest = Math.min(rarest, availability[chunk] ?? 0)
    if (giver === IN_FLIGHT) flying++
    if (giver < 0 || giver >= votes.length) continue
    held++
    votes[giver]!++
    if (best === MISSING || votes[giver]! > votes[best]!) best = giver
  }
  bins.giver[cell] = held > 0 ? best : flying > 0 ? IN_FLIGHT : MISSING
  bins.held[cell] = held / (to - from)
  bins.flying[cell] = flying
  bins.availability[cell] = rarest
}

export interface GiverCount {
  /** Index into `givers`. */
  readonly giver: number
  readonly chunks: number
}

export interface ChunkCounts {
  /** Largest first; givers of nothing are left out. */
  readonly byGiver: readonly GiverCount[]
  readonly held: number
  readonly flying: number
  readonly missing: number
  /** Missing here, and held by nobody who is connected. */
  readonly nobody: number
  /** Held by at least one other laptop. */
  readonly elsewhere: number
}

export function countChunks(
  detail: Pick<ShareDetail, 'chunkGivers' | 'availability' | 'givers'>,
): ChunkCounts {
  const byGiver = detail.givers.map((_, giver) => ({ giver, chunks: 0 }))
  let flying = 0
  let missing = 0
  let nobody = 0
  let elsewhere = 0
  for (const [chunk, giver] of detail.chunkGivers.entries()) {
    const others = detail.availability[chunk] ?? 0
    if (others > 0) elsewhere++
    if (giver === IN_FLIGHT) flying++
    else if (giver < 0) {
      missing++
      if (others === 0) nobody++
    } else if (byGiver[giver]) byGiver[giver].chunks++
  }
  const given = byGiver
    .filter((one) => one.chunks > 0)
    .sort((a, b) => b.chunks - a.chunks || a.giver - b.giver)
  const held = given.reduce((sum, one) => sum + one.chunks, 0)
  return { byGiver: given, held, flying, missing, nobody, elsewhere }
}
