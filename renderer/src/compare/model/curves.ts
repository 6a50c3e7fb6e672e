import type { Mode, RacePoint } from '../../../../src/contract/index.ts'

export const MODES = ['http', 'p2p'] as const satisfies readonly Mode[]

/** One N of one mode: all runs of it together. */
export interface CurvePoint {
  readonly n: number
  /** Mean of the runs in which everybody got it; undefined when there was none. */
  readonly seconds: number | undefined
  readonly bound: number
  readonly runs: readonly RacePoint[]
}

/** The points of one mode by rising N. */
export function curveOf(points: readonly RacePoint[], mode: Mode): CurvePoint[] {
  const own = points.filter((point) => point.mode === mode)
  return peersOf(own).map((n) => {
    const runs = own.filter((point) => point.n === n)
    const done = runs.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]))
    const seconds = done.length === 0 ? undefined : done.reduce((sum, each) => sum + each, 0) / done.length
    return { n, seconds, bound: runs.reduce((sum, { bound }) => sum + bound, 0) / runs.length, runs }
  })
}

/** The numbers of downloaders, rising. */
export function peersOf(points: readonly Pick<RacePoint, 'n'>[]): number[] {
  return [...new Set(points.map(({ n }) => n))].sort((a, b) => a - b)
}

/** Modes that were run, in the order in which they are shown. */
export function modesOf(points: readonly RacePoint[]): Mode[] {
  return MODES.filter((mode) => points.some((point) => point.mode === mode))
}
