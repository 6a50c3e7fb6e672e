import type { ShoalError } from '../base/errors.ts'

interface Waiting {
  size: number
  resolve: () => void
  reject: (cause: ShoalError) => void
}

/**
 * Credit for what is sent: at most `limit` units are out unacknowledged, and one item more, so that an item larger
 * than the window still passes. First come, first served. The other side reports totals, which are checked: it can
 * neither give more than was sent nor take any back.
 */
export class SendWindow {
  readonly #limit: number
  #sent = 0
  #acknowledged = 0
  #closed: ShoalError | undefined
  #waiting: Waiting[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get outstanding(): number {
    return this.#sent - this.#acknowledged
  }

  /** Takes credit for `size` units: undefined when there is some now, else a promise of it. */
  take(size: number): Promise<void> | undefined {
    if (this.#closed) return Promise.reject(this.#closed)
    if (this.#waiting.length === 0 && this.outstanding < this.#limit) {
      this.#sent += size
      return undefined
    }
    return new Promise((resolve, reject) => this.#waiting.push({ size, resolve, reject }))
  }

  /** Notes the other side's total; false when it cannot be true. */
  acknowledge(total: number): boolean {
    if (!Number.isSafeInteger(total) || total < this.#acknowledged || total > this.#sent) return false
    this.#acknowledged = total
    while (this.#waiting.length > 0 && this.outstanding < this.#limit) {
      const next = this.#waiting.shift()!
      this.#sent += next.size
      next.resolve()
    }
    return true
  }

  /** Rejects whoever waits, now and later. */
  close(cause: ShoalError): void {
    this.#closed ??= cause
    const waiting = this.#waiting
    this.#waiting = []
    for (const each of waiting) each.reject(cause)
  }
}
