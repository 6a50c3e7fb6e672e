import { Bitmap } from '../../../base/bitmap.ts'
import type { Part } from '../../../content/types.ts'
import { COALESCE_MS, MAX_LIST } from './limits.ts'
import type { Peer } from './peer.ts'
import type { HandOut, PeerUpdate } from './types.ts'

/**
 * Control messages not sent yet, and when they are due. What this node offers is one log that every peer reads at its own
 * pace, so that announcing a part costs the same however many peers there are.
 */
export class Outbox {
  readonly #log: Part[] = []
  readonly #urgent = new Set<Peer>()
  #offered = new Bitmap(0)
  #announceAt = Number.POSITIVE_INFINITY

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

  announce(part: Part, isUrgent: boolean, now: number): void {
    if (!this.#offered.add(part)) return
    this.#log.push(part)
    this.#announceAt = Math.min(this.#announceAt, isUrgent ? 0 : now + COALESCE_MS)
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

  credit(peer: Peer, parts: number, isUrgent: boolean, now: number): void {
    peer.creditDue += parts
    if (isUrgent) this.#urgent.add(peer)
    else this.#announceAt = Math.min(this.#announceAt, now + COALESCE_MS)
  }

  handOut(peer: Peer, handOut: HandOut, now: number): void {
    peer.handOuts.push(handOut)
    this.#announceAt = Math.min(this.#announceAt, now + COALESCE_MS)
  }

  nextAt(): number {
    return this.#urgent.size > 0 ? 0 : this.#announceAt
  }

  take(peers: Iterable<Peer>, now: number): PeerUpdate[] {
    const updates: PeerUpdate[] = []
    const everyone = now >= this.#announceAt
    if (everyone) this.#announceAt = Number.POSITIVE_INFINITY
    for (const peer of everyone ? peers : this.#urgent) this.#compose(peer, updates)
    this.#urgent.clear()
    return updates
  }

  #tellAll(peer: Peer): void {
    peer.bitmapDue = true
    this.#urgent.add(peer)
  }

  #compose(peer: Peer, updates: PeerUpdate[]): void {
    let bitmap: Uint8Array<ArrayBuffer> | undefined
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
