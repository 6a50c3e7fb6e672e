import { ShoalError } from '../../../base/index.ts'

/** Lets only so many pieces of work run at once; the rest wait in order, and too many are refused with `rate-limited`. */
export class Turns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) await this.#wait()
    else this.#running++
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The place is handed on, so that nobody who comes now takes it.
      if (next) next()
      else this.#running--
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting)
      throw new ShoalError('rate-limited', 'too many logins at once; try again in a moment')
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
