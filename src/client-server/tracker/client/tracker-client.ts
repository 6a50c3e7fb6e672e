import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { PrivateKey } from '@libp2p/interface'
import type { CID } from 'multiformats/cid'
import { Emitter, ShoalError, systemRandom, type Clock, type Random } from '../../../base/index.ts'
import { isTrackerUrl } from '../../../content/index.ts'
import { signAnnouncement } from '../announcement.ts'
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES, MAX_TRACKERS } from '../limits.ts'
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
}

/** Finds and announces members of shares at any number of trackers; one more source of peers, none of them required. */
export class TrackerClient implements TrackerSource {
  readonly kind = 'tracker'
  readonly events = new Emitter<TrackerEvents>()
  readonly #init: TrackerClientInit
  readonly #random: Random
  /** How often each tracker was asked for, and its link while this runs. */
  readonly #trackers = new Map<string, { uses: number; link: TrackerLink | undefined }>()
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
    for (const [url, tracker] of this.#trackers) tracker.link = this.#open(url)
    this.#updateState()
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return
    this.#isRunning = false
    this.#updateState()
    await Promise.all(this.#links().map((link) => link.stop()))
    for (const tracker of this.#trackers.values()) tracker.link = undefined
  }

  /** Asks one more tracker (`t=` of a link), until the returned function is called. Throws `bad-address`. */
  add(url: string): () => void {
    if (!isTrackerUrl(url)) throw new ShoalError('bad-address', 'not the URL of a tracker')
    const text = url.replace(/\/$/, '')
    const known = this.#trackers.get(text)
    if (!known && this.#trackers.size >= MAX_TRACKERS) return () => {}
    const tracker = known ?? { uses: 0, link: this.#isRunning ? this.#open(text) : undefined }
    tracker.uses++
    this.#trackers.set(text, tracker)
    this.#updateState()
    return once(() => {
      if (--tracker.uses > 0) return
      this.#trackers.delete(text)
      void tracker.link?.stop()
      this.#updateState()
    })
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
    if (++known.uses === 1) for (const link of this.#links()) tell.begin(link)
    return once(() => {
      if (--known.uses > 0) return
      wanted.delete(text)
      for (const link of this.#links()) tell.end(link)
    })
  }

  #links(): TrackerLink[] {
    return [...this.#trackers.values()].flatMap(({ link }) => (link ? [link] : []))
  }

  #open(url: string): TrackerLink {
    const hooks = {
      sign: (key: CID, tracker: string, expires: number, withdraw: boolean) =>
        this.#sign(key, tracker, expires, withdraw),
      onProviders: (key: CID, providers: readonly Provider[]) => this.#onProviders(key, providers),
      onState: () => this.#updateState(),
    }
    const link = new TrackerLink(url, { clock: this.#init.clock, random: this.#random, hooks })
    for (const { key } of this.#announcing.values()) link.announce(key)
    for (const { key } of this.#seeking.values()) link.seek(key)
    link.wake()
    return link
  }

  #sign(key: CID, tracker: string, expires: number, withdraw: boolean): Promise<Uint8Array> {
    // By the wall clock, so that a restart goes on above what was said before.
    this.#sequence = Math.max(this.#sequence + 1, Math.floor(this.#init.clock.wallNow()))
    const addresses = withdraw ? [] : this.#addresses()
    const announcement = { key: key.multihash.digest, tracker, sequence: this.#sequence, expires, addresses }
    return signAnnouncement(announcement, this.#init.privateKey)
  }

  #addresses(): string[] {
    const fitting = this.#init.addresses().filter(({ bytes }) => bytes.length <= MAX_ADDRESS_BYTES)
    return fitting.slice(0, MAX_ADDRESSES).map(String)
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
    if (states.length === 0) return { is: 'on', detail: 'no tracker is set' }
    if (on > 0) return { is: 'on', detail: `${on} of ${states.length} answer` }
    const failed = states.find((state) => state.is === 'failed')
    return failed ?? { is: 'starting' }
  }
}

function once(action: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    action()
  }
}
