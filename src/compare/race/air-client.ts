import type { Air } from '../../transport/links/index.ts'
import { AIR_GRANT_BYTES } from '../../transport/links/limits.ts'

/** The air as one process sees it: bytes it was granted, and a way to ask for more. */
export class AirClient implements Air {
  readonly #ask: (bytes: number) => void
  #granted = 0
  #isAsking = false
  #wake: (() => void) | undefined

  constructor(ask: (bytes: number) => void) {
    this.#ask = ask
  }

  tryTake(bytes: number): boolean {
    if (this.#granted < bytes) return false
    this.#granted -= bytes
    return true
  }

  whenGranted(callback: () => void): void {
    this.#wake = callback
    if (this.#isAsking) return
    this.#isAsking = true
    this.#ask(AIR_GRANT_BYTES)
  }

  granted(bytes: number): void {
    this.#isAsking = false
    this.#granted += bytes
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}
