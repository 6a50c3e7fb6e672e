import type { NearbyPeer, Network, Notice, Settings, Share, Update } from '../../contract/index.ts'
import { Later, type Clock } from '../../base/index.ts'
import { Watchers } from './watchers.ts'

/** Changes are gathered this long before they are sent: about ten updates a second at most. */
const COALESCE_MS = 100
/** A watcher that does not read for this many updates is given a fresh snapshot instead. */
const MAX_QUEUED_UPDATES = 200

type Snapshot = Extract<Update, { is: 'snapshot' }>

/** One kind of thing that is listed by id, and which of them changed since the last send. */
class Listed<T> {
  readonly items = new Map<string, T>()
  readonly #sent = new Map<string, string>()
  readonly #removed = new Set<string>()
  readonly #dirty = new Set<string>()

  put(id: string, item: T): boolean {
    const text = JSON.stringify(item)
    if (this.#sent.get(id) === text && !this.#dirty.has(id)) return false
    this.items.set(id, item)
    this.#sent.set(id, text)
    this.#dirty.add(id)
    this.#removed.delete(id)
    return true
  }

  delete(id: string): boolean {
    if (!this.items.delete(id)) return false
    this.#sent.delete(id)
    this.#dirty.delete(id)
    this.#removed.add(id)
    return true
  }

  take(): { changed: T[]; removed: string[] } | undefined {
    if (this.#dirty.size === 0 && this.#removed.size === 0) return undefined
    const out = { changed: [...this.#dirty].map((id) => this.items.get(id)!), removed: [...this.#removed] }
    this.#dirty.clear()
    this.#removed.clear()
    return out
  }
}

/** What a user interface shows, kept current; every watcher gets a snapshot and then the changes. */
export class ViewHub {
  readonly #shares = new Listed<Share>()
  readonly #nearby = new Listed<NearbyPeer>()
  readonly #watchers = new Watchers<Update>({ start: () => [this.#snapshot()], most: MAX_QUEUED_UPDATES })
  readonly #base: () => Pick<Snapshot, 'host' | 'network' | 'settings'>
  #network: Network | undefined
  #settings: Settings | undefined
  readonly #flushing: Later

  constructor(clock: Clock, base: () => Pick<Snapshot, 'host' | 'network' | 'settings'>) {
    this.#flushing = new Later({ clock, waitMs: COALESCE_MS, work: () => this.flush() })
    this.#base = base
  }

  get watchers(): number {
    return this.#watchers.size
  }

  shares(): Share[] {
    return [...this.#shares.items.values()]
  }

  nearby(): NearbyPeer[] {
    return [...this.#nearby.items.values()]
  }

  putShare(share: Share): void {
    if (this.#shares.put(share.id, share)) this.#flushing.ask()
  }

  removeShare(id: string): void {
    if (this.#shares.delete(id)) this.#flushing.ask()
  }

  putNearby(peer: NearbyPeer): void {
    if (this.#nearby.put(peer.peerId, peer)) this.#flushing.ask()
  }

  removeNearby(peerId: string): void {
    if (this.#nearby.delete(peerId)) this.#flushing.ask()
  }

  setNetwork(network: Network): void {
    this.#network = network
    this.#flushing.ask()
  }

  setSettings(settings: Settings): void {
    this.#settings = settings
    this.#flushing.ask()
  }

  notice(notice: Notice): void {
    this.flush()
    this.#watchers.send({ is: 'notice', notice })
  }

  /** Snapshot, then changes, until the signal fires or the hub closes. */
  async *watch(signal?: AbortSignal): AsyncGenerator<Update> {
    this.flush()
    yield* this.#watchers.watch(signal)
  }

  close(): void {
    this.#flushing.stop()
    this.#watchers.close()
  }

  /** Sends what has gathered. */
  flush(): void {
    this.#flushing.cancel()
    const shares = this.#shares.take()
    if (shares) this.#watchers.send({ is: 'shares', ...shares })
    const nearby = this.#nearby.take()
    if (nearby) this.#watchers.send({ is: 'nearby', ...nearby })
    if (this.#network) this.#watchers.send({ is: 'network', network: this.#network })
    if (this.#settings) this.#watchers.send({ is: 'settings', settings: this.#settings })
    this.#network = undefined
    this.#settings = undefined
  }

  #snapshot(): Snapshot {
    return { is: 'snapshot', ...this.#base(), shares: this.shares(), nearby: this.nearby() }
  }
}
