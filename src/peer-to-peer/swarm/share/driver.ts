import {
  Bitmap,
  Emitter,
  isShoalError,
  ShoalError,
  type Clock,
  type EventSource,
  type Logger,
  type Random,
} from '../../../base/index.ts'
import type { BufferPool, StoredShare } from '../../../store/types.ts'
import type { TokenBucket } from '../../../transport/token-bucket.ts'
import type { Link } from '../link/link.ts'
import { READ_RETRY_MS } from '../limits.ts'
import type { SharePolicy } from '../policy/facade.ts'
import type { BlockVerdict, PartFailure, PeerUpdate, UploadBlock } from '../policy/types.ts'
import type { RejectReason, StateMessage, UpdateMessage } from '../wire/messages.ts'
import { decodeHandOuts, encodeHandOuts } from './hand-outs.ts'
import { Incoming } from './incoming.ts'
import { Outgoing } from './outgoing.ts'
import { PartSink, partTable } from './parts.ts'
import { splitUpdate } from './split-update.ts'
import type { UploadPump, UploadTarget } from './upload-pump.ts'

export interface DriverEvents {
  /** A part verified; from whom it came. */
  part: { part: number; from: string }
  /** A peer sent what does not verify, or broke the protocol. */
  hostile: { peer: string; error: ShoalError }
  trouble: { error: ShoalError }
  recovered: Record<string, never>
  safeToLeave: Record<string, never>
}

export interface DriverInit {
  readonly share: StoredShare
  readonly policy: SharePolicy
  readonly pump: UploadPump
  readonly buffers: BufferPool
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly limits: { readonly up: TokenBucket; readonly down: TokenBucket }
  /** Download limit of the whole app. */
  readonly downLimit: TokenBucket
  /** Something is about to pass between this node and a peer. */
  readonly onTraffic: (peer: string) => void
  /** Every part has arrived; what is left is to verify and to write it. */
  readonly onAllHere: () => void
}

/** What was noticed of late, for saying what limits a transfer. Times on the clock. */
export interface Pressure {
  downLimitAt: number
  bufferAt: number
}

/**
 * Drives the policy of one share: tells it what arrives, carries out what it decides. Everything a peer sent goes
 * through here after decoding.
 */
export class ShareDriver implements UploadTarget {
  readonly policy: SharePolicy
  readonly upLimit: TokenBucket
  readonly pressure: Pressure = { downLimitAt: -Infinity, bufferAt: -Infinity }
  readonly #init: DriverInit
  readonly #events: Emitter<DriverEvents>
  readonly #links = new Map<string, Link>()
  readonly #sink: PartSink
  readonly #stopListening: (() => void)[] = []
  #stopTimer: () => void = () => {}
  #isFlushDue = false
  #isOpen = true
  #isSafeToLeave = false
  /** Until something turns out to be wanted. */
  #isAllHere = true
  #pause = { byUser: false, byTrouble: false }

  constructor(init: DriverInit) {
    this.#init = init
    this.policy = init.policy
    this.upLimit = init.limits.up
    this.#events = new Emitter((error) => init.log.error('a listener failed', { error: String(error) }))
    this.#sink = new PartSink({
      share: init.share,
      clock: init.clock,
      onHeld: (part, from) => this.#events.emit('part', { part, from }),
      onFailed: (part, from, failure) => this.#partFailed(part, from, failure),
      onTrouble: (error) => this.#trouble(error),
    })
    const { events } = init.share
    this.#stopListening.push(
      events.on('root', () => this.#rootKnown()),
      events.on('held', ({ part, held }) => this.#heldChanged(part, held)),
      events.on('recovered', () => this.#recovered()),
    )
    init.pump.add(this)
    if (init.share.root) this.#rootKnown()
  }

  get events(): EventSource<DriverEvents> {
    return this.#events
  }

  get writingBytes(): number {
    return this.#sink.writingBytes
  }

  /** Some of its bytes are here, from anybody. */
  isArriving(part: number): boolean {
    for (const link of this.#links.values()) if (link.incoming?.isArriving(part)) return true
    return false
  }

  /** This node gives first copies, or has given them all. */
  get isSource(): boolean {
    const { mode } = this.policy.status
    return mode === 'spreading' || mode === 'revealed'
  }

  get isPaused(): boolean {
    return this.#pause.byUser
  }

  /** A link has introduced itself: requests and blocks pass from now on. */
  join(link: Link, introduction: StateMessage): void {
    this.#links.set(link.peer, link)
    const { clock } = this.#init
    const outgoing = new Outgoing({
      share: this.#init.share,
      buffers: this.#init.buffers,
      lanes: link.lanes!,
      clock,
      handle: introduction.handle,
      onSent: (bytes) => link.sent.add(bytes),
      onAcknowledged: (bytes) => this.#acknowledged(link, bytes),
      onLaneLost: () => {
        this.#init.pump.uplink.laneLost(this.policy, link.peer, clock.now())
        this.#init.pump.pump()
      },
      onFailed: (part, error) => this.#unreadable(link, part, error),
    })
    link.phase = { is: 'active', introduction, outgoing }
    this.policy.peerJoined(link.peer, { isSource: introduction.isSource }, clock.now())
    if (this.#expectsTraffic(introduction)) this.#init.onTraffic(link.peer)
    this.flushSoon()
  }

  /** Blocks will surely pass: the lane is opened while the first messages are still on their way. */
  #expectsTraffic({ isSource }: StateMessage): boolean {
    if (this.isPaused) return false
    return !this.#init.share.isComplete || (this.isSource && !isSource)
  }

  leave(link: Link): void {
    if (link.phase.is === 'active') link.phase.outgoing.close()
    link.incoming?.close()
    if (this.#links.get(link.peer) !== link) return
    this.#links.delete(link.peer)
    this.policy.peerLeft(link.peer, this.#init.clock.now())
    this.flushSoon()
  }

  /** Blocks from a peer go here; made when the link is, since the peer learns the number for them then. */
  incomingFor(link: Link): Incoming {
    const { share, buffers, clock } = this.#init
    return new Incoming({
      share,
      buffers,
      clock,
      delay: () => this.#downDelay(),
      onBufferWait: () => (this.pressure.bufferAt = clock.now()),
      verdict: (part, length) => this.#verdict(link, part, length),
      onBytes: (bytes) => this.#received(link, bytes),
      onPart: (part, buffer) => {
        this.policy.partReceived(link.peer, part, clock.now())
        this.#checkMilestones()
        this.#sink.put(part, link.peer, buffer)
        this.flushSoon()
      },
    })
  }

  /** Throws `protocol-violation` for what the policy finds impossible. */
  update(link: Link, message: UpdateMessage): void {
    const { clock } = this.#init
    const { policy } = this
    const { peer } = link
    const now = clock.now()
    if (message.bitmap) this.#bitmap(peer, message.bitmap, now)
    if (message.have.length > 0) policy.peerHave(peer, message.have, now)
    if (message.cancel.length > 0) policy.peerCancels(peer, message.cancel, now)
    if (message.request.length > 0) {
      for (const part of policy.peerRequests(peer, message.request, now)) {
        link.send({ is: 'reject', part, reason: 'not-held' })
      }
    }
    if (message.credit > 0) policy.peerCredit(peer, message.credit, now)
    if (bringsBlocks(message)) this.#init.onTraffic(peer)
    // A peer's last word: with the goodbye behind it, it no longer counts.
    if (message.bitmap) this.#checkMilestones()
    this.flushSoon()
  }

  rejected(link: Link, part: number, _reason: RejectReason): void {
    if (part >= this.#init.share.parts) return
    link.incoming?.cancel(part)
    this.policy.partFailed(link.peer, part, 'rejected', this.#init.clock.now())
    this.flushSoon()
  }

  handedOut(link: Link, to: Parameters<typeof decodeHandOuts>[0]): void {
    this.policy.peerHandedOut(link.peer, decodeHandOuts(to), this.#init.clock.now())
    this.flushSoon()
  }

  roundTrip(link: Link, ms: number): void {
    this.policy.peerRoundTrip(link.peer, ms, this.#init.clock.now())
  }

  sendBlock(block: UploadBlock): void {
    const link = this.#links.get(block.peer)
    if (link?.phase.is !== 'active') return
    link.phase.outgoing.enqueue(block)
  }

  setPaused(isPaused: boolean): void {
    this.#pause = { byUser: isPaused, byTrouble: isPaused ? this.#pause.byTrouble : false }
    this.#applyPause()
  }

  /** Sends what is due once this turn of the event loop has brought all it has. */
  flushSoon(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    setImmediate(() => {
      this.#isFlushDue = false
      if (this.#isOpen) this.#flush()
    })
  }

  /** Before the links end: everybody knows what was held here, and may be what it was waited for. */
  farewell(): void {
    for (const update of this.policy.farewell()) {
      const link = this.#links.get(update.peer)
      for (const message of splitUpdate(update, this.#init.share.parts)) link?.sendByStream(message)
    }
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#stopTimer()
    for (const stop of this.#stopListening) stop()
    for (const link of [...this.#links.values()]) this.leave(link)
    this.#init.pump.remove(this)
    this.#sink.close()
  }

  #flush(): void {
    const { clock, pump } = this.#init
    for (const update of this.policy.takeUpdates(clock.now())) this.#send(update)
    pump.pump()
    this.#stopTimer()
    const wait = this.policy.nextWake() - clock.now()
    if (wait < Infinity) this.#stopTimer = clock.after(Math.max(1, wait), () => this.#flush())
    this.#checkMilestones()
  }

  #send(update: PeerUpdate): void {
    const link = this.#links.get(update.peer)
    if (!link) return
    for (const part of update.cancel) link.incoming?.cancel(part)
    if (bringsBlocks(update)) this.#init.onTraffic(update.peer)
    for (const message of splitUpdate(update, this.#init.share.parts)) link.send(message)
    for (const message of encodeHandOuts(update.handedOut)) link.send(message)
  }

  #bitmap(peer: string, bitmap: { parts: number; bytes: Uint8Array }, now: number): void {
    const { parts } = this.#init.share
    if (parts > 0 && bitmap.parts !== parts) {
      throw new ShoalError('protocol-violation', `a bitmap of ${bitmap.parts} parts of ${parts}`)
    }
    this.policy.peerBitmap(peer, bitmap.bytes, now)
  }

  #rootKnown(): void {
    const { share, clock } = this.#init
    this.policy.partsKnown(partTable(share), new Bitmap(share.parts, share.held.toBytes()), clock.now())
    this.flushSoon()
  }

  #heldChanged(part: number, isHeld: boolean): void {
    const now = this.#init.clock.now()
    if (isHeld) this.policy.partHeld(part, now)
    else this.policy.partLost(part, now)
    this.flushSoon()
  }

  #acknowledged(link: Link, bytes: number): void {
    const { pump, clock } = this.#init
    pump.uplink.acknowledged(this.policy, link.peer, bytes, clock.now())
    pump.pump()
  }

  #received(link: Link, bytes: number): void {
    link.heard()
    link.received.add(bytes)
    this.#init.downLimit.take(bytes)
    this.#init.limits.down.take(bytes)
  }

  #downDelay(): number {
    const delay = Math.max(this.#init.downLimit.delay(), this.#init.limits.down.delay())
    if (delay > 0) this.pressure.downLimitAt = this.#init.clock.now()
    return delay
  }

  #verdict(link: Link, part: number, length: number): BlockVerdict {
    if (this.#links.get(link.peer) !== link) return 'drop'
    return this.policy.blockArriving(link.peer, part, length, this.#init.clock.now())
  }

  #unreadable(link: Link, part: number, error: ShoalError): void {
    const now = this.#init.clock.now()
    const reason: RejectReason = isShoalError(error, 'source-changed') ? 'changed' : 'trouble'
    link.send({ is: 'reject', part, reason })
    this.#init.pump.uplink.abandoned(this.policy, link.peer, part, now)
    // A changed file's parts are no longer held; a disk that cannot be read is tried again, but not in a tight loop.
    if (reason === 'trouble') this.#init.pump.holdShare(this, READ_RETRY_MS)
    this.#events.emit('trouble', { error })
    this.flushSoon()
  }

  #partFailed(part: number, from: string, failure: PartFailure): void {
    this.policy.partFailed(from, part, failure, this.#init.clock.now())
    if (failure === 'mismatch') {
      const error = new ShoalError('hash-mismatch', `part ${part} does not verify`)
      this.#events.emit('hostile', { peer: from, error })
    }
    this.flushSoon()
  }

  /** Nothing can be written: what comes now would be lost. Goes on when the store has recovered, or is told to. */
  #trouble(error: ShoalError): void {
    this.#pause.byTrouble = true
    this.#applyPause()
    this.#events.emit('trouble', { error })
  }

  #recovered(): void {
    if (!this.#pause.byTrouble) return
    this.#pause.byTrouble = false
    this.#applyPause()
    this.#events.emit('recovered', {})
  }

  #applyPause(): void {
    const { byUser, byTrouble } = this.#pause
    this.policy.setPaused({ downloads: byUser || byTrouble, uploads: byUser }, this.#init.clock.now())
    this.flushSoon()
  }

  /** Tells what has been reached since it last looked. */
  #checkMilestones(): void {
    const { wanted, inFlight, safeToLeave } = this.policy.status
    const isAllHere = wanted === 0 && inFlight === 0
    if (isAllHere && !this.#isAllHere) this.#init.onAllHere()
    this.#isAllHere = isAllHere
    if (safeToLeave && !this.#isSafeToLeave) this.#events.emit('safeToLeave', {})
    this.#isSafeToLeave = safeToLeave
  }
}

/** Blocks will follow. A receiver that only gives credit is told nothing by requests, and may be the one to invite. */
function bringsBlocks(update: { readonly request: readonly number[]; readonly credit: number }): boolean {
  return update.request.length > 0 || update.credit > 0
}
