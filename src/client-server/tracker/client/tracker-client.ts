import type { LookupFunction } from 'node:net'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { PrivateKey } from '@libp2p/interface'
import type { CID } from 'multiformats/cid'
import { Emitter, ShoalError, systemRandom, type Clock, type Random } from '../../../base/index.ts'
import { isTrackerUrl, MAX_SIGNED_ADDRESS_BYTES, MAX_SIGNED_ADDRESSES } from '../../../content/index.ts'
import { signAnnouncement } from '../announcement.ts'
import { MAX_TRACKERS } from '../limits.ts'
import type { Provider } from '../tracker.ts'
import type { TrackerEvents, TrackerSource, TrackerState } from './peer-source.ts'
import { TrackerLink } from './tracker-link.ts'

export interface TrackerClientInit {
  readonly clock: Clock
  readonly random?: Random | undefined
  /** The laptop's identity, which signs what it announces. */
  readonly privateKey: PrivateKey
  /** Where it listens now. */
  readonly addresses: () => readonly Multiaddr[]
  /** Trackers from the settings; more by `add`. */
  readonly urls?: readonly string[] | undefined
  /** Resolves the names of trackers; the system's by default. */
  readonly lookup?: LookupFunction | undefined
}

interface KnownTracker {
  /** How often it was asked for, for everything. */
  uses: number
  /** … and for single shares, by discovery CID. */
  readonly forKeys: Map<string, number>
  /** While this runs. */
  link: TrackerLink | undefined
}

/** Finds and announces members of shares at any number of trackers; one more source of peers, none of them required. */
export class TrackerClient implements TrackerSource {
  readonly kind = 'tracker'
  readonly events = new Emitter<TrackerEvents>()
  readonly #init: TrackerClientInit
  readonly #random: Random
  readonly #trackers = new Map<string, KnownTracker>()
  readonly #seeking = new Map<string, { key: CID; uses: number }>()
  readonly #announcing = new Map<string, { key: CID; uses: number }>()
  #isRunning = false
  #state: TrackerState = { is: 'off' }
  #sequence = 0

  /** Throws `bad-address` for what is no tracker's URL. */
  constructor(init: TrackerClientInit) {
    this.#init = init
    this.#random = init.random ?? systemRandom
    for (const url of init.urls ?? []) this.add(url)
  }

  get state(): TrackerState {
    return this.#state
  }

  async start(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    for (const [url, tracker] of this.#trackers) this.#open(url, tracker)
    this.#updateState()
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return
    this.#isRunning = false
    this.#updateState()
    await Promise.all(this.#links().map((link) => link.stop()))
    for (const tracker of this.#trackers.values()) tracker.link = undefined
  }

  /**
   * Asks one more tracker, until the returned function is called. With `key` it hears of that share alone: a link's
   * tracker (`t=`) must not learn what else is here. Throws `bad-address`.
   */
  add(url: string, key?: CID): () => void {
    if (!isTrackerUrl(url)) throw new ShoalError('bad-address', 'not the URL of a tracker')
    const text = url.replace(/\/$/, '')
    if (!this.#trackers.has(text) && this.#trackers.size >= MAX_TRACKERS) return () => {}
    const tracker = this.#trackers.get(text) ?? {
      uses: 0,
      forKeys: new Map<string, number>(),
      link: undefined,
    }
    this.#trackers.set(text, tracker)
    this.#scope(text, tracker, key, 1)
    return once(() => this.#scope(text, tracker, key, -1))
  }

  /** Changes what a tracker may hear of, and tells it. The last one who asked for it ends its link. */
  #scope(url: string, tracker: KnownTracker, key: CID | undefined, change: 1 | -1): void {
    const before = new Set(this.#keys().filter((each) => hears(tracker, each)))
    if (key) tracker.forKeys.set(key.toString(), (tracker.forKeys.get(key.toString()) ?? 0) + change)
    else tracker.uses += change
    if (key && tracker.forKeys.get(key.toString()) === 0) tracker.forKeys.delete(key.toString())
    if (tracker.uses === 0 && tracker.forKeys.size === 0) {
      this.#trackers.delete(url)
      void tracker.link?.stop()
    } else if (this.#isRunning && !tracker.link) this.#open(url, tracker)
    else if (tracker.link) this.#tellOfChange(tracker.link, tracker, before)
    this.#updateState()
  }

  #tellOfChange(link: TrackerLink, tracker: KnownTracker, before: ReadonlySet<string>): void {
    for (const [text, { key }] of this.#announcing) {
      if (hears(tracker, text) && !before.has(text)) link.announce(key)
      if (!hears(tracker, text) && before.has(text)) link.withdraw(key)
    }
    for (const [text, { key }] of this.#seeking) {
      if (hears(tracker, text) && !before.has(text)) link.seek(key)
      if (!hears(tracker, text) && before.has(text)) link.stopSeeking(key)
    }
  }

  #keys(): string[] {
    return [...this.#announcing.keys(), ...this.#seeking.keys()]
  }

  seek(key: CID): () => void {
    return this.#use(this.#seeking, key, {
      begin: (link) => link.seek(key),
      end: (link) => link.stopSeeking(key),
    })
  }

  announce(key: CID): () => void {
    return this.#use(this.#announcing, key, {
      begin: (link) => link.announce(key),
      end: (link) => link.withdraw(key),
    })
  }

  /** This laptop listens elsewhere now. */
  addressesChanged(): void {
    for (const link of this.#links()) link.renewAll()
  }

  /** How each tracker fares, for display. */
  get trackers(): readonly { url: string; state: TrackerState }[] {
    return [...this.#trackers].map(([url, { link }]) => ({ url, state: link?.state ?? { is: 'off' } }))
  }

  /** Counts those who want the same thing, and tells the trackers of the first and of the last. */
  #use(
    wanted: Map<string, { key: CID; uses: number }>,
    key: CID,
    tell: { begin: (link: TrackerLink) => void; end: (link: TrackerLink) => void },
  ): () => void {
    const text = key.toString()
    const known = wanted.get(text) ?? { key, uses: 0 }
    wanted.set(text, known)
    if (++known.uses === 1) for (const link of this.#links(text)) tell.begin(link)
    return once(() => {
      if (--known.uses > 0) return
      wanted.delete(text)
      for (const link of this.#links(text)) tell.end(link)
    })
  }

  /** Of all trackers, or of those that hear of a share. */
  #links(key?: string): TrackerLink[] {
    return [...this.#trackers.values()].flatMap((tracker) => {
      return tracker.link && (key === undefined || hears(tracker, key)) ? [tracker.link] : []
    })
  }

  #open(url: string, tracker: KnownTracker): void {
    const hooks = {
      sign: (key: CID, tracker: string, expires: number, withdraw: boolean) =>
        this.#sign(key, tracker, expires, withdraw),
      onProviders: (key: CID, providers: readonly Provider[]) => this.#onProviders(key, providers),
      onState: () => this.#updateState(),
    }
    const { clock, lookup } = this.#init
    const link = new TrackerLink(url, { clock, random: this.#random, hooks, lookup })
    tracker.link = link
    this.#tellOfChange(link, tracker, new Set())
    link.wake()
  }

  #sign(key: CID, tracker: string, expires: number, withdraw: boolean): Promise<Uint8Array> {
    // By the wall clock, so that a restart goes on above what was said before.
    this.#sequence = Math.max(this.#sequence + 1, Math.floor(this.#init.clock.wallNow()))
    const addresses = withdraw ? [] : this.#addresses()
    const announcement = { key: key.multihash.digest, tracker, sequence: this.#sequence, expires, addresses }
    return signAnnouncement(announcement, this.#init.privateKey)
  }

  #addresses(): string[] {
    const fitting = this.#init.addresses().filter(({ bytes }) => bytes.length <= MAX_SIGNED_ADDRESS_BYTES)
    return fitting.slice(0, MAX_SIGNED_ADDRESSES).map(String)
  }

  #onProviders(key: CID, providers: readonly Provider[]): void {
    const own = this.#init.privateKey.publicKey
    for (const { peer, addresses } of providers) {
      const peerId = peerIdFromString(peer)
      if (peerId.publicKey?.equals(own)) continue
      this.events.emit('peer', {
        peerId,
        multiaddrs: addresses.map((text) => multiaddr(text)),
        source: 'tracker',
        key,
      })
    }
  }

  #updateState(): void {
    const state = this.#isRunning ? this.#combined() : ({ is: 'off' } as const)
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return
    this.#state = state
    this.events.emit('state', { state })
  }

  /** On when any tracker answers. */
  #combined(): TrackerState {
    const states = [...this.#trackers.values()].flatMap(({ link }) => (link ? [link.state] : []))
    const on = states.filter(({ is }) => is === 'on').length
    if (states.length === 0) return { is: 'off' }
    if (on > 0) return { is: 'on', detail: { is: 'servers', answering: on, all: states.length } }
    const failed = states.find((state) => state.is === 'failed')
    return failed ?? { is: 'starting' }
  }
}

function hears(tracker: KnownTracker, key: string): boolean {
  return tracker.uses > 0 || tracker.forKeys.has(key)
}

function once(action: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    action()
  }
}
