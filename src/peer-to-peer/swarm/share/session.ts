import type { Connection, Libp2p, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import {
  Emitter,
  ShoalError,
  type Clock,
  type EventSource,
  type Logger,
  type Random,
} from '../../../base/index.ts'
import type { BufferPool, StoredShare } from '../../../store/types.ts'
import { TokenBucket } from '../../../transport/token-bucket.ts'
import type { LaneHub } from '../lanes/lane-hub.ts'
import type { ControlListener, ControlStream } from '../link/control-stream.ts'
import { Link } from '../link/link.ts'
import { BAN_MS, SHUN_MS, STALLED_PEER_MS } from '../limits.ts'
import { SwarmSharePolicy } from '../policy/share-policy.ts'
import type { Message, StateMessage } from '../wire/messages.ts'
import { Bans } from './bans.ts'
import { Candidates, type AskOutcome, type Candidate } from './candidates.ts'
import { Conversation } from './conversation.ts'
import { ShareDriver } from './driver.ts'
import { PeerExchange } from './exchange.ts'
import { startHeartbeat } from './heartbeat.ts'
import { Ledger, SAMPLE_MS } from './ledger.ts'
import { Neighbours } from './neighbours.ts'
import { RootFetch } from './root-fetch.ts'
import { takeSnapshot, type SessionSnapshot } from './snapshot.ts'
import type { UploadPump } from './upload-pump.ts'

export interface SessionEvents {
  'peer-joined': { peer: string; name: string; isSource: boolean }
  'peer-left': { peer: string; reason: string }
  'peer-banned': { peer: string; error: ShoalError }
  /** A part was verified and is on disk. */
  'part-received': { part: number; from: string }
  'root-received': Record<string, never>
  /** The others together hold everything: this node may leave. */
  'safe-to-leave': Record<string, never>
  complete: { path: string }
  /** Downloading waits for the disk; goes on by itself, or on `resume`. */
  trouble: { error: ShoalError }
  recovered: Record<string, never>
  /** This share can never be completed here (a root or a page that breaks the format). */
  failed: { error: ShoalError }
}

/** Bytes per second; 0 is no limit. */
export interface ShareLimits {
  readonly up: number
  readonly down: number
}

/** What this node signed of itself: a libp2p peer record (RFC 0002, 0003). */
export interface OwnRecord {
  readonly bytes: Uint8Array
  /** `changed`: it is another one from now on. */
  readonly events: EventSource<{ changed: Record<string, never> }>
}

export interface SessionInit {
  readonly share: StoredShare
  readonly limits: ShareLimits
  readonly libp2p: Libp2p
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly buffers: BufferPool
  readonly hub: LaneHub
  readonly pump: UploadPump
  readonly downLimit: TokenBucket
  readonly upLimit: TokenBucket
  readonly name: () => string
  readonly record: OwnRecord
  readonly ask: (session: Session, candidate: Candidate) => Promise<AskOutcome>
  /** A hello from this peer is under way. */
  readonly isAnswering: (peer: string) => boolean
  readonly onLeft: (session: Session) => void
}

/** One share in the swarm: its neighbours, and what passes between them. */
export class Session {
  readonly share: StoredShare
  readonly cidBytes: Uint8Array
  readonly #init: SessionInit
  readonly #root: RootFetch
  readonly #events: Emitter<SessionEvents>
  readonly #links: Neighbours
  readonly #bans: Bans
  readonly #candidates: Candidates
  readonly #driver: ShareDriver
  readonly #exchange: PeerExchange
  readonly #conversation: Conversation
  readonly #ledger: Ledger
  readonly #limits: { up: TokenBucket; down: TokenBucket }
  readonly #cleanup: (() => void)[] = []
  #isOpen = true

  constructor(init: SessionInit) {
    this.#init = init
    this.share = init.share
    this.cidBytes = init.share.cid.bytes
    const { clock, share, libp2p, random, log } = init
    this.#bans = new Bans(clock)
    this.#events = new Emitter((error) => log.error('a listener failed', { error: String(error) }))
    this.#limits = {
      up: new TokenBucket({ clock, rate: init.limits.up }),
      down: new TokenBucket({ clock, rate: init.limits.down }),
    }
    this.#links = new Neighbours(libp2p.peerId.toString(), clock)
    const links = (): Iterable<Link> => this.#links
    this.#ledger = new Ledger(share, clock)
    this.#driver = new ShareDriver({
      share,
      policy: new SwarmSharePolicy({ self: libp2p.peerId.toString(), random }),
      pump: init.pump,
      buffers: init.buffers,
      clock,
      random,
      log,
      limits: this.#limits,
      downLimit: init.downLimit,
      onTraffic: (peer) => init.hub.wanted(peer),
      onAllHere: () => init.hub.stayAwake(),
    })
    this.#root = new RootFetch({
      share,
      clock,
      links,
      onHostile: (link, error) => this.#ban(link.peer, error),
      onUnusable: (error) => this.#events.emit('failed', { error }),
    })
    this.#exchange = new PeerExchange({
      libp2p,
      isSource: () => this.#driver.isSource,
      isKnown: (peer) => this.#links.has(peer) || this.isBanned(peer),
      clock,
      log,
      links,
      onPeer: (peerId, addresses) => this.#exchanged(peerId, addresses),
    })
    this.#conversation = new Conversation({
      driver: this.#driver,
      root: this.#root,
      exchange: this.#exchange,
      hub: init.hub,
      sendRoot: (link) => this.sendRoot(link),
      onIntroduced: (link, { name, isSource }) =>
        this.#events.emit('peer-joined', { peer: link.peer, name, isSource }),
      onHostile: (link, error) => this.#ban(link.peer, error),
    })
    this.#candidates = new Candidates({
      clock,
      self: libp2p.peerId.toString(),
      ask: (candidate) => this.#ask(candidate),
      isAnswering: init.isAnswering,
      isFull: () => this.#links.areEnough || this.#driver.isPaused,
    })
    this.#listen()
  }

  get events(): EventSource<SessionEvents> {
    return this.#events
  }

  get counters(): { sent: number; received: number } {
    return this.#ledger.counters
  }

  /** A peer that may have the share: a hint of the link (never given up), or one that discovery found. */
  addCandidate(
    peerId: PeerId,
    options: { addresses?: readonly Multiaddr[]; isHint?: boolean; isSought?: boolean } = {},
  ): void {
    if (peerId.equals(this.#init.libp2p.peerId) || this.isBanned(peerId.toString())) return
    this.#candidates.add(peerId, { isSought: true, ...options })
  }

  /** Bytes per second; 0 is no limit. */
  setLimits(limits: ShareLimits): void {
    this.#limits.up.rate = limits.up
    this.#limits.down.rate = limits.down
  }

  /** Stops asking and serving; neighbours stay. */
  pause(): void {
    this.#driver.setPaused(true)
  }

  resume(): void {
    this.#driver.setPaused(false)
    this.#candidates.poke()
  }

  snapshot(): SessionSnapshot {
    return takeSnapshot({
      share: this.share,
      links: [...this.#links],
      policy: this.#driver.policy,
      ledger: this.#ledger,
      self: { peerId: this.#init.libp2p.peerId.toString(), name: this.#init.name() },
      pressure: this.#driver.pressure,
      writingBytes: this.#driver.writingBytes,
      isInFlight: (part) => this.#driver.isArriving(part),
      limits: { own: this.#limits, app: { up: this.#init.upLimit, down: this.#init.downLimit } },
      now: this.#init.clock.now(),
    })
  }

  /** Tells every neighbour what is held here, says goodbye and forgets the share. */
  leave(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    for (const step of this.#cleanup) step()
    this.#candidates.close()
    this.#root.close()
    this.#driver.farewell()
    for (const link of [...this.#links]) link.close('leaving')
    this.#exchange.close()
    this.#driver.close()
    this.#init.onLeft(this)
  }

  // --- what the swarm tells a session ---

  isBanned(peer: string): boolean {
    return this.#bans.has(peer)
  }

  isLinked(peer: string): boolean {
    return this.#links.has(peer)
  }

  claimRoot(peer: string): boolean {
    return this.#root.claim(peer)
  }

  helloBegan(peer: string): void {
    this.#links.helloBegan(peer)
  }

  helloEnded(peer: string, outcome: AskOutcome): void {
    this.#links.helloEnded(peer)
    if (outcome !== 'linked') this.#root.unclaim(peer)
  }

  refusesDuplicate(peerId: PeerId): boolean {
    return this.#links.refusesDuplicate(peerId)
  }

  /** Somebody of the share has introduced himself here. */
  get hasNeighbours(): boolean {
    return this.#links.areAny
  }

  /** A proven stream becomes a link. Returns what listens to it from now on. */
  attach(
    control: ControlStream,
    peerId: PeerId,
    connection: Connection,
    initiator: 'me' | 'them',
    roundTrip: number,
  ): ControlListener {
    const link = new Link({ peerId, connection, control, initiator, clock: this.#init.clock, roundTrip })
    const listener: ControlListener = {
      message: (message) => this.#conversation.received(link, message),
      closed: (error) => this.#ended(link, error),
    }
    control.prove(listener)
    if (this.#links.isFull && !this.#links.has(link.peer)) {
      void this.#exchange.farewell(link).then(() => link.close('full'))
      return listener
    }
    this.#links.add(link)
    link.lanes = this.#init.hub.enter(link)
    link.incoming = this.#driver.incomingFor(link)
    Object.assign(link, link.lanes.register(link.incoming, link.byLane))
    this.#ledger.joined(link)
    this.#candidates.linked(peerId)
    link.send(this.#state(link))
    return listener
  }

  sendRoot(link: { send(message: Message): void }): void {
    const { rootBytes } = this.share
    if (rootBytes) link.send({ is: 'root', bytes: rootBytes })
  }

  // --- within ---

  async #ask(candidate: Candidate): Promise<AskOutcome> {
    if (this.#links.has(candidate.key)) return 'duplicate'
    if (this.isBanned(candidate.key)) return 'failed'
    return this.#init.ask(this, candidate)
  }

  #listen(): void {
    const { libp2p, clock, share, record } = this.#init
    const onOpen = (event: CustomEvent<Connection>): void => this.#connected(event.detail.remotePeer)
    libp2p.addEventListener('connection:open', onOpen)
    const stopHeartbeat = startHeartbeat({
      clock,
      links: () => this.#links,
      onStalled: (link) => this.#shun(link),
      keep: (link) => this.#keep(link),
    })
    const stopSamples = clock.every(SAMPLE_MS, () => this.#ledger.sample())
    this.#cleanup.push(
      () => libp2p.removeEventListener('connection:open', onOpen),
      stopHeartbeat,
      stopSamples,
      record.events.on('changed', () => this.#introduceAgain(() => true)),
      share.events.on('root', () => this.#rootArrived()),
      share.events.on('complete', ({ path }) => this.#events.emit('complete', { path })),
      this.#driver.events.on('part', ({ part, from }) => this.#partReceived(part, from)),
      this.#driver.events.on('hostile', ({ peer, error }) => this.#ban(peer, error)),
      this.#driver.events.on('trouble', ({ error }) => this.#troubled(error)),
      this.#driver.events.on('recovered', () => this.#events.emit('recovered', {})),
      this.#driver.events.on('safeToLeave', () => this.#events.emit('safe-to-leave', {})),
    )
    // Those who are connected already; told apart from the share by nothing.
    queueMicrotask(() => libp2p.getPeers().forEach((peerId) => this.#connected(peerId)))
  }

  /** Everybody connected is asked once: found by mDNS, by the DHT, by another share. */
  #connected(peerId: PeerId): void {
    const key = peerId.toString()
    if (!this.#isOpen || this.isBanned(key) || this.#links.has(key)) return
    this.#candidates.add(peerId, { isSought: false })
  }

  #exchanged(peerId: PeerId, addresses: readonly Multiaddr[]): void {
    const key = peerId.toString()
    if (!this.#isOpen || this.isBanned(key) || this.#links.has(key)) return
    this.#candidates.add(peerId, { addresses, isSought: true })
  }

  /** Alive, and takes nothing: what was meant for it goes to others. */
  #shun(link: Link): void {
    this.#bans.add(link.peer, SHUN_MS)
    link.abort(new ShoalError('peer-gone', `took nothing for ${STALLED_PEER_MS / 1000} s`))
  }

  #ended(link: Link, error: ShoalError | undefined): void {
    if (error?.code === 'protocol-violation') this.#remember(link.peer, error)
    this.#driver.leave(link)
    link.release()
    this.#init.hub.leave(link)
    this.#exchange.left(link)
    this.#root.left(link)
    this.#ledger.left(link)
    const wasActive = link.phase.is === 'active'
    link.phase = { is: 'ended' }
    if (!this.#links.remove(link)) return
    if (wasActive) {
      this.#events.emit('peer-left', { peer: link.peer, reason: link.goodbye ?? error?.message ?? 'ended' })
    }
    if (!this.#isOpen) return
    this.#candidates.unlinked(link.peer, { wait: link.goodbye !== undefined })
    this.#candidates.poke()
  }

  #ban(peer: string, error: ShoalError): void {
    this.#remember(peer, error)
    this.#links.get(peer)?.close('banned')
  }

  #remember(peer: string, error: ShoalError): void {
    if (this.isBanned(peer)) return
    this.#bans.add(peer, BAN_MS)
    this.#candidates.forget(peer)
    this.#init.log.warn('peer banned', { peer, code: error.code, reason: error.message })
    this.#events.emit('peer-banned', { peer, error })
  }

  #rootArrived(): void {
    this.#events.emit('root-received', {})
    this.#introduceAgain(({ hasRoot }) => !hasRoot)
  }

  /** Something that we said of ourselves has changed. */
  #introduceAgain(concerns: (introduction: StateMessage) => boolean): void {
    for (const link of this.#links) {
      if (link.phase.is === 'active' && concerns(link.phase.introduction)) link.send(this.#state(link))
    }
  }

  #partReceived(part: number, from: string): void {
    const link = this.#links.get(from)
    const isSource = link?.isSource ?? false
    const name = link?.phase.is === 'active' ? link.phase.introduction.name : from
    this.#ledger.gave(part, { peer: from, name, isSource })
    this.#events.emit('part-received', { part, from })
  }

  #troubled(error: ShoalError): void {
    const isFinal = error.code === 'bad-page' || error.code === 'bad-name' || error.code === 'bad-root'
    this.#events.emit(isFinal ? 'failed' : 'trouble', { error })
  }

  #state(link: Link): StateMessage {
    return {
      is: 'state',
      name: shortened(this.#init.name()),
      isSource: this.#driver.isSource,
      hasRoot: this.share.root !== undefined,
      handle: link.handle,
      fingerprint: this.#init.hub.fingerprint,
      record: this.#init.record.bytes,
    }
  }

  /** Neighbours are not pruned when there are many connections. Not while they meet: all do at once, and it writes a record. */
  #keep(link: Link): void {
    link.isKept = true
    const tags = { 'shoal-swarm': { value: 50 } }
    this.#init.libp2p.peerStore.merge(link.peerId, { tags }).catch(() => {})
  }
}

/** At most 64 code points: 256 bytes of UTF-8 at worst. */
function shortened(name: string): string {
  return Array.from(name).slice(0, 64).join('')
}
