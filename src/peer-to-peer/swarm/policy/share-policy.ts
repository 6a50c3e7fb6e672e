import type { Bitmap } from '../../../base/bitmap.ts'
import { Bitmap as Bits } from '../../../base/bitmap.ts'
import { ShoalError } from '../../../base/errors.ts'
import type { Part } from '../../../content/types.ts'
import { Availability } from './availability.ts'
import { isHostile, refillCredit } from './credit.ts'
import { EarlyFacts } from './early-facts.ts'
import type { SharePolicy } from './facade.ts'
import { Fetcher } from './fetcher.ts'
import { guessLimit } from './guess-limit.ts'
import { MAX_INCOMING_BYTES, TICK_MS, URGENT_TAIL_PARTS } from './limits.ts'
import { Outbox } from './outbox.ts'
import { HELD, MISSING, OwnParts } from './own-parts.ts'
import { Peer } from './peer.ts'
import { Spreader } from './spreader.ts'
import type {
  BlockVerdict,
  HandOut,
  PartFailure,
  PartTable,
  PeerIntroduction,
  PeerKey,
  PeerUpdate,
  PolicyLimit,
  PolicyStatus,
  SharePolicyOptions,
  Tuning,
} from './types.ts'
import { Uploads } from './uploads.ts'

const DEFAULT_TUNING: Tuning = { spread: true, handOut: 'backlog', endGame: true }

/** What exists once the root is known. */
interface Known {
  readonly own: OwnParts
  readonly availability: Availability
  readonly fetcher: Fetcher
  /** Only of a source. */
  readonly spreader: Spreader | undefined
}

/** Puts the rooms of the policy together: each fact goes to those it concerns, decisions are collected in the outbox. */
export class SwarmSharePolicy implements SharePolicy {
  readonly uploads: Uploads
  readonly #options: SharePolicyOptions
  readonly #tuning: Tuning
  readonly #byKey = new Map<PeerKey, Peer>()
  readonly #peers = new Set<Peer>()
  readonly #outbox = new Outbox()
  readonly #early = new EarlyFacts()
  #known: Known | undefined
  #isSource = false
  #sources = 0
  #nextIndex = 0
  #downloadsPaused = false
  #tickedAt = Number.NEGATIVE_INFINITY

  constructor(options: SharePolicyOptions) {
    this.#options = options
    this.#tuning = { ...DEFAULT_TUNING, ...options.tuning }
    this.uploads = new Uploads(this, this.#byKey)
  }

  partsKnown(table: PartTable, held: Bitmap, now: number): void {
    if (this.#known) throw new ShoalError('internal', 'the parts of a share are known once')
    const own = new OwnParts(table, held)
    this.#isSource = own.isComplete && table.parts > 0
    const availability = new Availability(table.parts)
    const spreader = this.#isSource && this.#tuning.spread ? this.#newSpreader(own) : undefined
    const fetcher = this.#newFetcher(own, availability)
    availability.listen(spreader ?? fetcher)
    this.#known = { own, availability, fetcher, spreader }
    // Files shared in place are never written to.
    if (this.#isSource) fetcher.pause(true)
    this.uploads.open(own, spreader)
    for (const peer of this.#peers) this.#introduce(this.#known, peer)
    this.#outbox.offer(spreader ? new Bits(table.parts) : own.held, spreader ? [] : this.#peers)
    this.#early.replay({
      bitmap: (peer, bytes) => this.#blame(() => this.peerBitmap(peer, bytes, now)),
      have: (peer, parts) => this.#blame(() => this.peerHave(peer, parts, now)),
    })
    this.#grantCredit(now)
  }

  partHeld(part: Part, now: number): void {
    const { own, fetcher, spreader } = this.#mustKnow()
    if (own.state(part) === HELD) return
    const isFromSource = fetcher.held(part)
    spreader?.refresh(part)
    const isTail = own.table.parts - own.count(HELD) < URGENT_TAIL_PARTS
    if (!spreader)
      this.#outbox.announce(part, isFromSource || isTail, this.#peers, { partMs: fetcher.partMs, now })
    this.#grantCredit(now)
  }

  partLost(part: Part, _now: number): void {
    const { own, fetcher, spreader } = this.#mustKnow()
    if (own.state(part) !== HELD) return
    fetcher.lost(part)
    spreader?.refresh(part)
    this.uploads.withdraw(part)
    this.#outbox.withdraw(part, this.#peers)
  }

  setPaused(paused: { downloads: boolean; uploads: boolean }, now: number): void {
    this.uploads.pause(paused.uploads)
    this.#downloadsPaused = paused.downloads
    if (!this.#isSource) this.#known?.fetcher.pause(paused.downloads)
    this.#grantCredit(now)
  }

  holdUploads(until: number): void {
    this.uploads.hold(until)
  }

  peerJoined(key: PeerKey, introduction: PeerIntroduction, now: number): void {
    if (this.#byKey.has(key)) this.peerLeft(key, now)
    const peer = new Peer(key, introduction.isSource, this.#nextIndex++)
    this.#byKey.set(key, peer)
    this.#peers.add(peer)
    if (peer.isSource) this.#sources++
    this.#outbox.join(peer)
    if (this.#known) this.#introduce(this.#known, peer)
    this.#grantCredit(now)
  }

  peerLeft(key: PeerKey, _now: number): void {
    const peer = this.#byKey.get(key)
    if (!peer) return
    this.#byKey.delete(key)
    this.#peers.delete(peer)
    if (peer.isSource) this.#sources--
    this.#early.forget(key)
    this.#outbox.leave(peer)
    this.uploads.peerLeft(peer)
    if (!this.#known) return
    this.#known.availability.leave(peer)
    this.#known.fetcher.peerLeft(peer)
    this.#known.spreader?.peerLeft(peer)
  }

  peerBitmap(key: PeerKey, bitmap: Uint8Array, _now: number): void {
    const peer = this.#byKey.get(key)
    if (!peer) return
    if (!this.#known) return this.#early.bitmap(key, bitmap)
    peer.revoked.clear()
    this.#known.availability.replace(peer, bitmap)
  }

  peerHave(key: PeerKey, parts: readonly Part[], _now: number): void {
    const peer = this.#byKey.get(key)
    if (!peer) return
    if (!this.#known) return this.#early.have(key, parts)
    for (const part of parts) this.#known.availability.add(peer, part)
  }

  peerCredit(key: PeerKey, parts: number, _now: number): void {
    const peer = this.#byKey.get(key)
    if (!peer) return
    if (!Number.isSafeInteger(parts) || parts < 0) {
      throw new ShoalError('protocol-violation', `credit of ${parts} parts`)
    }
    peer.credit = Math.min(peer.credit + parts, Number.MAX_SAFE_INTEGER)
  }

  peerRequests(key: PeerKey, parts: readonly Part[], _now: number): Part[] {
    const peer = this.#byKey.get(key)
    if (!peer || !this.#known) return [...parts]
    for (const part of parts) this.#known.availability.check(part)
    return this.uploads.request(peer, parts, (part) => this.#outbox.offers(part))
  }

  peerCancels(key: PeerKey, parts: readonly Part[], now: number): void {
    const peer = this.#byKey.get(key)
    if (!peer) return
    for (const part of parts) this.uploads.cancel(peer, part, now)
  }

  peerHandedOut(key: PeerKey, handOuts: readonly HandOut[], now: number): void {
    const source = this.#byKey.get(key)
    if (!source?.isSource || !this.#known?.spreader) return
    for (const { part, peer } of handOuts) {
      this.#known.availability.check(part)
      const to = this.#byKey.get(peer)
      if (to) this.#known.spreader.handedOutBy(source, part, to, now)
    }
  }

  peerRoundTrip(key: PeerKey, ms: number, now: number): void {
    this.#byKey.get(key)?.addRoundTrip(ms, now)
  }

  blockArriving(key: PeerKey, part: Part, length: number, now: number, offset?: number): BlockVerdict {
    const peer = this.#byKey.get(key)
    if (!peer || !this.#known) return 'drop'
    if (!Number.isInteger(part) || part < 0 || part >= this.#known.own.table.parts) return 'violation'
    this.#known.fetcher.progress(peer, length, now)
    const isAnother = peer.arriving !== part && peer.dropping !== part
    const isStart = offset === undefined ? isAnother : offset === 0
    if (!peer.outstanding.has(part)) return this.#unasked(this.#known, peer, part, isStart, now)
    // Pushed or asked for cannot be told apart here. Counting both lets the source have a little more credit, never less.
    if (isStart && peer.isSource) this.#spend(this.#known, peer, now)
    peer.arriving = part
    peer.dropping = undefined
    return 'keep'
  }

  partReceived(key: PeerKey, part: Part, now: number): void {
    const peer = this.#byKey.get(key)
    this.#mustKnow().fetcher.received(peer, part)
    if (peer) this.#grantCredit(now)
  }

  partFailed(key: PeerKey, part: Part, failure: PartFailure, now: number): void {
    this.#mustKnow().fetcher.failed(this.#byKey.get(key), part, failure)
    this.#grantCredit(now)
  }

  takeUpdates(now: number): PeerUpdate[] {
    if (this.#known) {
      if (this.#isTicking(this.#known) && now >= this.#tickedAt + TICK_MS) this.#tick(this.#known, now)
      this.#reveal(this.#known)
      this.#known.fetcher.run(now)
    }
    return this.#outbox.take(this.#peers, now)
  }

  farewell(): PeerUpdate[] {
    return this.#outbox.farewell(this.#peers)
  }

  nextWake(): number {
    const tick =
      this.#known && this.#isTicking(this.#known) ? this.#tickedAt + TICK_MS : Number.POSITIVE_INFINITY
    return Math.min(this.#outbox.nextAt(), tick)
  }

  get status(): PolicyStatus {
    const known = this.#known
    return {
      mode: this.#mode(),
      missing: known ? known.own.table.parts - known.own.count(HELD) : 0,
      wanted: known?.own.count(MISSING) ?? 0,
      inFlight: known?.fetcher.inFlight ?? 0,
      receivers: this.#peers.size - this.#sources,
      sources: this.#sources,
      safeToLeave: known !== undefined && (this.#sources > 0 || this.#othersHoldAll(known)),
      firstCopiesLeft: known?.spreader?.firstCopiesLeft ?? 0,
    }
  }

  limit(now: number): PolicyLimit | undefined {
    return this.#known && guessLimit(this.#known, this.#peers, this.uploads, now)
  }

  availability(part: Part): number {
    return this.#known?.availability.count(part) ?? 0
  }

  peerHolds(key: PeerKey): number {
    return this.#byKey.get(key)?.has.count ?? 0
  }

  rateFrom(key: PeerKey, now: number): number {
    return this.#byKey.get(key)?.downRate.rate(now) ?? 0
  }

  #newSpreader(own: OwnParts): Spreader {
    return new Spreader({
      own,
      peers: this.#peers,
      random: this.#options.random,
      tuning: this.#tuning,
      self: this.#options.self,
      onHandedOut: (part, peer, now) => {
        for (const other of this.#peers) {
          if (other.isSource) this.#outbox.handOut(other, { part, peer: peer.key }, now)
        }
      },
      onLanded: (part) => {
        if (this.#known?.spreader?.isHidden === false)
          this.#outbox.announce(part, true, this.#peers, { partMs: 0, now: 0 })
      },
      onLost: (part) => {
        this.#outbox.withdraw(part, this.#peers)
        this.uploads.withdraw(part)
      },
    })
  }

  #newFetcher(own: OwnParts, availability: Availability): Fetcher {
    return new Fetcher({
      own,
      peers: this.#peers,
      availability,
      outbox: this.#outbox,
      random: this.#options.random,
      maxIncomingBytes: this.#options.maxIncomingBytes ?? MAX_INCOMING_BYTES,
      endGame: this.#tuning.endGame,
    })
  }

  #introduce(known: Known, peer: Peer): void {
    known.availability.join(peer)
    known.spreader?.peerJoined(peer)
  }

  #grantCredit(now: number): void {
    const known = this.#known
    if (!known || this.#isSource || this.#downloadsPaused || this.#sources === 0) return
    for (const peer of this.#peers) if (peer.isSource) refillCredit(peer, known, this.#outbox, now)
  }

  /** Facts kept from before the root was known may turn out to be nonsense: then they count for nothing. */
  #blame(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      if (!(error instanceof ShoalError)) throw error
    }
  }

  /**
   * A push, or what is left of a part that is no longer wanted from this peer. A source may overdraw its credit a little: both
   * sides count, and what they count can differ by messages that crossed.
   */
  #unasked(known: Known, peer: Peer, part: Part, isStart: boolean, now: number): BlockVerdict {
    const isLeftover = !isStart || (peer.revoked.has(part) && !peer.isSource)
    if (!isLeftover) this.#spend(known, peer, now)
    const isBreach = !isLeftover && isHostile(peer)
    if (!isLeftover && !isBreach && peer.isSource && known.fetcher.adopt(peer, part)) {
      peer.arriving = part
      peer.dropping = undefined
      return 'keep'
    }
    peer.dropping = part
    // A first copy that is not taken, since downloads pause: somebody else should get it.
    if (!isLeftover && peer.isSource && known.own.state(part) === MISSING) this.#outbox.cancel(peer, part)
    return isBreach ? 'violation' : 'drop'
  }

  #spend(known: Known, peer: Peer, now: number): void {
    peer.creditOpen--
    if (!this.#downloadsPaused) refillCredit(peer, known, this.#outbox, now)
  }

  #isTicking({ fetcher, spreader }: Known): boolean {
    return fetcher.inFlight > 0 || spreader?.isWaiting === true || this.uploads.isActive
  }

  #tick({ fetcher, spreader }: Known, now: number): void {
    this.#tickedAt = now
    fetcher.tick(now)
    spreader?.tick(now)
    this.uploads.tick(now)
  }

  /**
   * Once every first copy is out the source shows what others hold: it then helps with second copies. What is still on its way
   * is not shown, or everybody would ask for it again. With no receiver left it begins anew.
   */
  #reveal({ own, spreader }: Known): void {
    if (!spreader) return
    const hide = spreader.receivers === 0
    if (spreader.isHidden ? hide || spreader.firstCopiesLeft > 0 : !hide) return
    spreader.isHidden = hide
    const shown = new Bits(own.table.parts)
    if (!hide) for (const part of own.held.indices()) if (spreader.hasLanded(part)) shown.add(part)
    this.#outbox.offer(shown, this.#peers)
  }

  #mode(): PolicyStatus['mode'] {
    if (!this.#known?.own.isComplete && !this.#isSource) return 'receiving'
    if (!this.#isSource) return 'holding'
    return this.#known?.spreader?.isHidden === true ? 'spreading' : 'revealed'
  }

  #othersHoldAll({ availability }: Known): boolean {
    return this.#peers.size > 0 && availability.unheld === 0
  }

  #mustKnow(): Known {
    if (!this.#known) throw new ShoalError('internal', 'the parts of this share are not known yet')
    return this.#known
  }
}
