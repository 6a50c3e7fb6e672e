import type { PeerId } from '@libp2p/interface'
import type { Clock } from '../../../base/index.ts'
import type { Link } from '../link/link.ts'
import { DUPLICATE_WINDOW_MS, MAX_NEIGHBOURS, MAX_SOUGHT_NEIGHBOURS } from '../limits.ts'

/** The links of a share, one a peer. Of two hellos at once the one from the smaller id stays, and both sides know which. */
export class Neighbours {
  readonly #self: string
  readonly #clock: Clock
  readonly #links = new Map<string, Link>()
  /** Hellos we began and that are not answered. */
  readonly #asking = new Set<string>()

  constructor(self: string, clock: Clock) {
    this.#self = self
    this.#clock = clock
  }

  [Symbol.iterator](): Iterator<Link> {
    return this.#links.values()
  }

  get(peer: string): Link | undefined {
    return this.#links.get(peer)
  }

  has(peer: string): boolean {
    return this.#links.has(peer)
  }

  /** No link is taken beyond these. */
  get isFull(): boolean {
    return this.#links.size >= MAX_NEIGHBOURS
  }

  /** Enough, with those who are being asked: nobody else is. */
  get areEnough(): boolean {
    return this.#links.size + this.#asking.size >= MAX_SOUGHT_NEIGHBOURS
  }

  /** Somebody has introduced himself. */
  get areAny(): boolean {
    return this.#links.values().some((link) => link.phase.is === 'active')
  }

  helloBegan(peer: string): void {
    this.#asking.add(peer)
  }

  helloEnded(peer: string): void {
    this.#asking.delete(peer)
  }

  /** Whether a hello from this peer loses against ours. */
  refusesDuplicate(peerId: PeerId): boolean {
    const key = peerId.toString()
    if (this.#self >= key) return false
    const link = this.#links.get(key)
    const isYoung = link?.initiator === 'me' && this.#clock.now() - link.since < DUPLICATE_WINDOW_MS
    return isYoung || this.#asking.has(key)
  }

  /** Takes the place of an earlier link to the same peer, which is closed. */
  add(link: Link): void {
    const old = this.#links.get(link.peer)
    this.#links.set(link.peer, link)
    old?.close('duplicate')
  }

  /** False when another link to the same peer had taken its place. */
  remove(link: Link): boolean {
    return this.#links.get(link.peer) === link && this.#links.delete(link.peer)
  }
}
