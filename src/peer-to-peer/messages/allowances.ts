import type { Clock } from '../../base/index.ts'
import * as limits from './limits.ts'

interface Allowance {
  left: number
  countedAt: number
}

/** How many messages each peer may still send, and all strangers together. */
export class Allowances {
  readonly #clock: Clock
  readonly #byPeer = new Map<string, Allowance>()
  readonly #strangers: Allowance

  constructor(clock: Clock) {
    this.#clock = clock
    this.#strangers = { left: limits.STRANGERS_BURST, countedAt: clock.now() }
  }

  /** Counts one message of this peer; false when it is one too many. */
  take(peer: string, isKnown: boolean): boolean {
    if (!this.#takeOf(this.#of(peer), limits.PEER_BURST, limits.PEER_EVERY_MS)) return false
    return isKnown || this.#takeOf(this.#strangers, limits.STRANGERS_BURST, limits.STRANGERS_EVERY_MS)
  }

  #of(peer: string): Allowance {
    const allowance = this.#byPeer.get(peer) ?? { left: limits.PEER_BURST, countedAt: this.#clock.now() }
    this.#byPeer.delete(peer)
    this.#byPeer.set(peer, allowance)
    if (this.#byPeer.size > limits.MAX_ALLOWANCES) this.#byPeer.delete(this.#byPeer.keys().next().value!)
    return allowance
  }

  #takeOf(allowance: Allowance, burst: number, everyMs: number): boolean {
    const now = this.#clock.now()
    allowance.left = Math.min(burst, allowance.left + (now - allowance.countedAt) / everyMs)
    allowance.countedAt = now
    if (allowance.left < 1) return false
    allowance.left--
    return true
  }
}
