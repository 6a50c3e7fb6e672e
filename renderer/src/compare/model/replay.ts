import type { RacePeer, RacePoint } from '../../../../src/contract/index.ts'

/** Verified bytes of one downloader from each giver at a moment; between two counts they are taken to have risen evenly. */
export function bytesAt(peer: Pick<RacePeer, 'at' | 'bytes'>, seconds: number): number[] {
  const { at, bytes } = peer
  const after = at.findIndex((moment) => moment > seconds)
  if (after === -1) return bytes.map((row) => row.at(-1) ?? 0)
  const [from, to] = [after === 0 ? 0 : at[after - 1]!, at[after]!]
  const share = to === from ? 1 : (seconds - from) / (to - from)
  return bytes.map((row) => {
    const before = after === 0 ? 0 : row[after - 1]!
    return before + (row[after]! - before) * share
  })
}

/** How long the replay of a run lasts, seconds: until the last count. */
export function lengthOf(point: Pick<RacePoint, 'seconds' | 'peers'>): number {
  const last = Math.max(0, ...point.peers.map(({ at }) => at.at(-1) ?? 0))
  return Math.max(point.seconds ?? 0, last)
}

/** Bytes that all downloaders had from each giver when the run ended. */
export function givenBy(point: Pick<RacePoint, 'givers' | 'peers'>): number[] {
  return point.givers.map((_, g) => point.peers.reduce((sum, { bytes }) => sum + (bytes[g]?.at(-1) ?? 0), 0))
}
