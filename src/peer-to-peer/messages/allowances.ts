import { Allowance, Allowances, type Clock } from '../../base/index.ts'
import * as limits from './limits.ts'

/** How many messages each peer may still send, and all strangers together. */
export class SenderAllowances {
  readonly #peers: Allowances
  readonly #strangers: Allowance

  constructor(clock: Clock) {
    const { PEER_BURST, PEER_EVERY_MS, STRANGERS_BURST, STRANGERS_EVERY_MS } = limits
    const peer = { atOnce: PEER_BURST, perSecond: 1000 / PEER_EVERY_MS }
    this.#peers = new Allowances(clock, peer, limits.MAX_ALLOWANCES)
    this.#strangers = new Allowance(clock, { atOnce: STRANGERS_BURST, perSecond: 1000 / STRANGERS_EVERY_MS })
  }

  /** Counts one message of this peer; false when it is one too many. */
  take(peer: string, isKnown: boolean): boolean {
    return this.#peers.take(peer) && (isKnown || this.#strangers.take())
  }
}
