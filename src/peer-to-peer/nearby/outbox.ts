import * as limits from './limits.ts'
import type { Clock } from '../../base/index.ts'

/** When to tell one peer: changes are coalesced, messages spaced, failures tried again a few times. */
export class Outbox {
  readonly #send: () => Promise<void>
  readonly #clock: Clock
  #cancel: (() => void) | undefined
  #isSending = false
  #isDirty = false
  #isStopped = false
  #retries = 0
  #sentAt = Number.NEGATIVE_INFINITY

  constructor(options: { send(): Promise<void>; clock: Clock }) {
    this.#send = () => options.send()
    this.#clock = options.clock
  }

  /** Sends without delay: for a new connection. */
  now(): void {
    this.#isDirty = true
    void this.#run()
  }

  /** Something changed: the peer is told soon. */
  changed(): void {
    this.#isDirty = true
    this.#retries = 0
    this.#schedule(limits.COALESCE_MS)
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
  }

  #schedule(atLeast: number): void {
    if (this.#isStopped || this.#isSending || this.#cancel) return
    const spacing = this.#sentAt + limits.SEND_EVERY_MS - this.#clock.now()
    this.#cancel = this.#clock.after(Math.max(atLeast, spacing), () => {
      this.#cancel = undefined
      void this.#run()
    })
  }

  async #run(): Promise<void> {
    if (this.#isStopped || this.#isSending) return
    this.#isSending = true
    this.#isDirty = false
    this.#sentAt = this.#clock.now()
    let pause = limits.COALESCE_MS
    try {
      await this.#send()
      this.#retries = 0
    } catch {
      // Busy, leaving, or a program that does not speak this: a few more tries, then the next change will do.
      this.#isDirty ||= this.#retries < limits.MAX_RETRIES
      this.#retries++
      pause = limits.RETRY_MS
    } finally {
      this.#isSending = false
    }
    if (this.#isDirty) this.#schedule(pause)
  }
}
