import type { Clock } from '../../../base/index.ts'
import { AWAKE_MS, IDLE_TURNS, MAX_NAP_MS, NAP_BYTES, RATE_LOOK_MS, WAKEFUL_RATE } from '../limits.ts'

const CELL = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

/** Stops this thread for so long. */
function napThread(ms: number): void {
  Atomics.wait(CELL, 0, 0, ms)
}

/**
 * On links slower than the machine every packet of every lane wakes the process: tens of thousands of turns of the event
 * loop that read 1.4 KB each and cost more than everything else together. So after a turn that moved little the thread
 * sleeps for some milliseconds, and the next turn takes what has gathered, from all lanes and for everything else. It
 * sleeps only while lanes move something, and not at rates where a turn is worth its price.
 *
 * The thread itself, because a socket that is told not to be read still wakes the loop once for the packet that comes
 * then (libuv learns of it from the system only at that moment): with eight lanes that was eight turns for one.
 */
export class TurnPacer {
  readonly #clock: Clock
  readonly #nap: (ms: number) => void
  /** Bytes read and written since `#since`. */
  #bytes = 0
  #since: number
  #idleTurns = 0
  #awakeUntil = -Infinity
  #look: NodeJS.Immediate | undefined

  constructor(clock: Clock, nap: (ms: number) => void = napThread) {
    this.#clock = clock
    this.#nap = nap
    this.#since = clock.now()
  }

  /** So many bytes came in one read, or went out in one write. */
  moved(bytes: number): void {
    this.#bytes += bytes
    this.#idleTurns = 0
    // After everything this turn of the event loop had to read.
    this.#look ??= setImmediate(() => this.#turnEnds())
  }

  /**
   * Something else than lanes is waited for, in many small steps: a finished download is closed, compared, flushed and renamed, and
   * each answer of the disk would find the thread asleep.
   */
  stayAwake(): void {
    this.#awakeUntil = this.#clock.now() + AWAKE_MS
  }

  /** No nap after this. */
  stop(): void {
    if (this.#look) clearImmediate(this.#look)
    this.#look = undefined
  }

  #turnEnds(): void {
    this.#look = undefined
    const elapsed = this.#clock.now() - this.#since
    // One turn says nothing about a rate: what moves next looks again.
    if (elapsed < RATE_LOOK_MS) return
    const rate = this.#bytes / elapsed
    this.#bytes = 0
    this.#since += elapsed
    if (rate >= WAKEFUL_RATE / 1000 || this.#clock.now() < this.#awakeUntil) return
    this.#nap(Math.min(MAX_NAP_MS, NAP_BYTES / Math.max(rate, 1)))
    if (this.#idleTurns++ < IDLE_TURNS) this.#look = setImmediate(() => this.#turnEnds())
  }
}
