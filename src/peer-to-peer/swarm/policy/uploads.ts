import type { Part } from '../../../content/types.ts'
import { BACKED_UP_CHUNKS, BACKED_UP_CHUNK_BYTES, MAX_QUEUED_REQUESTS, STALLED_MS } from './limits.ts'
import type { OwnParts } from './own-parts.ts'
import { HELD } from './own-parts.ts'
import type { Peer, Sending } from './peer.ts'
import type { Spreader } from './spreader.ts'
import type { UploadBlock, UploadSide } from './types.ts'

/** What this node sends of one share: whose turn it is, and what is on its way. */
export class Uploads implements UploadSide {
  readonly #share: object
  readonly #peers: ReadonlyMap<string, Peer>
  /** Peers with requests waiting. */
  readonly #waiting = new Set<Peer>()
  /** Parts begun and not handed to the network in full, oldest first. */
  readonly #started: Array<{ peer: Peer; sending: Sending }> = []
  #own: OwnParts | undefined
  #spreader: Spreader | undefined
  #order = 0
  #inProgress = 0
  #paused = false
  #heldUntil = Number.NEGATIVE_INFINITY
  #limitedAt = Number.NEGATIVE_INFINITY

  constructor(share: object, peers: ReadonlyMap<string, Peer>) {
    this.#share = share
    this.#peers = peers
  }

  open(own: OwnParts, spreader: Spreader | undefined): void {
    this.#own = own
    this.#spreader = spreader
  }

  get inProgress(): number {
    return this.#inProgress
  }

  get chunkSize(): number {
    return this.#own?.table.chunkSize ?? 0
  }

  get roundTrip(): number {
    let longest = 0
    for (const peer of this.#peers.values()) {
      if (peer.unacknowledged > 0) longest = Math.max(longest, peer.roundTrip)
    }
    return longest
  }

  /** Something is on its way, or was asked for. */
  get isActive(): boolean {
    return this.#inProgress > 0 || this.#waiting.size > 0 || this.#started.length > 0
  }

  get isSpreading(): boolean {
    return this.#spreader?.isHidden === true
  }

  hasWork(now: number): boolean {
    if (!this.#maySend(now)) return false
    return this.#waiting.size > 0 || this.#started.length > 0 || this.#spreader?.hasTaker === true
  }

  pause(paused: boolean): void {
    this.#paused = paused
  }

  hold(until: number): void {
    this.#heldUntil = until
  }

  markLimited(now: number): void {
    this.#limitedAt = now
  }

  wasLimitedSince(time: number): boolean {
    return this.#limitedAt >= time
  }

  /** Queues requests; returns those that will not be served. */
  request(peer: Peer, parts: readonly Part[], offers: (part: Part) => boolean): Part[] {
    const refused: Part[] = []
    for (const part of parts) {
      if (peer.queue.has(part) || isOnItsWay(peer, part)) continue
      if (!offers(part) || peer.queue.size >= MAX_QUEUED_REQUESTS) refused.push(part)
      else peer.queue.set(part, this.#order++)
    }
    if (peer.queue.size > 0) this.#waiting.add(peer)
    return refused
  }

  cancel(peer: Peer, part: Part, now: number): void {
    peer.queue.delete(part)
    if (peer.queue.size === 0 && peer.resend.length === 0) this.#waiting.delete(peer)
    const sendings = peer.sending.filter((sending) => sending.part === part)
    for (const sending of sendings) this.#stop(peer, sending, now)
    if (sendings.length === 0) this.#spreader?.refused(part, peer)
  }

  /** This node does not hold it any more: nobody gets it. */
  withdraw(part: Part): void {
    for (const peer of this.#waiting) peer.queue.delete(part)
  }

  peerLeft(peer: Peer): void {
    this.#waiting.delete(peer)
    this.#forgetStarted((entry) => entry.peer === peer)
    if (!peer.stalled) this.#inProgress -= peer.unacknowledged
    peer.unacknowledged = 0
  }

  continueStarted(limit: number, blockBytes: number, now: number): UploadBlock | undefined {
    if (!this.#maySend(now)) return undefined
    const isContended = this.#isContended()
    const next = this.#started.find(({ peer }) => !isBackedUp(peer, limit, this.chunkSize, isContended, now))
    return next && this.#block(next.peer, next.sending, blockBytes, now)
  }

  startNext(limit: number, blockBytes: number, now: number): UploadBlock | undefined {
    if (!this.#maySend(now)) return undefined
    const isContended = this.#isContended()
    const isReady = (peer: Peer): boolean => !isBackedUp(peer, limit, this.chunkSize, isContended, now)
    const chosen = this.#resend(isReady) ?? this.#push(limit, isReady, now) ?? this.#reply(isReady)
    if (!chosen) return undefined
    const { peer, part, kind } = chosen
    const length = this.#own!.table.lengthOf(part)
    const sending: Sending = { part, kind, length, sent: 0, acknowledged: 0, stopped: false }
    peer.sending.push(sending)
    this.#started.push({ peer, sending })
    return this.#block(peer, sending, blockBytes, now)
  }

  acknowledged(key: string, bytes: number, now: number): number {
    const peer = this.#peers.get(key)
    if (!peer) return 0
    const counted = Math.max(0, Math.min(bytes, peer.unacknowledged))
    this.#revive(peer)
    peer.lastAcknowledged = now
    peer.unacknowledged -= counted
    this.#inProgress -= counted
    let rest = counted
    for (const sending of peer.sending) {
      const taken = Math.min(rest, sending.sent - sending.acknowledged)
      sending.acknowledged += taken
      rest -= taken
      if (rest === 0) break
    }
    this.#settle(peer, now)
    return counted
  }

  abandoned(key: string, part: Part, now: number): void {
    const peer = this.#peers.get(key)
    if (!peer) return
    for (const sending of peer.sending) {
      if (sending.part !== part) continue
      this.#revive(peer)
      const lost = sending.sent - sending.acknowledged
      peer.unacknowledged -= lost
      this.#inProgress -= lost
      sending.sent = sending.acknowledged
      this.#stop(peer, sending, now)
    }
  }

  laneLost(key: string, now: number): void {
    const peer = this.#peers.get(key)
    if (!peer) return
    this.#revive(peer)
    this.#inProgress -= peer.unacknowledged
    peer.unacknowledged = 0
    this.#forgetStarted((entry) => entry.peer === peer)
    for (const { part, kind, stopped } of peer.sending.splice(0)) {
      if (kind === 'push') peer.pushesOut--
      if (!stopped) peer.resend.push({ part, kind })
    }
    if (peer.resend.length > 0) this.#waiting.add(peer)
    peer.lastAcknowledged = now
  }

  /** Receivers that went silent give up their room until they answer again. */
  tick(now: number): void {
    for (const peer of this.#peers.values()) {
      if (peer.unacknowledged === 0 || peer.stalled || now - peer.lastAcknowledged < STALLED_MS) continue
      peer.stalled = true
      peer.probedAt = now
      this.#inProgress -= peer.unacknowledged
    }
  }

  #maySend(now: number): boolean {
    return this.#own !== undefined && !this.#paused && now >= this.#heldUntil
  }

  #revive(peer: Peer): void {
    if (!peer.stalled) return
    peer.stalled = false
    this.#inProgress += peer.unacknowledged
  }

  /** More than one receiver lacks something: one that is slow must not hold what the others could use. */
  #isContended(): boolean {
    let incomplete = 0
    for (const peer of this.#peers.values()) {
      if (!peer.isSource && !peer.isComplete && ++incomplete > 1) return true
    }
    return false
  }

  #resend(isReady: (peer: Peer) => boolean): Chosen | undefined {
    for (const peer of this.#waiting) {
      if (peer.resend.length === 0 || !isReady(peer)) continue
      const { part, kind } = peer.resend.shift()!
      this.#noLongerWaiting(peer)
      if (kind === 'push') peer.pushesOut++
      if (this.#own!.state(part) === HELD) return { peer, part, kind }
    }
    return undefined
  }

  #push(limit: number, isReady: (peer: Peer) => boolean, now: number): Chosen | undefined {
    const next = this.#spreader?.next(limit, isReady, now)
    return next && { ...next, kind: 'push' }
  }

  /** First come, first served; a source serves who has least. */
  #reply(isReady: (peer: Peer) => boolean): Chosen | undefined {
    let best: Peer | undefined
    let bestRank = Number.POSITIVE_INFINITY
    for (const peer of this.#waiting) {
      if (peer.queue.size === 0 || !isReady(peer)) continue
      const rank = this.#spreader ? peer.has.count : headOrder(peer)
      if (rank >= bestRank) continue
      best = peer
      bestRank = rank
    }
    if (!best) return undefined
    const part = best.queue.keys().next().value!
    best.queue.delete(part)
    this.#noLongerWaiting(best)
    return { peer: best, part, kind: 'reply' }
  }

  #noLongerWaiting(peer: Peer): void {
    if (peer.queue.size === 0 && peer.resend.length === 0) this.#waiting.delete(peer)
  }

  #block(peer: Peer, sending: Sending, blockBytes: number, now: number): UploadBlock {
    const length = Math.min(blockBytes, sending.length - sending.sent)
    const offset = sending.sent
    if (peer.unacknowledged === 0) peer.lastAcknowledged = now
    sending.sent += length
    peer.unacknowledged += length
    if (peer.stalled) peer.probedAt = now
    else this.#inProgress += length
    const isLast = sending.sent === sending.length
    if (isLast) this.#forgetStarted((entry) => entry.sending === sending)
    const { part, kind } = sending
    return { share: this.#share, peer: peer.key, part, offset, length, isLast, kind }
  }

  #stop(peer: Peer, sending: Sending, now: number): void {
    sending.stopped = true
    if (sending.sent === sending.length) return
    this.#forgetStarted((entry) => entry.sending === sending)
    this.#settle(peer, now)
  }

  /** Takes off what is done: the receiver has all of it, or all that will be sent of it. */
  #settle(peer: Peer, now: number): void {
    for (let first = peer.sending[0]; first; first = peer.sending[0]) {
      const isDone = first.acknowledged === first.length
      if (!isDone && !(first.stopped && first.acknowledged === first.sent)) return
      peer.sending.shift()
      if (first.kind !== 'push') continue
      peer.pushesOut--
      if (isDone && !first.stopped) this.#spreader?.delivered(first.part, now)
      else this.#spreader?.takeBack(first.part)
    }
  }

  #forgetStarted(isIt: (entry: { peer: Peer; sending: Sending }) => boolean): void {
    for (let i = this.#started.length - 1; i >= 0; i--)
      if (isIt(this.#started[i]!)) this.#started.splice(i, 1)
  }
}

interface Chosen {
  readonly peer: Peer
  readonly part: Part
  readonly kind: Sending['kind']
}

function isOnItsWay(peer: Peer, part: Part): boolean {
  return peer.sending.some((sending) => sending.part === part && !sending.stopped)
}

function headOrder(peer: Peer): number {
  return peer.queue.values().next().value ?? Number.POSITIVE_INFINITY
}

/**
 * A silent receiver gets a block now and then: what it did not acknowledge may be the rest of a part that was broken off, too short
 * for an acknowledgement of its own.
 */
function isBackedUp(
  peer: Peer,
  limit: number,
  chunkSize: number,
  isContended: boolean,
  now: number,
): boolean {
  if (peer.stalled) return now < peer.probedAt + STALLED_MS
  const chunks = BACKED_UP_CHUNKS * Math.min(chunkSize, BACKED_UP_CHUNK_BYTES)
  return isContended && peer.unacknowledged > Math.max(chunks, limit / 2)
}
