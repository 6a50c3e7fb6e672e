import type { Clock } from '../../base/index.ts'
import { BULK_BYTES } from './limits.ts'
import { SerialLink } from './serial-link.ts'

/** Somebody whose reading can be held. */
export interface Reader {
  stop(): void
  start(): void
}

/**
 * Bytes into one process: while more came than the link carries by now, nobody reads. What waits, waits with the system,
 * whose window then closes: the sender is held as by a real link.
 */
export class Ingress {
  readonly #clock: Clock
  readonly #link: SerialLink
  readonly #readers = new Set<Reader>()
  #stopTimer: (() => void) | undefined
  #lastBulkAt = 0

  constructor(clock: Clock, rate: number) {
    this.#clock = clock
    this.#link = new SerialLink(clock, rate)
  }

  /** Bytes per second from now on; 0 is no limit. */
  set rate(rate: number) {
    this.#link.rate = rate
  }

  get bytes(): number {
    return this.#link.bytes
  }

  /** When more than a control message last arrived; 0: never. */
  get lastBulkAt(): number {
    return this.#lastBulkAt
  }

  /** True while nobody may read. */
  get isBlocked(): boolean {
    return this.#stopTimer !== undefined
  }

  add(reader: Reader): void {
    this.#readers.add(reader)
  }

  remove(reader: Reader): void {
    this.#readers.delete(reader)
  }

  /** So many bytes were read. */
  took(bytes: number): void {
    if (bytes >= BULK_BYTES) this.#lastBulkAt = this.#clock.now()
    this.#link.take(bytes)
    this.#link.rest()
    const delay = this.#link.delay()
    if (delay <= 0 || this.#stopTimer) return
    this.#stopTimer = this.#clock.after(delay, () => this.#unblock())
    for (const reader of this.#readers) reader.stop()
  }

  close(): void {
    this.#stopTimer?.()
    this.#unblock()
    this.#readers.clear()
  }

  #unblock(): void {
    this.#stopTimer = undefined
    // From here on what comes is new; a moment later it was idle.
    this.#link.wake()
    for (const reader of this.#readers) reader.start()
  }
}
