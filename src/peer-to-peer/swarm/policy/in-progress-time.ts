import { IN_PROGRESS_MS, MAX_IN_PROGRESS_MS } from './limits.ts'

type Phase =
  | { readonly is: 'cruising'; readonly windows: number; readonly best: number }
  | { readonly is: 'probing'; readonly windows: number; readonly factor: number; readonly before: number }

/** An upward probe that gained this much was starved before; one that gained less was not. */
const GAIN_THAT_COUNTS = 1.15
/** A downward probe may cost this much. */
const LOSS_THAT_IS_NOISE = 0.95
const UP = 1.5
const DOWN = 0.8
/** Windows of a phase: in the first the change takes effect, the second is measured. */
const PROBE_WINDOWS = 2
const CRUISE_WINDOWS = 4

/**
 * How much of the uplink's time may be in progress. IN_PROGRESS_MS unless acknowledgements take longer than that, as they do
 * where receivers have slow uplinks and their own data is queued before them: the uplink then runs empty while it waits. That
 * cannot be seen in the round trips (by Little's law a full uplink's are just what is allowed to be in progress), only by trying:
 * now and then a little more, and if much more got through, it stays.
 */
export class InProgressTime {
  #ms = IN_PROGRESS_MS
  #phase: Phase = { is: 'cruising', windows: 0, best: 0 }

  get ms(): number {
    const factor = this.#phase.is === 'probing' ? this.#phase.factor : 1
    return Math.min(MAX_IN_PROGRESS_MS, Math.max(IN_PROGRESS_MS, this.#ms * factor))
  }

  /** A window ended, throughout which there was more to send. */
  addWindow(rate: number): void {
    const phase = this.#phase
    const windows = phase.windows + 1
    if (phase.is === 'cruising') {
      const best = Math.max(phase.best, rate)
      if (windows < CRUISE_WINDOWS) this.#phase = { ...phase, windows, best }
      else this.#probe(UP, best)
      return
    }
    if (windows < PROBE_WINDOWS) this.#phase = { ...phase, windows }
    else this.#judge(phase.factor, phase.before, rate)
  }

  #judge(factor: number, before: number, rate: number): void {
    const isUp = factor > 1
    const isAccepted = rate > before * (isUp ? GAIN_THAT_COUNTS : LOSS_THAT_IS_NOISE)
    if (isAccepted) this.#ms = this.ms
    if (isUp && isAccepted) return this.#probe(UP, rate)
    if (isUp && this.#ms > IN_PROGRESS_MS) return this.#probe(DOWN, before)
    this.#phase = { is: 'cruising', windows: 0, best: 0 }
  }

  #probe(factor: number, before: number): void {
    this.#phase = { is: 'probing', windows: 0, factor, before }
  }
}
