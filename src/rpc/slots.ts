import { raceSignal } from '../base/deadline.ts'

/** A counting semaphore: at most `size` holders, the rest wait in order. */
export class Slots {
  readonly #size: number
  #held = 0
  #waiting: (() => void)[] = []

  constructor(size: number) {
    this.#size = size
  }

  get held(): number {
    return this.#held
  }

  /** Resolves when a slot is held; rejects with the signal's reason, holding none. */
  async take(signal?: AbortSignal): Promise<void> {
    if (this.#held < this.#size) {
      this.#held++
      return
    }
    let grant!: () => void
    const granted = new Promise<void>((resolve) => (grant = resolve))
    this.#waiting.push(grant)
    try {
      await raceSignal(granted, signal)
    } catch (error) {
      const index = this.#waiting.indexOf(grant)
      if (index >= 0) this.#waiting.splice(index, 1)
      else this.release()
      throw error
    }
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#held--
  }
}
