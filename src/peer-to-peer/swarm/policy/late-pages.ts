import type { Part } from '../../../content/types.ts'
import { PAGE_RELAY_MS, TICK_MS } from './limits.ts'
import { HELD } from './own-parts.ts'
import type { OwnParts } from './own-parts.ts'
import type { Peer } from './peer.ts'

/**
 * Second copies of pages. Receivers relay pages like chunks, but a page that went first to a receiver with a slow uplink holds
 * everybody up: without it nothing they got can be verified and passed on.
 */
export class LatePages {
  readonly #own: OwnParts
  /** By page: when a copy last went out; Infinity before the first. */
  readonly #sentAt: Float64Array
  #lookAt = 0

  constructor(own: OwnParts) {
    this.#own = own
    this.#sentAt = new Float64Array(own.table.pages).fill(Number.POSITIVE_INFINITY)
  }

  handedOut(part: Part, now: number): void {
    if (part < this.#sentAt.length) this.#sentAt[part] = now
  }

  next(
    receivers: Iterable<Peer>,
    mayTake: (peer: Peer) => boolean,
    now: number,
  ): { peer: Peer; part: Part } | undefined {
    if (now < this.#lookAt) return undefined
    const waiting = [...receivers].filter((peer) => !peer.isComplete && mayTake(peer))
    for (let part = 0; part < this.#sentAt.length; part++) {
      if (now < this.#sentAt[part]! + PAGE_RELAY_MS || this.#own.state(part) !== HELD) continue
      const peer = waiting.find((one) => !one.has.has(part) && !one.sending.some((it) => it.part === part))
      if (!peer) continue
      this.#sentAt[part] = now
      return { peer, part }
    }
    this.#lookAt = now + TICK_MS
    return undefined
  }
}
