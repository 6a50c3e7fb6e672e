import {
  Cleanup,
  Emitter,
  errorMessage,
  silentLogger,
  systemClock,
  systemRandom,
  type Clock,
  type EventSource,
  type Logger,
  type Random,
} from '../../base/index.ts'
import { Dialler, type Connections } from './dialler.ts'
import { MAX_COUNTED, MAX_HINTS } from './limits.ts'
import type {
  AnnounceOptions,
  FoundPeer,
  PeerSource,
  PeerSourceKind,
  PeerSourceState,
  SeekOptions,
} from './peer-source.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'

export interface DiscoveryEvents {
  /** A source named a peer (again). */
  peer: FoundPeer
  /** A source's state changed, or it found somebody new. */
  sources: { sources: SourceView[] }
}

/** One source as people see it. */
export interface SourceView {
  readonly kind: PeerSourceKind
  readonly state: PeerSourceState
  /** Different peers it named since the start. */
  readonly found: number
}

/** A peer that a source named. */
export interface DiscoveredPeer {
  readonly peerId: PeerId
  readonly multiaddrs: readonly Multiaddr[]
  readonly foundBy: readonly PeerSourceKind[]
  readonly connected: boolean
}

/** Somebody connected who may be a member of the share: to be asked by a hello. */
export interface Candidate {
  readonly peerId: PeerId
}

export interface ShareSearch {
  /** Each connected peer once per connection, those named for this very share first. */
  readonly events: EventSource<{ candidate: Candidate }>
  stop(): void
}

export interface DiscoveryOptions {
  sources: readonly PeerSource[]
  connections: Connections
  clock?: Clock
  random?: Random
  log?: Logger
}

/**
 * Runs every source side by side, dials whom they name, and hands each search the peers to ask. All connected peers are
 * asked, because a peer found on the local network does not say what it shares.
 */
export class Discovery {
  readonly events: EventSource<DiscoveryEvents>
  readonly #emitter = new Emitter<DiscoveryEvents>()
  readonly #sources: readonly PeerSource[]
  readonly #connections: Connections
  readonly #dialler: Dialler
  readonly #log: Logger
  readonly #found = new Map<PeerSourceKind, Set<string>>()
  readonly #searches = new Set<Search>()
  readonly #cleanup = new Cleanup()

  constructor(options: DiscoveryOptions) {
    const { clock = systemClock, random = systemRandom, log = silentLogger } = options
    this.events = this.#emitter
    this.#sources = options.sources
    this.#connections = options.connections
    this.#log = log.child('discovery')
    this.#dialler = new Dialler({ connections: options.connections, clock, random, log: this.#log })
  }

  /** Resolves when every source was started; one that fails does not stop the others. */
  async start(): Promise<void> {
    const { events } = this.#connections
    this.#cleanup.add(() => this.#emitter.clear())
    this.#cleanup.add(() => this.#dialler.stop())
    this.#cleanup.add(events.on('peer-connected', ({ peerId }) => this.#onConnected(peerId)))
    this.#cleanup.add(events.on('peer-disconnected', ({ peerId }) => this.#onDisconnected(peerId)))
    for (const source of this.#sources) {
      this.#cleanup.add(source.events.on('peer', (found) => this.#onPeer(found)))
      this.#cleanup.add(source.events.on('state', () => this.#emitSources()))
      this.#cleanup.add(() => source.stop())
    }
    await Promise.all(this.#sources.map((source) => this.#startSource(source)))
  }

  async stop(): Promise<void> {
    for (const search of [...this.#searches]) search.stop()
    await this.#cleanup.run()
  }

  sources(): SourceView[] {
    return this.#sources.map(({ kind, state }) => ({ kind, state, found: this.#found.get(kind)?.size ?? 0 }))
  }

  /** Peers that sources named and whose peer id is known. */
  peers(): DiscoveredPeer[] {
    const peers: DiscoveredPeer[] = []
    for (const { peerId, addresses, foundBy } of this.#dialler.book.all()) {
      if (!peerId) continue
      const connected = this.#connections.isConnected(peerId)
      peers.push({
        peerId,
        multiaddrs: [...addresses.values()].toReversed(),
        foundBy: [...foundBy],
        connected,
      })
    }
    return peers
  }

  /** How a peer was found; empty for one that found us. */
  foundBy(peerId: PeerId): PeerSourceKind[] {
    return [...(this.#dialler.book.get(peerId.toString())?.foundBy ?? [])]
  }

  /** Looks for members of a share, by its discovery key, until stopped. Listen before the next turn of the event loop. */
  seek(key: CID, options: SeekOptions = {}): ShareSearch {
    const hints = (options.hints ?? []).slice(0, MAX_HINTS)
    const search = new Search(key, () => this.#searches.delete(search))
    this.#searches.add(search)
    queueMicrotask(() => {
      if (search.isStopped) return
      for (const source of this.#sources)
        this.#guarded(() => search.onStop(source.seek?.(key, { ...options, hints })))
      for (const peerId of this.#connections.connected()) search.offer(peerId)
    })
    return search
  }

  /** Tells every source that this laptop is a member of the share, until the returned function is called. */
  announce(key: CID, options: AnnounceOptions = {}): () => void {
    const withdrawals: (() => void)[] = []
    for (const source of this.#sources) {
      this.#guarded(() => {
        const withdraw = source.announce?.(key, options)
        if (withdraw) withdrawals.push(withdraw)
      })
    }
    return () => {
      for (const withdraw of withdrawals.splice(0)) this.#guarded(withdraw)
    }
  }

  async #startSource(source: PeerSource): Promise<void> {
    try {
      await source.start()
    } catch (error) {
      this.#log.warn('a source of peers did not start', { kind: source.kind, error: errorMessage(error) })
    }
  }

  #onPeer(found: FoundPeer): void {
    const peer = this.#dialler.offer(found)
    if (!peer) return
    this.#count(found.source, peer.name)
    this.#emitter.emit('peer', found)
  }

  #count(kind: PeerSourceKind, name: string): void {
    let names = this.#found.get(kind)
    if (!names) this.#found.set(kind, (names = new Set()))
    // Counted up to a bound: anybody may invent names.
    if (names.has(name) || names.size >= MAX_COUNTED) return
    names.add(name)
    this.#emitSources()
  }

  #onConnected(peerId: PeerId): void {
    this.#dialler.met(peerId)
    for (const search of this.#searches) search.offer(peerId)
  }

  #onDisconnected(peerId: PeerId): void {
    for (const search of this.#searches) search.lost(peerId)
    this.#dialler.lost(peerId)
  }

  #emitSources(): void {
    this.#emitter.emit('sources', { sources: this.sources() })
  }

  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#log.warn('a source of peers failed', { error: errorMessage(error) })
    }
  }
}

class Search implements ShareSearch {
  readonly events: EventSource<{ candidate: Candidate }>
  readonly key: CID
  readonly #emitter = new Emitter<{ candidate: Candidate }>()
  readonly #offered = new Set<string>()
  readonly #cancels: (() => void)[] = []
  readonly #onEnd: () => void
  isStopped = false

  constructor(key: CID, onEnd: () => void) {
    this.key = key
    this.events = this.#emitter
    this.#onEnd = onEnd
  }

  offer(peerId: PeerId): void {
    const name = peerId.toString()
    if (this.isStopped || this.#offered.has(name)) return
    this.#offered.add(name)
    this.#emitter.emit('candidate', { peerId })
  }

  lost(peerId: PeerId): void {
    this.#offered.delete(peerId.toString())
  }

  onStop(cancel: (() => void) | undefined): void {
    if (cancel) this.#cancels.push(cancel)
  }

  stop(): void {
    if (this.isStopped) return
    this.isStopped = true
    this.#onEnd()
    for (const cancel of this.#cancels) cancel()
    this.#emitter.clear()
  }
}
