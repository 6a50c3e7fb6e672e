import type { Random } from '../../../base/random.ts'
import { shuffle } from '../../../base/random.ts'
import type { Part } from '../../../content/types.ts'
import type { HoldingListener } from './availability.ts'
import { HAND_OUT_LANDS_MS, MIN_PUSHES, PUSH_SLACK } from './limits.ts'
import { LatePages } from './late-pages.ts'
import type { OwnParts } from './own-parts.ts'
import { HELD } from './own-parts.ts'
import type { Peer } from './peer.ts'
import type { PeerKey, Tuning } from './types.ts'

const NOBODY = -1

interface Flying {
  /** The source that handed it out; undefined: this one. */
  readonly via: Peer | undefined
  /** Counts as not handed out if it is not announced by then. */
  landsBy: number
}

export interface SpreaderOptions {
  readonly own: OwnParts
  readonly peers: ReadonlySet<Peer>
  readonly random: Random
  readonly tuning: Tuning
  readonly self: PeerKey
  /** A first copy was handed out by this node. */
  readonly onHandedOut: (part: Part, peer: Peer, now: number) => void
  /** A receiver announced the first copy. */
  readonly onLanded: (part: Part) => void
  /** Handed out no longer: whoever had it left, or never got it. */
  readonly onLost: (part: Part) => void
}

/**
 * First copies of a source: which part goes to whom first, and which are out. Each part is sent once, to a receiver that
 * relays it to the others (J. Li, P. A. Chou, C. Zhang, "Mutualcast", ACM SIGCOMM Asia 2005). Receivers that relay faster get
 * more: their *backlog*, the copies others still lack of what they got first, shrinks sooner. No rates are estimated.
 */
export class Spreader implements HoldingListener {
  readonly #options: SpreaderOptions
  /** By part: index of the receiver it was first handed to. */
  readonly #first: Int32Array
  /** By part: receivers that announced it. */
  readonly #copies: Uint16Array
  /** By part: 1 if held here and neither handed out nor with any receiver. */
  readonly #isLeft: Uint8Array
  readonly #receivers = new Map<number, Peer>()
  readonly #pages: LatePages
  readonly #flying = new Map<Part, Flying>()
  /** Parts in the order in which they go out, except those that came back. */
  #order: Part[] = []
  #cursor = 0
  #again: Part[] = []
  #turn = 0
  #left = 0
  /** While first copies are left nothing is shown, so that nobody asks for second ones. */
  isHidden = true

  constructor(options: SpreaderOptions) {
    const { parts } = options.own.table
    this.#options = options
    this.#first = new Int32Array(parts).fill(NOBODY)
    this.#copies = new Uint16Array(parts)
    this.#isLeft = new Uint8Array(parts)
    this.#pages = new LatePages(options.own)
    for (const part of options.own.held.indices()) this.refresh(part)
    this.#plan()
  }

  /** Parts no receiver has or was handed. */
  get firstCopiesLeft(): number {
    return this.#left
  }

  /** Some receiver gave credit for a first copy that is left. */
  get hasTaker(): boolean {
    if (this.#left === 0) return false
    for (const peer of this.#receivers.values()) if (peer.credit > 0) return true
    return false
  }

  get receivers(): number {
    return this.#receivers.size
  }

  /** Hand-outs nobody announced yet. */
  get isWaiting(): boolean {
    return this.#flying.size > 0
  }

  hasLanded(part: Part): boolean {
    return this.#copies[part]! > 0
  }

  peerJoined(peer: Peer): void {
    if (peer.isSource) return this.#plan()
    this.#receivers.set(peer.index, peer)
    for (const other of this.#receivers.values()) other.backlog += other.handedCount
  }

  /** Called after its parts were taken out of the count. */
  peerLeft(peer: Peer): void {
    if (peer.isSource) {
      for (const [part, flying] of this.#flying) if (flying.via === peer) this.takeBack(part)
      return this.#plan()
    }
    for (let part = 0; part < this.#first.length; part++) {
      if (this.#first[part] === peer.index) this.takeBack(part)
    }
    this.#receivers.delete(peer.index)
    for (const other of this.#receivers.values()) other.backlog -= other.handedCount
  }

  holderAdded(peer: Peer, part: Part): void {
    if (peer.isSource) return
    const first = this.#receivers.get(this.#first[part]!)
    if (first) first.backlog--
    this.#flying.delete(part)
    if (++this.#copies[part]! === 1) this.#options.onLanded(part)
    this.refresh(part)
  }

  holderRemoved(peer: Peer, part: Part): void {
    if (peer.isSource) return
    const first = this.#receivers.get(this.#first[part]!)
    if (first) first.backlog++
    this.#copies[part]!--
    if (this.#copies[part] === 0) this.takeBack(part)
  }

  /** Another source's word. What is out already stays where it is. */
  handedOutBy(source: Peer, part: Part, to: Peer, now: number): void {
    const isKnown = this.#receivers.has(to.index) && this.#options.own.state(part) === HELD
    if (isKnown && this.#isLeft[part] === 1) {
      this.#assign(part, to, { via: source, landsBy: now + OTHERS_LAND_MS })
    }
  }

  /** The next first copy, and who gets it. `maySend` tells who can take one now; `limit` is the uplink's, bytes. */
  next(limit: number, maySend: (peer: Peer) => boolean, now: number): { peer: Peer; part: Part } | undefined {
    const window = this.#window(limit)
    const mayTake = (peer: Peer): boolean => peer.credit > 0 && peer.pushesOut < window && maySend(peer)
    const page = this.#pages.next(this.#receivers.values(), mayTake, now)
    if (page) return this.#count(page.peer, page.part)
    if (this.#left === 0) return undefined
    const peer = this.#choose(mayTake)
    const part = peer && this.#takeNext()
    if (!peer || part === undefined) return undefined
    this.#assign(part, peer, { via: undefined, landsBy: Number.POSITIVE_INFINITY })
    this.#pages.handedOut(part, now)
    this.#options.onHandedOut(part, peer, now)
    return this.#count(peer, part)
  }

  #count(peer: Peer, part: Part): { peer: Peer; part: Part } {
    peer.credit--
    peer.pushesOut++
    return { peer, part }
  }

  /** The last byte of a push was acknowledged: it should be announced soon. */
  delivered(part: Part, now: number): void {
    const flying = this.#flying.get(part)
    if (flying) flying.landsBy = now + HAND_OUT_LANDS_MS
  }

  /** It came there and was thrown away: whoever pauses takes no first copies. */
  refused(part: Part, peer: Peer): void {
    if (this.#first[part] === peer.index) this.takeBack(part)
  }

  /** The part counts as handed to nobody; it is left to hand out unless some receiver holds it. */
  takeBack(part: Part): void {
    this.#flying.delete(part)
    const first = this.#receivers.get(this.#first[part]!)
    this.#first[part] = NOBODY
    if (first) {
      first.handedCount--
      first.backlog -= this.#receivers.size - this.#copies[part]!
    }
    this.refresh(part)
  }

  /** To be called when this node gained or lost the part. */
  refresh(part: Part): void {
    const isOut = this.#copies[part]! > 0 || this.#first[part] !== NOBODY
    const isLeft = this.#options.own.state(part) === HELD && !isOut ? 1 : 0
    if (this.#isLeft[part] === isLeft) return
    this.#isLeft[part] = isLeft
    this.#left += isLeft === 1 ? 1 : -1
    if (isLeft === 0) return
    this.#again.push(part)
    this.#options.onLost(part)
  }

  tick(now: number): void {
    for (const [part, flying] of this.#flying) if (now > flying.landsBy) this.takeBack(part)
  }

  #assign(part: Part, peer: Peer, flying: Flying): void {
    this.#first[part] = peer.index
    this.#flying.set(part, flying)
    peer.handedCount++
    peer.backlog += this.#receivers.size - this.#copies[part]!
    this.refresh(part)
  }

  #window(limit: number): number {
    const even =
      (PUSH_SLACK * limit) / (Math.max(1, this.#receivers.size) * this.#options.own.table.chunkSize)
    return Math.max(MIN_PUSHES, Math.ceil(even))
  }

  #choose(isReady: (peer: Peer) => boolean): Peer | undefined {
    if (this.#options.tuning.handOut === 'round-robin') return this.#chooseInTurn(isReady)
    let best: Peer | undefined
    for (const peer of this.#receivers.values()) {
      if (!isReady(peer)) continue
      const order = best ? peer.backlog - best.backlog || peer.unacknowledged - best.unacknowledged : -1
      if (order < 0) best = peer
    }
    return best
  }

  #chooseInTurn(isReady: (peer: Peer) => boolean): Peer | undefined {
    const ready = [...this.#receivers.values()].filter(isReady)
    return ready[this.#turn++ % Math.max(1, ready.length)]
  }

  #takeNext(): Part | undefined {
    for (let part = this.#again.pop(); part !== undefined; part = this.#again.pop()) {
      if (this.#isLeft[part] === 1) return part
    }
    while (this.#cursor < this.#order.length) {
      const part = this.#order[this.#cursor++]!
      if (this.#isLeft[part] === 1) return part
    }
    return undefined
  }

  /**
   * Pages first, since nothing verifies without them. Of several sources each begins with a class of parts of its own, so that
   * two rarely hand out the same part before they heard of each other's choice.
   */
  #plan(): void {
    const { own, peers, random, self } = this.#options
    const sources = [self, ...[...peers].filter((peer) => peer.isSource).map((peer) => peer.key)].sort()
    const rank = sources.indexOf(self)
    const pages: Part[] = []
    const mine: Part[] = []
    const others: Part[] = []
    for (let part = 0; part < this.#isLeft.length; part++) {
      if (this.#isLeft[part] === 0) continue
      if (part < own.table.pages) pages.push(part)
      else if (part % sources.length === rank) mine.push(part)
      else others.push(part)
    }
    this.#order = [pages, mine, others].flatMap((list) => shuffle(list, random))
    this.#cursor = 0
    this.#again = []
  }
}

/** Another source's pushes wait in its queues before they can land. */
const OTHERS_LAND_MS = 3 * HAND_OUT_LANDS_MS
