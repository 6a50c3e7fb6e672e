import type { Random } from '../../../base/random.ts'
import type { Part } from '../../../content/types.ts'
import type { Availability } from './availability.ts'
import { MAX_CANDIDATES, SAMPLE, SCAN_BITS } from './limits.ts'
import type { OwnParts } from './own-parts.ts'
import { MISSING } from './own-parts.ts'
import type { Peer } from './peer.ts'

/**
 * For each holder the parts it has that are wanted. Entries are checked when they are looked at, not when they become stale,
 * so that a part that arrives costs nothing per peer.
 */
export class Candidates {
  readonly #own: OwnParts
  readonly #availability: Availability
  readonly #random: Random

  constructor(own: OwnParts, availability: Availability, random: Random) {
    this.#own = own
    this.#availability = availability
    this.#random = random
  }

  add(peer: Peer, part: Part): void {
    if (peer.candidates.length < MAX_CANDIDATES) peer.candidates.push(part)
    else peer.scanFrom ??= 0
  }

  /** The rarest part wanted of this holder (a page before any chunk), ties by chance; undefined when there is none. */
  take(peer: Peer, onlyPages: boolean): Part | undefined {
    if (this.#own.count(MISSING) === 0) return undefined
    let found = this.#rarest(peer)
    if (found === undefined && peer.scanFrom !== undefined) {
      this.#scan(peer)
      found = this.#rarest(peer)
    }
    return onlyPages && found !== undefined && found >= this.#own.table.pages ? undefined : found
  }

  #rarest(peer: Peer): Part | undefined {
    const list = peer.candidates
    let at = this.#random.below(Math.max(1, list.length))
    let best: Part | undefined
    let bestRank = Number.POSITIVE_INFINITY
    for (let looked = 0; looked < SAMPLE && looked < list.length;) {
      if (at >= list.length) at = 0
      const part = list[at]!
      if (this.#own.state(part) !== MISSING || !peer.has.has(part)) {
        list[at] = list[list.length - 1]!
        list.pop()
        continue
      }
      const rank = this.#rank(part)
      if (rank < bestRank) {
        best = part
        bestRank = rank
      }
      looked++
      at++
    }
    return best
  }

  #rank(part: Part): number {
    return part < this.#own.table.pages ? -1 : this.#availability.count(part)
  }

  #scan(peer: Peer): void {
    const start = peer.scanFrom ?? 0
    const end = Math.min(start + SCAN_BITS, peer.has.length)
    let part = start
    for (; part < end && peer.candidates.length < MAX_CANDIDATES; part++) {
      if (peer.has.has(part) && this.#own.state(part) === MISSING) peer.candidates.push(part)
    }
    peer.scanFrom = part < peer.has.length ? part : undefined
  }
}
