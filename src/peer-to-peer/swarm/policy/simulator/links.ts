import type { EventQueue } from './event-queue.ts'

/** Bytes on the wire per byte of payload: Ethernet, IP, TCP and TLS headers. */
export const HEADERS = 1.046

/**
 * A serial uplink whose bytes are shared out evenly, block by block, among destinations with something queued: what TCP
 * connections through one bottleneck do.
 */
export class SerialUplink<Block extends { readonly length: number }> {
  readonly #queue: EventQueue
  readonly #bytesPerMs: number
  readonly #deliver: (to: string, block: Block) => void
  /** Destinations with blocks queued, in turn. */
  readonly #lines = new Map<string, Block[]>()
  #busy = false
  #queuedBytes = 0
  #busyUntil = 0
  /** Payload bytes that left. */
  bytesSent = 0
  isCut = false

  constructor(queue: EventQueue, mbit: number, deliver: (to: string, block: Block) => void) {
    this.#queue = queue
    this.#bytesPerMs = (mbit * 1e6) / 8 / 1000 / HEADERS
    this.#deliver = deliver
  }

  /** Until a message handed over now has left, behind all that is queued. */
  get delayMs(): number {
    return this.#queuedBytes / this.#bytesPerMs + Math.max(0, this.#busyUntil - this.#queue.now)
  }

  send(to: string, block: Block): void {
    this.#queuedBytes += block.length
    const line = this.#lines.get(to)
    if (line) line.push(block)
    else this.#lines.set(to, [block])
    if (!this.#busy) this.#next()
  }

  drop(to: string): void {
    for (const block of this.#lines.get(to) ?? []) this.#queuedBytes -= block.length
    this.#lines.delete(to)
  }

  #next(): void {
    const first = this.#lines.entries().next().value
    this.#busy = first !== undefined && !this.isCut
    if (!first || this.isCut) return
    const [to, line] = first
    const block = line.shift()!
    // The line goes to the end of the round.
    this.#lines.delete(to)
    if (line.length > 0) this.#lines.set(to, line)
    const duration = block.length / this.#bytesPerMs
    this.#queuedBytes -= block.length
    this.#busyUntil = this.#queue.now + duration
    this.#queue.after(duration, () => {
      if (this.isCut) return
      this.bytesSent += block.length
      this.#deliver(to, block)
      this.#next()
    })
  }
}

/** A serial downlink: first in, first out, with as much queue as it needs. */
export class SerialDownlink {
  readonly #queue: EventQueue
  readonly #bytesPerMs: number
  #freeAt = 0

  constructor(queue: EventQueue, mbit: number) {
    this.#queue = queue
    this.#bytesPerMs = (mbit * 1e6) / 8 / 1000 / HEADERS
  }

  receive(length: number, done: () => void): void {
    this.#freeAt = Math.max(this.#freeAt, this.#queue.now) + length / this.#bytesPerMs
    this.#queue.at(this.#freeAt, done)
  }
}
