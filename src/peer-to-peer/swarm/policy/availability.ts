import { Bitmap } from '../../../base/bitmap.ts'
import { ShoalError } from '../../../base/errors.ts'
import type { Part } from '../../../content/types.ts'
import type { Peer } from './peer.ts'

/** Told of every change of who holds what. */
export interface HoldingListener {
  holderAdded(peer: Peer, part: Part): void
  holderRemoved(peer: Peer, part: Part): void
}

/** How many connected peers hold each part, kept by increments. */
export class Availability {
  readonly parts: number
  readonly #counts: Uint16Array
  readonly #listeners: HoldingListener[] = []
  #unheld: number

  constructor(parts: number) {
    this.parts = parts
    this.#counts = new Uint16Array(parts)
    this.#unheld = parts
  }

  listen(listener: HoldingListener): void {
    this.#listeners.push(listener)
  }

  count(part: Part): number {
    return this.#counts[part] ?? 0
  }

  /** Parts that no connected peer is known to hold. */
  get unheld(): number {
    return this.#unheld
  }

  join(peer: Peer): void {
    peer.has = new Bitmap(this.parts)
  }

  /** Takes the peer's parts out of the count. */
  leave(peer: Peer): void {
    for (const part of peer.has.indices()) this.remove(peer, part)
  }

  /** Throws when the part does not exist. */
  check(part: Part): void {
    if (Number.isInteger(part) && part >= 0 && part < this.parts) return
    throw new ShoalError('protocol-violation', `part ${part} of ${this.parts}`)
  }

  add(peer: Peer, part: Part): void {
    this.check(part)
    if (!peer.has.add(part)) return
    if (this.#counts[part]!++ === 0) this.#unheld--
    for (const listener of this.#listeners) listener.holderAdded(peer, part)
  }

  remove(peer: Peer, part: Part): void {
    if (!peer.has.delete(part)) return
    if (--this.#counts[part]! === 0) this.#unheld++
    for (const listener of this.#listeners) listener.holderRemoved(peer, part)
  }

  /** Replaces what the peer holds. Throws when the bitmap is not one of this share. */
  replace(peer: Peer, bytes: Uint8Array): void {
    const size = Math.ceil(this.parts / 8)
    if (bytes.length !== size) {
      throw new ShoalError('protocol-violation', `bitmap of ${bytes.length} bytes where ${size} were due`)
    }
    const told = new Bitmap(this.parts, bytes)
    for (let part = 0; part < this.parts; part++) {
      if (told.has(part)) this.add(peer, part)
      else this.remove(peer, part)
    }
  }
}
