import type { Random } from '../../../base/random.ts'
import { shuffle } from '../../../base/random.ts'
import type { Part } from '../../../content/types.ts'
import type { Availability, HoldingListener } from './availability.ts'
import { Candidates } from './candidates.ts'
import { deadlineOf, punish, secondsUntil, slotsOf } from './holders.ts'
import { END_GAME_RATIO, MAX_UNVERIFIED_BYTES, TOTAL_RATE_MEMORY_MS } from './limits.ts'
import { HELD, IN_FLIGHT, MISSING, RECEIVED } from './own-parts.ts'
import type { OwnParts } from './own-parts.ts'
import type { Outbox } from './outbox.ts'
import type { Peer } from './peer.ts'
import { RateMeter } from './rate-meter.ts'
import type { PartFailure } from './types.ts'

export interface FetcherOptions {
  readonly own: OwnParts
  readonly peers: ReadonlySet<Peer>
  readonly availability: Availability
  readonly outbox: Outbox
  readonly random: Random
  readonly maxIncomingBytes: number
  readonly endGame: boolean
}

/** What to ask of whom. Works off holders for which something changed; never looks at all parts of all peers. */
export class Fetcher implements HoldingListener {
  readonly #options: FetcherOptions
  readonly #candidates: Candidates
  /** Who was asked for, or is sending, each part in flight: one peer, in the end game two. */
  readonly #carriers = new Map<Part, Peer[]>()
  /** Parts received and not held yet that came from a source. */
  readonly #fromSource = new Set<Part>()
  /** Holders to be looked at: a slot became free, or something new to ask for. */
  readonly #changed = new Set<Peer>()
  readonly #downRate = new RateMeter(TOTAL_RATE_MEMORY_MS)
  /** Bytes per second from everybody when something last arrived; 0: nothing yet. */
  #progressRate = 0
  #partMs = 0
  #paused = false

  constructor(options: FetcherOptions) {
    this.#options = options
    this.#candidates = new Candidates(options.own, options.availability, options.random)
  }

  get inFlight(): number {
    return this.#carriers.size
  }

  carriersOf(part: Part): readonly Peer[] {
    return this.#carriers.get(part) ?? []
  }

  pause(paused: boolean): void {
    this.#paused = paused
    if (!paused) for (const peer of this.#options.peers) this.#changed.add(peer)
    else
      for (const [part, peers] of [...this.#carriers]) for (const peer of [...peers]) this.#revoke(peer, part)
  }

  holderAdded(peer: Peer, part: Part): void {
    if (this.#options.own.state(part) === HELD) return
    this.#candidates.add(peer, part)
    this.#changed.add(peer)
  }

  /** The peer offers it no longer: it dropped our request, unless it is sending already. */
  holderRemoved(peer: Peer, part: Part): void {
    if (peer.outstanding.has(part) && peer.arriving !== part) this.#release(peer, part)
  }

  peerLeft(peer: Peer): void {
    for (const part of [...peer.outstanding]) this.#release(peer, part)
    this.#changed.delete(peer)
  }

  /** Milliseconds in which a part arrives, all peers together; 0 until that can be told. */
  get partMs(): number {
    return this.#partMs
  }

  /** Bytes arrive from a peer. */
  progress(peer: Peer, bytes: number, now: number): void {
    peer.downRate.add(bytes, now)
    peer.progressRate = peer.downRate.rate(now)
    peer.lastProgress = now
    this.#downRate.add(bytes, now)
    this.#progressRate = this.#downRate.rate(now)
    const { chunkSize } = this.#options.own.table
    if (this.#downRate.isSettled(now)) this.#partMs = (chunkSize * 1000) / this.#progressRate
  }

  /** Takes note of a part that begins to arrive unasked; false when it is not wanted from this peer. */
  adopt(peer: Peer, part: Part): boolean {
    const state = this.#options.own.state(part)
    if (this.#paused || state === RECEIVED || state === HELD || this.carriersOf(part).length > 1) return false
    this.#carry(peer, part)
    return true
  }

  /** `peer` is undefined when it has left since: its last bytes are as good as any. */
  received(peer: Peer | undefined, part: Part): void {
    for (const carrier of this.carriersOf(part)) {
      carrier.outstanding.delete(part)
      this.#changed.add(carrier)
      if (carrier !== peer) this.#tellRevoked(carrier, part)
    }
    this.#carriers.delete(part)
    if (this.#options.own.state(part) !== HELD) this.#options.own.set(part, RECEIVED)
    if (!peer) return
    peer.missedDeadlines = 0
    peer.notBefore = 0
    peer.arriving = undefined
    this.#changed.add(peer)
    if (peer.isSource) this.#fromSource.add(part)
  }

  /** True when it came from a source: others need to hear of it at once. */
  held(part: Part): boolean {
    for (const peer of [...this.carriersOf(part)]) this.#revoke(peer, part)
    this.#options.own.set(part, HELD)
    return this.#fromSource.delete(part)
  }

  lost(part: Part): void {
    this.#options.own.set(part, MISSING)
    this.#wantAgain(part)
  }

  failed(peer: Peer | undefined, part: Part, failure: PartFailure): void {
    this.#fromSource.delete(part)
    if (peer?.outstanding.has(part)) this.#release(peer, part)
    else if (this.#options.own.state(part) === RECEIVED) this.lost(part)
    if (peer && failure === 'rejected') this.#options.availability.remove(peer, part)
  }

  /** Fills free slots: one request per holder and round, so that none takes everything; sources last. */
  run(now: number): void {
    if (this.#paused || this.#changed.size === 0) return
    let holders = shuffle([...this.#changed], this.#options.random)
    holders = [...holders.filter((peer) => !peer.isSource), ...holders.filter((peer) => peer.isSource)]
    this.#changed.clear()
    while (holders.length > 0) holders = holders.filter((peer) => this.#askOne(peer, now))
  }

  /** Looks at what is late. To be called every TICK_MS while parts are in flight. */
  tick(now: number): void {
    const { own, peers } = this.#options
    const allInMs = this.#progressRate > 0 ? (own.incomingBytes * 1000) / this.#progressRate : 0
    for (const peer of peers) {
      if (peer.outstanding.size > 0 && now > deadlineOf(peer, own.table, allInMs)) this.#missed(peer, now)
      this.#changed.add(peer)
    }
  }

  #askOne(peer: Peer, now: number): boolean {
    const { own, outbox } = this.#options
    if (peer.outstanding.size >= slotsOf(peer, own.table, now)) return false
    const hasRoom = this.#hasRoom()
    if (!hasRoom) this.#changed.add(peer)
    // Pages are asked for even then: they are what unverified chunks wait for.
    if (!hasRoom && own.hasAllPages) return false
    const part = this.#candidates.take(peer, !hasRoom) ?? this.#endGame(peer, now)
    if (part === undefined) return false
    if (peer.outstanding.size === 0) peer.lastProgress = now
    this.#carry(peer, part)
    outbox.request(peer, part)
    return true
  }

  #hasRoom(): boolean {
    const { own, maxIncomingBytes } = this.#options
    const room = own.hasAllPages ? maxIncomingBytes : Math.min(maxIncomingBytes, MAX_UNVERIFIED_BYTES)
    return own.incomingBytes < room
  }

  /** A part in flight elsewhere that this holder would bring much sooner; only when nothing is left to ask for. */
  #endGame(peer: Peer, now: number): Part | undefined {
    const { own, endGame } = this.#options
    if (!endGame || own.count(MISSING) > 0) return undefined
    const mine = secondsUntil(peer, peer.outstanding.size, own.table, now)
    if (mine === undefined) return undefined
    let best: Part | undefined
    let ratio = END_GAME_RATIO
    for (const [part, peers] of this.#carriers) {
      const carrier = peers[0]!
      if (peers.length > 1 || carrier === peer || !peer.has.has(part)) continue
      const theirs = this.#arrival(carrier, part, now)
      if (theirs <= ratio * mine) continue
      ratio = theirs / mine
      best = part
    }
    return best
  }

  #arrival(carrier: Peer, part: Part, now: number): number {
    let ahead = 0
    for (const other of carrier.outstanding) {
      if (other === part) break
      ahead++
    }
    const silence = (now - carrier.lastProgress) / 1000
    return Math.max(secondsUntil(carrier, ahead, this.#options.own.table, now) ?? 0, silence)
  }

  #carry(peer: Peer, part: Part): void {
    const carriers = this.#carriers.get(part)
    if (carriers) carriers.push(peer)
    else this.#carriers.set(part, [peer])
    peer.outstanding.add(part)
    peer.revoked.delete(part)
    this.#options.own.set(part, IN_FLIGHT)
  }

  /** The peer will not bring it; somebody else may. */
  #release(peer: Peer, part: Part): void {
    peer.outstanding.delete(part)
    if (peer.arriving === part) peer.arriving = undefined
    const carriers = this.carriersOf(part).filter((other) => other !== peer)
    if (carriers.length > 0) {
      this.#carriers.set(part, carriers)
      return
    }
    this.#carriers.delete(part)
    if (this.#options.own.state(part) !== IN_FLIGHT) return
    this.#options.own.set(part, MISSING)
    this.#wantAgain(part)
  }

  #revoke(peer: Peer, part: Part): void {
    this.#release(peer, part)
    this.#tellRevoked(peer, part)
    this.#changed.add(peer)
  }

  #tellRevoked(peer: Peer, part: Part): void {
    if (peer.arriving === part) peer.arriving = undefined
    peer.revoked.add(part)
    this.#options.outbox.cancel(peer, part)
  }

  #wantAgain(part: Part): void {
    for (const peer of this.#options.peers) {
      if (!peer.has.has(part)) continue
      this.#candidates.add(peer, part)
      this.#changed.add(peer)
    }
  }

  /**
   * Requests move to other holders where there are any, and the peer is asked for less. What has half arrived is given up only the
   * second time.
   */
  #missed(peer: Peer, now: number): void {
    const kept = peer.missedDeadlines === 0 ? peer.arriving : undefined
    const elsewhere = [...peer.outstanding].filter((part) => {
      const others = this.#options.availability.count(part) - (peer.has.has(part) ? 1 : 0)
      return others > 0 && part !== kept
    })
    if (elsewhere.length === 0 && kept === undefined) return
    punish(peer, now)
    for (const part of elsewhere) this.#revoke(peer, part)
  }
}
