import { Bitmap } from '../../../base/bitmap.ts'
import type { Part } from '../../../content/types.ts'
import {
  COALESCE_MS,
  FRESH_HAVE_MS,
  KNOWN_HAVE_MS,
  MAX_LIST,
  RELAYED_HAVE_MS,
  RELAYED_HAVE_PARTS,
  SOURCE_HAVE_MS,
  SOURCE_HAVE_PARTS,
} from './limits.ts'
import type { Peer } from './peer.ts'
import type { HandOut, PeerUpdate } from './types.ts'

/** When something happens. */
interface Times {
  readonly now: number
  /** In what time a part arrives here: on a fast network nothing waits long for company. */
  readonly partMs: number
}

/**
 * Control messages not sent yet, and when they are due. What this node offers is one log that every peer reads at its own
 * pace, so that announcing a part costs the same however many peers there are.
 */
export class Outbox {
  readonly #log: Part[] = []
  readonly #urgent = new Set<Peer>()
  #offered = new Bitmap(0)
  /** The earliest time at which something is due to a peer that is not in `#urgent`; may be too early, never too late. */
  #dueAt = Number.POSITIVE_INFINITY

  /** What this node offers from now on; every peer is told. */
  offer(offered: Bitmap, peers: Iterable<Peer>): void {
    this.#offered = offered.clone()
    for (const peer of peers) this.#tellAll(peer)
  }

  offers(part: Part): boolean {
    return this.#offered.has(part)
  }

  /** A new peer is told everything in its first message. */
  join(peer: Peer): void {
    peer.bitmapDue = this.#offered.count > 0
    peer.toldUpTo = this.#log.length
    if (peer.bitmapDue) this.#urgent.add(peer)
  }

  leave(peer: Peer): void {
    this.#urgent.delete(peer)
  }

  /** Tells soon whom it helps soon; whoever has the part, or can get it elsewhere, hears of it along with something else. */
  announce(part: Part, isUrgent: boolean, peers: Iterable<Peer>, { partMs, now }: Times): void {
    if (!this.#offered.add(part)) return
    this.#log.push(part)
    for (const peer of peers) this.#later(peer, now + haveDelay(peer, part, isUrgent, partMs))
  }

  /** Parts can only be withdrawn by telling everything again. */
  withdraw(part: Part, peers: Iterable<Peer>): void {
    if (!this.#offered.delete(part)) return
    for (const peer of peers) this.#tellAll(peer)
  }

  request(peer: Peer, part: Part): void {
    peer.requests.push(part)
    this.#urgent.add(peer)
  }

  cancel(peer: Peer, part: Part): void {
    const unsent = peer.requests.indexOf(part)
    if (unsent >= 0) {
      peer.requests.splice(unsent, 1)
      return
    }
    peer.cancels.push(part)
    this.#urgent.add(peer)
  }

  credit(peer: Peer, parts: number, isUrgent: boolean, { partMs, now }: Times): void {
    peer.creditDue += parts
    if (isUrgent) this.#urgent.add(peer)
    else this.#later(peer, now + Math.min(COALESCE_MS, partMs))
  }

  handOut(peer: Peer, handOut: HandOut, now: number): void {
    peer.handOuts.push(handOut)
    this.#later(peer, now + COALESCE_MS)
  }

  nextAt(): number {
    return this.#urgent.size > 0 ? 0 : this.#dueAt
  }

  take(peers: Iterable<Peer>, now: number): PeerUpdate[] {
    const updates: PeerUpdate[] = []
    if (now >= this.#dueAt) this.#collectDue(peers, now)
    for (const peer of this.#urgent) this.#compose(peer, updates)
    this.#urgent.clear()
    return updates
  }

  /** The last word to every peer: all there is, since the lists that told of it may be unsent or on a lane that ends too. */
  farewell(peers: Iterable<Peer>): PeerUpdate[] {
    if (this.#log.length === 0) return []
    const bitmap = this.#offered.toBytes()
    return Array.from(peers, ({ key: peer }) => {
      return { peer, bitmap, have: [], request: [], cancel: [], credit: 0, handedOut: [] }
    })
  }

  #collectDue(peers: Iterable<Peer>, now: number): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    for (const peer of peers) {
      if (peer.dueAt <= now) this.#urgent.add(peer)
      else this.#dueAt = Math.min(this.#dueAt, peer.dueAt)
    }
  }

  #later(peer: Peer, at: number): void {
    peer.dueAt = Math.min(peer.dueAt, at)
    this.#dueAt = Math.min(this.#dueAt, at)
  }

  #tellAll(peer: Peer): void {
    peer.bitmapDue = true
    this.#urgent.add(peer)
  }

  #compose(peer: Peer, updates: PeerUpdate[]): void {
    let bitmap: Uint8Array<ArrayBuffer> | undefined
    peer.dueAt = Number.POSITIVE_INFINITY
    if (peer.bitmapDue) {
      bitmap = this.#offered.toBytes()
      peer.bitmapDue = false
      peer.toldUpTo = this.#log.length
    }
    do {
      const have = this.#log.slice(peer.toldUpTo, peer.toldUpTo + MAX_LIST)
      peer.toldUpTo += have.length
      const request = peer.requests.splice(0, MAX_LIST)
      const cancel = peer.cancels.splice(0, MAX_LIST)
      const handedOut = peer.handOuts.splice(0, MAX_LIST)
      const credit = peer.creditDue
      peer.creditDue = 0
      if (bitmap || credit > 0 || have.length + request.length + cancel.length + handedOut.length > 0) {
        updates.push({ peer: peer.key, bitmap, have, request, cancel, credit, handedOut })
      }
      bitmap = undefined
    } while (this.#isWaiting(peer))
  }

  #isWaiting(peer: Peer): boolean {
    const lists = peer.requests.length + peer.cancels.length + peer.handOuts.length
    return lists > 0 || peer.toldUpTo < this.#log.length
  }
}

function haveDelay(peer: Peer, part: Part, isUrgent: boolean, partMs: number): number {
  if (peer.isSource) return partMs > SOURCE_HAVE_MS ? 0 : Math.min(SOURCE_HAVE_MS, SOURCE_HAVE_PARTS * partMs)
  if (peer.has.has(part)) return KNOWN_HAVE_MS
  return isUrgent ? Math.min(FRESH_HAVE_MS, partMs) : Math.min(RELAYED_HAVE_MS, RELAYED_HAVE_PARTS * partMs)
}
