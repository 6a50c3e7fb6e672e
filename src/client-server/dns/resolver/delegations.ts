import { RecentMap, type Clock } from '../../../base/index.ts'
import type { Name } from '../wire/index.ts'
import { MAX_DELEGATIONS, MAX_POSITIVE_TTL } from './limits.ts'
import type { NameServer } from './types.ts'

/** A zone and who serves it. */
export interface Delegation {
  readonly zone: Name
  readonly servers: readonly NameServer[]
}

interface Held extends Delegation {
  readonly expiresAt: number
}

/**
 * Which zone is served by whom, as the zone above said. Only that zone may renew it: a zone that was taken away cannot keep
 * itself alive by its own word (the "ghost domains" of 2012).
 */
export class Delegations {
  readonly #clock: Clock
  readonly #root: Delegation
  readonly #held = new RecentMap<string, Held>(MAX_DELEGATIONS)

  constructor(clock: Clock, root: Delegation) {
    this.#clock = clock
    this.#root = root
  }

  get size(): number {
    return this.#held.size
  }

  /** The nearest zone at or above a name whose servers are known; the root's always are. */
  closest(name: Name): Delegation {
    for (let at = name; !at.isRoot; at = at.parent) {
      const held = this.#held.get(at.key)
      if (!held) continue
      if (held.expiresAt > this.#clock.now()) return held
      this.#held.delete(at.key)
    }
    return this.#root
  }

  /** Forgets a zone's servers, which no longer answer, and gives the nearest zone above it. */
  above(zone: Name): Delegation {
    this.#held.delete(zone.key)
    return this.closest(zone.parent)
  }

  /** `ttl` is in seconds; what may not be kept at all is not. */
  put(delegation: Delegation, ttl: number): void {
    if (ttl === 0 || delegation.zone.isRoot) return
    const { key } = delegation.zone
    const expiresAt = this.#clock.now() + Math.min(ttl, MAX_POSITIVE_TTL) * 1000
    this.#held.set(key, { ...delegation, expiresAt })
  }

  clear(zone?: Name): void {
    for (const [key, held] of this.#held)
      if (zone === undefined || held.zone.isWithin(zone)) this.#held.delete(key)
  }
}
