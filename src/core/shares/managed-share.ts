import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'
import { ShoalError, type Clock, type Logger } from '../../base/index.ts'
import { discoveryCid, parseLink, type Link } from '../../content/index.ts'
import type { Mode, Share, ShareDetail } from '../../contract/index.ts'
import type { Discovery } from '../../peer-to-peer/discovery/index.ts'
import type { Swarm, SwarmSession } from '../../peer-to-peer/swarm/index.ts'
import type { Store, StoredShare } from '../../store/index.ts'
import { COMPLETE_SEEK_MS, MAX_FORMER_IDS, STILL_MS } from '../limits.ts'
import type { HttpTransfer, HttpTransferInit } from './http-transfer.ts'
import { toProblem } from './problem.ts'
import { RateMeter } from './rate-meter.ts'
import { detailView, shareView, type ShareFacts, type ShareRecord, type Stage } from './share-view.ts'

/** What a share needs of the rooms around it. */
export interface ShareSurroundings {
  readonly store: Store
  readonly swarm: Swarm
  readonly discovery: Discovery
  readonly clock: Clock
  readonly log: Logger
  /** Asks a tracker that a link names for its share, until the returned function is called. */
  readonly useTracker: (url: string, key: CID) => () => void
  /** A download from a server; it limits itself by the whole app's limits too. */
  readonly downloadFrom: (init: FromServer) => HttpTransfer
  /** The link that leads here now. */
  readonly linkOf: (stored: StoredShare) => string
  /** Something people see has changed. */
  readonly onChange: (share: ManagedShare) => void
  /** Neighbours came or went. */
  readonly onPeers: (share: ManagedShare) => void
  readonly onComplete: (share: ManagedShare, path: string) => void
}

/** What a share says of its download from a server; the rest is the same for all. */
export type FromServer = Pick<
  HttpTransferInit,
  'stored' | 'origins' | 'onChange' | 'onTrouble' | 'onFailed'
> & {
  /** The share's own limit. */
  readonly limit: () => number
}

/** Bytes per second, 0 none. */
interface Limits {
  readonly up: number
  readonly down: number
}

/** One share or download through its whole life: hashed, active in the swarm, paused, checked, failed. */
export class ManagedShare {
  readonly id: string
  readonly #around: ShareSurroundings
  #stored: StoredShare | undefined
  #stage: Stage
  #pending: ShareRecord
  #session: SwarmSession | undefined
  #mode: Mode = 'p2p'
  /** In client–server mode, until everything is held. */
  #http: HttpTransfer | undefined
  #limits: Limits = { up: 0, down: 0 }
  #past = { sent: 0, received: 0 }
  /** When bytes of this session last came, and how many there were. */
  #lastCame = { received: 0, at: 0 }
  /** To browsers and to downloads over HTTP. */
  #servedBytes = 0
  readonly #servedRate: RateMeter
  /** As it was last shown. */
  #shown: Share | undefined
  /** Addresses to try besides those of the link: `--peer`. */
  #extraHints: readonly Multiaddr[] = []
  #lastRead: { readonly text: string; readonly link: Link } | undefined
  /** Of entries that this one stands for, the oldest first. */
  #formerIds: readonly string[] = []
  #leave: (() => void)[] = []
  #stopSearch = (): void => {}
  #forget: (() => void)[] = []

  private constructor(id: string, around: ShareSurroundings, stage: Stage, record: ShareRecord) {
    this.id = id
    this.#around = around
    this.#stage = stage
    this.#pending = record
    this.#servedRate = new RateMeter(around.clock, () => this.#servedBytes)
  }

  /** A share whose content is not at hand yet: it is being hashed, or what is on the disk is being looked at. */
  static beginning(id: string, around: ShareSurroundings, record: ShareRecord, stage: Stage): ManagedShare {
    return new ManagedShare(id, around, stage, record)
  }

  get formerIds(): readonly string[] {
    return this.#formerIds
  }

  /** The same content was shared before: whoever knows that entry finds this one. */
  standFor(former: ManagedShare): void {
    this.#formerIds = [...former.formerIds, former.id].slice(-MAX_FORMER_IDS)
  }

  get cid(): string | undefined {
    return this.#stored?.cid.toString()
  }

  get stored(): StoredShare | undefined {
    return this.#stored
  }

  /** The lane most bytes go by. */
  get lane(): 'tls' | 'stream' | null {
    return this.#session?.snapshot().lane ?? null
  }

  /** How much of it each peer of its swarm holds, 0…1, by peer id. */
  get holders(): ReadonlyMap<string, number> {
    return new Map(this.#session?.snapshot().peers.map(({ peer, has }) => [peer, has]))
  }

  get stage(): Stage {
    return this.#stage
  }

  get record(): ShareRecord {
    const { cid } = this
    return (cid === undefined ? undefined : this.#around.store.record(cid)) ?? this.#pending
  }

  /** Bytes pass, or may at any moment: worth a look twice a second. */
  get isLively(): boolean {
    const { is } = this.#stage
    if (is === 'hashing' || is === 'checking') return true
    if (this.#servedRate.rate > 0) return true
    return is === 'active' && (!this.#stored?.isComplete || (this.#shown?.peers ?? 0) > 0)
  }

  /** Somebody would lose something if the laptop slept now. */
  get isTransferring(): boolean {
    if (this.#stage.is === 'hashing') return true
    return this.#shown !== undefined && (this.#shown.downRate > 0 || this.#shown.upRate > 0)
  }

  view(): Share {
    return (this.#shown = shareView(this.#facts()))
  }

  detail(self: { peerId: string; name: string }): ShareDetail {
    return detailView(this.#facts(), self)
  }

  /** The content is at hand: joins the swarm unless a person stopped it. */
  ready(stored: StoredShare, options: { paused: boolean } = { paused: false }): void {
    this.#take(stored)
    if (options.paused) this.#set({ is: 'paused' })
    else this.activate()
  }

  /** What is on the disk is being read again. */
  checking(done: number, total: number): void {
    if (this.#stage.is === 'checking') this.#set({ is: 'checking', done, total })
  }

  fail(error: unknown): void {
    this.#deactivate()
    this.#set({ is: 'failed', problem: toProblem(error) })
  }

  /** Addresses to try besides those of the link, which may have changed as well. */
  setHints(hints: readonly Multiaddr[]): void {
    this.#extraHints = hints
    // What the servers of an older link say no longer counts.
    if (this.#http && !this.#http.asks(this.#linkedOrigins())) this.#restart()
    if (!this.#session || !this.#stored) return
    this.#offerHints(this.#session)
    this.#stopSearch()
    this.#seek(this.#stored, this.#session)
  }

  get mode(): Mode {
    return this.#mode
  }

  /** The link names a server. */
  get canUseServer(): boolean {
    return this.#linkedOrigins().length > 0
  }

  /** Bytes that went out over HTTP. */
  countServed(bytes: number): void {
    if (this.#servedBytes === 0) this.#servedRate.start()
    this.#servedBytes += bytes
  }

  /** From whom the rest comes: the swarm, or one server. Takes effect at once. */
  setMode(mode: Mode): void {
    if (mode === 'http' && !this.canUseServer)
      throw new ShoalError('bad-usage', 'the link names no HTTP server (h=); share it with --http-port')
    if (mode === this.#mode) return
    this.#mode = mode
    if (this.#stage.is === 'active' && !this.#stored?.isComplete) this.#restart()
    this.#around.onChange(this)
  }

  /** Begins to fetch what is missing, or to serve what is held. */
  activate(): void {
    const stored = this.#stored
    if (!stored || this.#session || this.#http) return
    if (this.#mode === 'http' && !stored.isComplete) this.#fetchFromServer(stored)
    else this.#join(stored)
    this.#set({ is: 'active', trouble: undefined })
  }

  /** One server gives everything; whoever has it all serves it to others like everybody. */
  #fetchFromServer(stored: StoredShare): void {
    this.#http = this.#around.downloadFrom({
      stored,
      origins: this.#linkedOrigins(),
      limit: () => this.#limits.down,
      onChange: () => this.#around.onChange(this),
      onTrouble: (error) => (error ? this.#trouble(error) : this.#recovered()),
      onFailed: (error) => this.fail(error),
    })
    this.#http.start()
    this.#leave.push(stored.events.on('complete', () => this.#restart()))
  }

  /** Joins the swarm: looks for others, serves what is held. */
  #join(stored: StoredShare): void {
    const { swarm, discovery } = this.#around
    const session = swarm.join(stored, { limits: this.#limits })
    this.#session = session
    this.#lastCame = { received: 0, at: this.#around.clock.now() }
    this.#listen(session)
    this.#offerHints(session)
    const key = discoveryCid(stored.cid)
    for (const url of this.#linkedTrackers()) this.#leave.push(this.#around.useTracker(url, key))
    const cameByHint = !stored.isComplete && this.#hints().length > 0
    this.#leave.push(discovery.announce(key, { isUrgent: !cameByHint }))
    this.#seek(stored, session)
  }

  /** A person stopped it: leaves the swarm, keeps what is held. */
  pause(): void {
    if (this.#stage.is === 'hashing')
      throw new ShoalError('bad-usage', 'it is still being read; remove it instead')
    this.#deactivate()
    this.#around.store.update(this.#cidOrThrow(), { paused: true })
    this.#set({ is: 'paused' })
  }

  /** Goes on after a pause; after trouble with the disk tries again at once. */
  resume(): void {
    this.#around.store.update(this.#cidOrThrow(), { paused: false })
    this.#restart()
  }

  setLimits(limits: Limits): void {
    this.#limits = limits
    this.#session?.setLimits(limits)
  }

  /** Reads everything again; what no longer verifies is fetched again (or no longer served). */
  async verify(): Promise<number> {
    const cid = this.#cidOrThrow()
    const before = this.#stage
    this.#deactivate()
    this.#set({ is: 'checking', done: 0, total: this.#stored?.parts ?? 0 })
    try {
      const onProgress = (done: number, total: number): void => this.#set({ is: 'checking', done, total })
      return await this.#around.store.verify(cid, { onProgress })
    } finally {
      if (before.is === 'active') this.activate()
      else this.#set(before)
    }
  }

  /** Leaves the swarm for good. */
  close(): void {
    this.#deactivate()
    this.#servedRate.stop()
    for (const forget of this.#forget.splice(0)) forget()
  }

  #take(stored: StoredShare): void {
    this.#stored = stored
    this.#forget.push(
      stored.events.on('root', () => this.#around.onChange(this)),
      stored.events.on('complete', ({ path }) => this.#around.onComplete(this, path)),
      stored.events.on('trouble', ({ error }) => this.#trouble(error)),
      stored.events.on('recovered', () => this.#recovered()),
    )
  }

  #listen(session: SwarmSession): void {
    const peersChanged = (): void => this.#around.onPeers(this)
    this.#leave.push(
      session.events.on('peer-joined', peersChanged),
      session.events.on('peer-left', peersChanged),
      session.events.on('safe-to-leave', () => this.#around.onChange(this)),
      session.events.on('trouble', ({ error }) => this.#trouble(error)),
      session.events.on('recovered', () => this.#recovered()),
      session.events.on('failed', ({ error }) => this.fail(error)),
    )
  }

  /** A complete share asks those who are here once; after that whoever wants it asks. */
  #seek(stored: StoredShare, session: SwarmSession): void {
    const { discovery, clock } = this.#around
    const hints = this.#hints()
    const hasMembers = (): boolean => session.hasNeighbours
    const search = discovery.seek(discoveryCid(stored.cid), { hints, hasMembers })
    this.#leave.push(search.events.on('candidate', ({ peerId }) => session.addCandidate(peerId)))
    this.#stopSearch = () => search.stop()
    this.#leave.push(() => search.stop())
    const rest = (): void => void this.#leave.push(clock.after(COMPLETE_SEEK_MS, () => search.stop()))
    if (stored.isComplete) rest()
    else this.#leave.push(stored.events.on('complete', rest))
  }

  #offerHints(session: SwarmSession): void {
    for (const address of this.#hints()) {
      const id = address.getComponents().findLast(({ name }) => name === 'p2p')?.value
      if (id) session.addCandidate(peerIdFromString(id), { addresses: [address], isHint: true })
    }
  }

  #hints(): Multiaddr[] {
    const fromLink = this.#cameBy()?.peers.map((text) => multiaddr(text)) ?? []
    return [...fromLink, ...this.#extraHints]
  }

  #linkedTrackers(): readonly string[] {
    return this.#cameBy()?.trackers ?? []
  }

  #linkedOrigins(): readonly string[] {
    return this.#cameBy()?.origins ?? []
  }

  /** The link it came by, read once for all the times it is shown. */
  #cameBy(): Link | undefined {
    const { link: text } = this.record
    if (text === undefined) return undefined
    if (this.#lastRead?.text !== text) this.#lastRead = { text, link: parseLink(text) }
    return this.#lastRead.link
  }

  #trouble(error: ShoalError): void {
    if (this.#stage.is === 'active') this.#set({ is: 'active', trouble: toProblem(error) })
  }

  #recovered(): void {
    if (this.#stage.is === 'active') this.#set({ is: 'active', trouble: undefined })
  }

  #restart(): void {
    this.#deactivate()
    this.activate()
  }

  #deactivate(): void {
    for (const leave of this.#leave.splice(0)) leave()
    if (this.#http) {
      this.#past = { ...this.#past, received: this.#past.received + this.#http.received }
      this.#http.stop()
      this.#http = undefined
    }
    const session = this.#session
    if (!session) return
    const { sent, received } = session.counters
    this.#past = { sent: this.#past.sent + sent, received: this.#past.received + received }
    this.#session = undefined
    session.leave()
  }

  #set(stage: Stage): void {
    this.#stage = stage
    this.#around.onChange(this)
  }

  #facts(): ShareFacts {
    const stored = this.#stored
    return {
      id: this.id,
      formerIds: this.#formerIds,
      record: this.record,
      stage: this.#stage,
      mode: this.#mode,
      hasServer: this.canUseServer,
      stored,
      snapshot: this.#session?.snapshot(),
      isStill: this.#isStill(),
      server: this.#http?.snapshot(),
      link: stored && this.#around.linkOf(stored),
      past: this.#past,
      served: { bytes: this.#servedBytes, rate: this.#servedRate.rate },
    }
  }

  #isStill(): boolean {
    const now = this.#around.clock.now()
    const received = this.#session?.counters.received ?? 0
    if (received !== this.#lastCame.received) this.#lastCame = { received, at: now }
    return now - this.#lastCame.at > STILL_MS
  }

  #cidOrThrow(): string {
    const { cid } = this
    if (cid === undefined) throw new ShoalError('bad-usage', 'it is still being read')
    return cid
  }
}
