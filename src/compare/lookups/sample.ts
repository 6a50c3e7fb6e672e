import type { LookupPoint } from '../../contract/index.ts'
import { median } from '../numbers.ts'

/** One look-up. */
export interface Sample {
  readonly found: boolean
  /** Questions and answers that crossed a socket. */
  readonly messages: number
  /** Questions one after the other until the name was known. */
  readonly rounds: number
  readonly ms: number
}

/** What look-ups of one kind come to. */
export function pointOf(
  what: Pick<LookupPoint, 'way' | 'memory' | 'n' | 'off' | 'expected'>,
  samples: readonly Sample[],
): LookupPoint {
  const found = samples.filter((sample) => sample.found)
  const times = found.map(({ ms }) => ms).toSorted((a, b) => a - b)
  return {
    ...what,
    lookups: samples.length,
    found: found.length,
    messages: mean(samples.map(({ messages }) => messages)) ?? 0,
    rounds: mean(found.map(({ rounds }) => rounds)),
    medianMs: median(times),
    longestMs: times.at(-1) ?? null,
  }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
