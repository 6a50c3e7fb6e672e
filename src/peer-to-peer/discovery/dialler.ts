import {
  errorMessage,
  withDeadline,
  type Clock,
  type EventSource,
  type Logger,
  type Random,
} from '../../base/index.ts'
import * as limits from './limits.ts'
import { dialTarget, PeerBook, type KnownPeer } from './peer-book.ts'
import type { FoundPeer } from './peer-source.ts'
import type { AbortOptions } from '../../base/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What discovery needs of the node. */
export interface Connections {
  /** Our own. */
  readonly peerId: PeerId
  isConnected(peerId: PeerId): boolean
  connected(): PeerId[]
  dial(target: PeerId | Multiaddr[], options: AbortOptions): Promise<{ readonly remotePeer: PeerId }>
  readonly events: EventSource<{
    'peer-connected': { peerId: PeerId }
    'peer-disconnected': { peerId: PeerId }
  }>
}

/**
 * Dials peers that sources name, politely: a few at once, each set of addresses once, and after a failure with growing
 * pauses. A new address is worth a new try at once.
 */
export class Dialler {
  readonly book = new PeerBook()
  readonly #connections: Connections
  readonly #clock: Clock
  readonly #random: Random
  readonly #log: Logger
  readonly #queue: KnownPeer[] = []
  readonly #controller = new AbortController()
  readonly #timers = new Set<() => void>()
  #dialling = 0

  constructor(options: { connections: Connections; clock: Clock; random: Random; log: Logger }) {
    this.#connections = options.connections
    this.#clock = options.clock
    this.#random = options.random
    this.#log = options.log
  }

  /** Takes note of a peer and dials it when that makes sense. */
  offer(found: FoundPeer): KnownPeer | undefined {
    if (found.peerId?.equals(this.#connections.peerId)) return undefined
    const now = this.#clock.now()
    const noted = this.book.note(found, now)
    if (!noted || this.#controller.signal.aborted) return noted?.peer
    const { peer } = noted
    // A search or a person named it: manners towards strangers do not apply.
    const isWanted = found.key !== undefined || found.source === 'typed'
    const becameWanted = isWanted && peer.wantedUntil < now
    if (isWanted) peer.wantedUntil = now + limits.WANTED_FOR_MS
    if (!this.#isConnected(peer)) this.#consider(peer, noted.isNews || becameWanted)
    return peer
  }

  /** Notes that a peer is there, whoever dialled. */
  met(peerId: PeerId): void {
    const peer = this.book.get(peerId.toString())
    if (!peer) return
    peer.failures = 0
    if (peer.dial.is === 'resting') this.#wake(peer, peer.dial)
  }

  /** One more try soon, for a peer whose connection was lost and who was heard of lately. */
  lost(peerId: PeerId): void {
    const peer = this.book.get(peerId.toString())
    if (peer?.dial.is !== 'idle' || this.#controller.signal.aborted) return
    if (this.#clock.now() - peer.seenAt <= limits.RECONNECT_WITHIN_MS) this.#rest(peer, true)
  }

  stop(): void {
    this.#controller.abort()
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
    this.#queue.length = 0
  }

  #isConnected(peer: KnownPeer): boolean {
    const peerId = peer.peerId ?? peer.reachedAs
    return peerId !== undefined && this.#connections.isConnected(peerId)
  }

  #isWanted(peer: KnownPeer): boolean {
    return this.#clock.now() <= peer.wantedUntil
  }

  #consider(peer: KnownPeer, isNews: boolean): void {
    const wanted = this.#isWanted(peer)
    if (!wanted && this.#connections.connected().length >= limits.MAX_AMBIENT_CONNECTIONS) return
    if (peer.dial.is === 'resting') {
      peer.dial.again = true
      if (!isNews || this.#clock.now() - peer.dialledAt < limits.NEWS_EVERY_MS) return
      this.#wake(peer, peer.dial)
    }
    if (peer.dial.is !== 'idle') return
    const waits = !wanted && peer.peerId !== undefined && isGreater(this.#connections.peerId, peer.peerId)
    this.#enqueue(peer, waits ? limits.COURTESY_MS : 0)
  }

  #wake(peer: KnownPeer, resting: { cancel: () => void }): void {
    resting.cancel()
    peer.dial = { is: 'idle' }
  }

  #enqueue(peer: KnownPeer, delayMs: number): void {
    peer.dial = { is: 'queued' }
    const add = (): void => {
      this.#queue.push(peer)
      this.#pump()
    }
    if (delayMs === 0) add()
    else this.#after(delayMs, add)
  }

  #pump(): void {
    while (this.#dialling < limits.MAX_DIALS && !this.#controller.signal.aborted) {
      const peer = this.#queue.shift()
      if (!peer) return
      if (this.#isConnected(peer)) peer.dial = { is: 'idle' }
      else void this.#dial(peer)
    }
  }

  async #dial(peer: KnownPeer): Promise<void> {
    peer.dial = { is: 'dialling' }
    peer.dialledAt = this.#clock.now()
    this.#dialling++
    const target = dialTarget(peer)
    try {
      const { remotePeer } = await withDeadline(
        limits.DIAL_TIMEOUT_MS,
        'dialling a peer',
        (signal) => this.#connections.dial(target, { signal }),
        { signal: this.#controller.signal, clock: this.#clock },
      )
      peer.dial = { is: 'idle' }
      peer.failures = 0
      if (!peer.peerId) this.#identified(peer, remotePeer)
    } catch (error) {
      this.#failed(peer, error)
    } finally {
      this.#dialling--
      this.#pump()
    }
  }

  /** Somebody answered at an address without a peer id: from now on it is known who. */
  #identified(peer: KnownPeer, peerId: PeerId): void {
    peer.reachedAs = peerId
    const multiaddrs = [...peer.addresses.values()]
    for (const source of peer.foundBy) this.book.note({ peerId, multiaddrs, source }, this.#clock.now())
  }

  #failed(peer: KnownPeer, error: unknown): void {
    peer.dial = { is: 'idle' }
    if (this.#controller.signal.aborted || this.#isConnected(peer)) return
    this.#log.debug('nobody answered', { peer: peer.name, error: errorMessage(error) })
    this.#rest(peer, false)
  }

  #rest(peer: KnownPeer, again: boolean): void {
    const longest = this.#isWanted(peer) ? limits.BACKOFF_WANTED_MAX_MS : limits.BACKOFF_MAX_MS
    const pause = Math.min(longest, limits.BACKOFF_FIRST_MS * 2 ** Math.min(peer.failures, 20))
    peer.failures++
    const cancel = this.#after(pause * (0.5 + this.#random.next()), () => this.#rested(peer))
    peer.dial = { is: 'resting', again, cancel }
  }

  #rested(peer: KnownPeer): void {
    const again = peer.dial.is === 'resting' && peer.dial.again
    peer.dial = { is: 'idle' }
    if (again && !this.#isConnected(peer) && this.book.get(peer.name) === peer) this.#enqueue(peer, 0)
  }

  #after(ms: number, callback: () => void): () => void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel)
      callback()
    })
    this.#timers.add(cancel)
    return () => {
      this.#timers.delete(cancel)
      cancel()
    }
  }
}

function isGreater(a: PeerId, b: PeerId): boolean {
  return a.toString() > b.toString()
}
