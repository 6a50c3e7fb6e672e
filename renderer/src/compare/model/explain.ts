import type { RacePoint, RaceReason } from '../../../../src/contract/index.ts'

/** Reasons that are worth a word: a twentieth of the bound, or of the difference. */
const WORTH = 0.05

/** The reasons of a difference, the greatest first, without what is next to nothing. */
export function mainReasons(point: Pick<RacePoint, 'bound' | 'seconds' | 'reasons'>, most = 2): RaceReason[] {
  const { bound, seconds, reasons } = point
  const gap = Math.abs((seconds ?? bound) - bound)
  const least = Math.max(WORTH * gap, 0.01 * bound)
  return reasons
    .filter((reason) => Math.abs(reason.seconds) >= least)
    .toSorted((a, b) => Math.abs(b.seconds) - Math.abs(a.seconds))
    .slice(0, most)
}

/** What one sentence has to say about a run. */
export type Verdict =
  | { readonly is: 'incomplete' }
  | { readonly is: 'processor' }
  /** No more than a few hundredths over the bound. */
  | { readonly is: 'near'; readonly over: number }
  | { readonly is: 'over'; readonly over: number; readonly reasons: readonly RaceReason[] }

const NEAR = 0.03

export function verdictOf(point: RacePoint): Verdict {
  const { seconds, bound } = point
  if (seconds === null) return { is: 'incomplete' }
  if (point.isProcessorLimited) return { is: 'processor' }
  const over = seconds / bound - 1
  return over <= NEAR ? { is: 'near', over } : { is: 'over', over, reasons: mainReasons(point) }
}
