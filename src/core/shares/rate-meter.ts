import { MAX_RATE_SAMPLES, RATE_WINDOW_MS } from '../limits.ts'

interface Sample {
  at: number
  down: number
  up: number
}

/** Turns two growing byte counters into rates in bits per second, and keeps a sample a second for the plot. */
export class RateMeter {
  #window: Sample[] = []
  #history: Sample[] = []
  #lastHistory: Sample | undefined

  /** Tells the counters as they stand at `now` (ms). */
  update(now: number, received: number, sent: number): void {
    const sample = { at: now, down: received, up: sent }
    this.#window.push(sample)
    while (this.#window.length > 2 && now - this.#window[1]!.at >= RATE_WINDOW_MS) this.#window.shift()
    this.#keepHistory(sample)
  }

  get down(): number {
    return this.#rate('down')
  }

  get up(): number {
    return this.#rate('up')
  }

  /** One sample a second, newest last; `at` is milliseconds before now, as a wall-clock time given `wallNow`. */
  history(now: number, wallNow: number): { at: number; down: number; up: number }[] {
    return this.#history.map((s) => ({ at: Math.round(wallNow - (now - s.at)), down: s.down, up: s.up }))
  }

  #rate(key: 'down' | 'up'): number {
    const first = this.#window[0]
    const last = this.#window.at(-1)
    if (!first || !last || last.at === first.at) return 0
    return Math.max(0, ((last[key] - first[key]) * 8000) / (last.at - first.at))
  }

  #keepHistory(sample: Sample): void {
    const last = (this.#lastHistory ??= sample)
    const elapsed = sample.at - last.at
    if (elapsed < 1000) return
    const rate = (key: 'down' | 'up'): number => Math.max(0, ((sample[key] - last[key]) * 8000) / elapsed)
    this.#history.push({ at: sample.at, down: rate('down'), up: rate('up') })
    if (this.#history.length > MAX_RATE_SAMPLES) this.#history.shift()
    this.#lastHistory = sample
  }
}
