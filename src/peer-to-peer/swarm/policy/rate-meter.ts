/** Bytes per second with an exponential memory, unbiased from the first byte on. */
export class RateMeter {
  readonly #memoryMs: number
  #sum = 0
  #at = 0
  #since: number | undefined

  constructor(memoryMs: number) {
    this.#memoryMs = memoryMs
  }

  add(bytes: number, now: number): void {
    this.#decay(now)
    this.#since ??= now
    this.#sum += bytes
  }

  /** So much has come that a rate can be told. */
  isSettled(now: number): boolean {
    return this.#since !== undefined && now - this.#since >= MIN_AGE_MS
  }

  /** 0 when nothing came for long. */
  rate(now: number): number {
    this.#decay(now)
    if (this.#since === undefined) return 0
    const age = Math.max(now - this.#since, MIN_AGE_MS)
    return (this.#sum * 1000) / (this.#memoryMs * -Math.expm1(-age / this.#memoryMs))
  }

  #decay(now: number): void {
    const passed = now - this.#at
    if (passed <= 0) return
    this.#sum *= Math.exp(-passed / this.#memoryMs)
    this.#at = now
    if (this.#sum >= 1) return
    this.#sum = 0
    this.#since = undefined
  }
}

/** One block in no time is not an infinite rate. */
const MIN_AGE_MS = 100
