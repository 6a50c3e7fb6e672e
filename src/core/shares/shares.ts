import { stat } from 'node:fs/promises'
import type { LookupFunction } from 'node:net'
import { CID } from 'multiformats/cid'
import { ShoalError, toHex, type Clock, type Logger, type Random } from '../../base/index.ts'
import { FLAG_EXECUTABLE, formatLink, parseLink, type Link } from '../../content/index.ts'
import type { Mode, OfferedShare, ShareDetail, Status } from '../../contract/index.ts'
import type { Discovery } from '../../peer-to-peer/discovery/index.ts'
import type { Swarm } from '../../peer-to-peer/swarm/index.ts'
import type { Store, StoredShare } from '../../store/index.ts'
import { DETAIL_MS, IDLE_TICK_MS, MAX_LINK_HINTS, PEERS_SHOWN_MS, SHARE_TICK_MS } from '../limits.ts'
import type { Uploads } from '../uploads/uploads.ts'
import type { ViewHub } from '../view/hub.ts'
import { CHECKING, newRecord, parsePeerHint } from './begin.ts'
import { HashingMeter } from './hashing.ts'
import { bothPaces, FollowingPace } from './paces.ts'
import { HttpTransfer } from './http-transfer.ts'
import { ManagedShare, type ShareSurroundings } from './managed-share.ts'
import { Milestones } from './milestones.ts'
import { Readings } from './readings.ts'
import { ShareTable } from './share-table.ts'
import type { ShareRecord, Stage } from './share-view.ts'
import { Soon } from './soon.ts'
import { isElsewhere, requireFolder } from './target-folder.ts'

export interface SharesInit {
  readonly store: Store
  readonly swarm: Swarm
  readonly discovery: Discovery
  readonly uploads: Uploads
  readonly hub: ViewHub
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly self: () => { peerId: string; name: string }
  /** Multiaddresses that lead here, best first. */
  readonly addresses: () => readonly string[]
  /** HTTP servers of this laptop that others reach, best first. */
  readonly origins: () => string[]
  /** Trackers of this laptop, which its links name. */
  readonly trackers: readonly string[]
  /** Asks a tracker that a link names for its share, until the returned function is called. */
  readonly useTracker: (url: string, key: CID) => () => void
  /** Resolves names of servers. */
  readonly lookup: LookupFunction
  readonly downloadDir: () => string
  /** What is listed openly has changed. */
  readonly onListedChange: () => void
  readonly onTransferring: (transferring: boolean) => void
}

/** Every share and download of this home: begins, ends, pauses them and keeps what people see up to date. */
export class Shares {
  readonly #init: SharesInit
  readonly #around: ShareSurroundings
  readonly #table = new ShareTable()
  readonly #readings: Readings
  readonly #milestones: Milestones
  #stopTick: () => void = () => {}
  /** When a class begins together neighbours come by the dozen: a picture of all for each of them would cost more than they. */
  readonly #soon: Soon<ManagedShare>
  #lastFullTick = -Infinity
  /** Where this laptop is reached, as links tell it. */
  #reachedAt: Pick<Link, 'peers' | 'origins'> | undefined
  #transferring = false

  constructor(init: SharesInit) {
    this.#init = init
    this.#readings = new Readings(init)
    this.#milestones = new Milestones((notice) => init.hub.notice(notice))
    const show = (share: ManagedShare): void => this.#show(share)
    this.#soon = new Soon({ clock: init.clock, waitMs: PEERS_SHOWN_MS, show })
    const { buffers } = init.store
    this.#around = {
      ...init,
      downloadFrom: ({ limit, ...from }) => {
        const pace = bothPaces(init.swarm.limits.down, new FollowingPace(init.clock, limit))
        return new HttpTransfer({ ...init, ...from, buffers, pace })
      },
      linkOf: (stored) => this.#linkOf(stored),
      onChange: show,
      onPeers: (share) => this.#soon.add(share),
      onComplete: (share, path) => this.#completed(share, path),
    }
  }

  /** Takes up every share of the catalogue. */
  async start(): Promise<void> {
    const { store, clock } = this.#init
    for (const record of store.records()) {
      const stored = store.get(record.cid)
      const share = this.#begin(record.cid, record, stored ? { is: 'paused' } : CHECKING)
      if (store.facts.get(modeKey(record.cid)) === 'http' && share.canUseServer) share.setMode('http')
      if (stored) share.ready(stored, record)
      else void this.#readings.open(share, CID.parse(record.cid), record)
    }
    this.#stopTick = clock.every(SHARE_TICK_MS, () => this.#tick())
  }

  async stop(): Promise<void> {
    this.#stopTick()
    this.#soon.stop()
    this.#readings.stop()
    for (const share of this.#table) share.close()
  }

  /** Begins to share a file or folder; hashing goes on in the background and shows as a state. */
  async add(path: string, options: { title?: string | undefined; openly: boolean }): Promise<string> {
    await stat(path).catch((error: unknown) => {
      throw new ShoalError('path-missing', `there is no file or folder at ${path}`, { cause: error })
    })
    const id = `new-${toHex(this.#init.random.bytes(8))}`
    const meter = new HashingMeter(this.#init.clock)
    const record = newRecord({ path, ...options }, this.#init.clock)
    const share = this.#begin(id, record, { is: 'hashing', state: () => meter.state })
    void this.#readings.hash(share, { path, ...options, meter }, (stored) => {
      this.#replaceTwin(share, stored)
      share.ready(stored)
      this.#init.onListedChange()
    })
    return id
  }

  /** Starts a download or takes it up again; the same link twice is the same download. */
  async download(
    link: string,
    options: { to?: string | undefined; peers: readonly string[]; mode?: Mode | undefined },
  ): Promise<string> {
    const { clock } = this.#init
    const { mode = 'p2p' } = options
    const { cid, name, origins } = parseLink(link)
    if (mode === 'http' && origins.length === 0)
      throw new ShoalError('bad-usage', 'the link names no HTTP server (h=); share it with --http-port')
    const hints = options.peers.map(parsePeerHint)
    const text = cid.toString()
    if (options.to !== undefined) await requireFolder(options.to)
    const known = this.#table.byCid(text)
    if (known && isElsewhere(known, options.to)) known.close()
    else if (known && (await this.#canGoOn(known))) {
      // Its owner may have moved: the addresses in the latest link count.
      if (known.record.role === 'download') this.#init.store.update(text, { link })
      known.setHints(hints)
      this.#keepMode(known, mode)
      this.#goOn(known, cid)
      return known.id
    } else if (known) await this.remove(known.id, false)
    const targetDir = options.to ?? this.#init.downloadDir()
    const share = this.#begin(
      text,
      newRecord({ cid: text, targetDir, link, name: name ?? text.slice(-8) }, clock),
      CHECKING,
    )
    share.setHints(hints)
    this.#keepMode(share, mode)
    void this.#readings.open(share, cid, { targetDir, link })
    return share.id
  }

  /** Takes up a download that is there already, wherever it stopped. */
  #goOn(share: ManagedShare, cid: CID): void {
    if (share.stored) {
      if (share.stage.is === 'paused' || share.stage.is === 'failed') share.resume()
      return
    }
    const text = cid.toString()
    // Still being looked at since the start, or that failed: whether it was stopped before no longer counts.
    this.#init.store.update(text, { paused: false })
    if (share.stage.is === 'failed')
      void this.#readings.open(this.#begin(text, share.record, CHECKING), cid, share.record)
  }

  pause(id: string): void {
    this.#table.get(id).pause()
  }

  resume(id: string): void {
    this.#table.get(id).resume()
  }

  async remove(given: string, withFiles: boolean): Promise<void> {
    const share = this.#table.get(given)
    const { id } = share
    this.#readings.cancel(id, 'removed')
    const { path } = share.record
    const cid = share.cid ?? share.record.cid
    share.close()
    this.#table.delete(id)
    this.#milestones.forget(id)
    this.#init.hub.removeShare(id)
    if (cid !== undefined) {
      this.#init.store.facts.delete(modeKey(cid))
      await this.#init.store.remove(cid, { withFiles })
    }
    if (path !== undefined) await this.#init.uploads.removeShared(path)
    this.#init.onListedChange()
  }

  setOpenly(id: string, openly: boolean): void {
    const share = this.#table.get(id)
    if (share.cid === undefined) throw new ShoalError('bad-usage', 'it is still being read')
    this.#init.store.update(share.cid, { openly })
    this.#show(share)
    this.#init.onListedChange()
  }

  /** Bits per second, 0 none. */
  setLimits(id: string, limits: { up: number; down: number }): void {
    this.#table.get(id).setLimits({ up: limits.up / 8, down: limits.down / 8 })
  }

  /** From whom the rest of a download comes. */
  setMode(id: string, mode: Mode): void {
    this.#keepMode(this.#table.get(id), mode)
  }

  verify(id: string): Promise<number> {
    return this.#table.get(id).verify()
  }

  /** Where a share lies on this laptop. */
  pathOf(id: string): string {
    const { path, targetDir } = this.#table.get(id).record
    const where = path ?? targetDir
    if (where === undefined) throw new ShoalError('not-found', 'it has no folder yet')
    return where
  }

  entries(id: string, offset: number, limit: number) {
    const share = this.#table.get(id)
    const root = share.stored?.root
    if (share.cid === undefined || !root) return { total: 0, entries: [] }
    const entries = this.#init.store.entries(share.cid, offset, limit)
    return {
      total: root.files + root.dirs,
      entries: entries.map(({ path, size, flags }) => ({
        path,
        size,
        executable: (flags & FLAG_EXECUTABLE) !== 0,
      })),
    }
  }

  /** The picture of one share, twice a second, until the signal fires or the share is removed. */
  async *detail(id: string, signal?: AbortSignal): AsyncGenerator<ShareDetail> {
    let last = ''
    while (!signal?.aborted) {
      const share = this.#table.get(id)
      const detail = share.detail(this.#init.self())
      const text = JSON.stringify(detail)
      if (text !== last) yield detail
      last = text
      await new Promise<void>((resolve) => {
        const stop = this.#init.clock.after(DETAIL_MS, () => done())
        const done = (): void => {
          stop()
          signal?.removeEventListener('abort', done)
          resolve()
        }
        signal?.addEventListener('abort', done, { once: true })
      })
    }
  }

  /** What everyone nearby may see and fetch. */
  listed(): OfferedShare[] {
    return [...this.#table].flatMap((share) => {
      const { record, stored, stage } = share
      const root = stored?.root
      if (!record.openly || !root || stage.is !== 'active' || stored.held.count === 0) return []
      const { kind, name, size, files } = root
      const title = record.title ?? null
      return [{ cid: stored.cid.toString(), link: this.#linkOf(stored), name, title, kind, size, files }]
    })
  }

  /** What may be fetched over HTTP: all that is active here. */
  *served(): Generator<{ cid: CID; stored: StoredShare; title: string | undefined; openly: boolean }> {
    for (const { record, stored, stage } of this.#table) {
      if (!stored || stage.is !== 'active') continue
      yield { cid: stored.cid, stored, title: record.title, openly: record.openly }
    }
  }

  /** How much of a share each peer of its swarm holds, 0…1, by peer id. */
  holders(cid: string): ReadonlyMap<string, number> {
    return this.#table.byCid(cid)?.holders ?? new Map()
  }

  /** Bytes that went to browsers and to downloads over HTTP. */
  countServed(cid: CID, bytes: number): void {
    this.#table.byCid(cid.toString())?.countServed(bytes)
  }

  /** Bytes passed when it was last looked, half a second ago at most. */
  get isTransferring(): boolean {
    return this.#transferring
  }

  transfers(): Status['transfers'] {
    return [...this.#table].flatMap((share) => {
      const { cid, bytesSent, bytesReceived, peers } = share.view()
      if (cid === null) return []
      return [{ cid, sent: bytesSent, received: bytesReceived, lane: share.lane, peers }]
    })
  }

  /** Links hold addresses of this laptop: shown anew when those change. */
  addressesChanged(): void {
    this.#reachedAt = undefined
    for (const share of this.#table) this.#show(share)
  }

  /** The same content shared before: the newer entry stands for both. */
  #replaceTwin(share: ManagedShare, stored: StoredShare): void {
    const twin = this.#table.byCid(stored.cid.toString())
    if (!twin || twin === share) return
    this.#readings.cancel(twin.id, 'it was shared anew')
    share.standFor(twin)
    twin.close()
    this.#table.delete(twin.id)
    this.#init.hub.removeShare(twin.id)
  }

  #begin(id: string, record: ShareRecord, stage: Stage): ManagedShare {
    const share = ManagedShare.beginning(id, this.#around, record, stage)
    this.#table.put(share)
    this.#show(share)
    return share
  }

  /** Remembered, so that a restart goes on the same way. */
  #keepMode(share: ManagedShare, mode: Mode): void {
    share.setMode(mode)
    const { facts } = this.#init.store
    const cid = share.cid ?? share.record.cid
    if (cid === undefined) return
    if (mode === 'http') facts.set(modeKey(cid), mode)
    else facts.delete(modeKey(cid))
  }

  /** False for a finished download whose file is gone: then it is downloaded anew. */
  async #canGoOn(share: ManagedShare): Promise<boolean> {
    const { path } = share.record
    if (!share.stored?.isComplete || path === undefined) return true
    return stat(path).then(
      () => true,
      () => false,
    )
  }

  #completed(share: ManagedShare, path: string): void {
    this.#show(share)
    this.#milestones.completed(share.view(), path)
    this.#init.onListedChange()
  }

  #tick(): void {
    const now = this.#init.clock.now()
    const everything = now - this.#lastFullTick >= IDLE_TICK_MS
    if (everything) {
      this.#lastFullTick = now
      this.#reachedAt = undefined
    }
    for (const share of this.#table) if (everything || share.isLively) this.#show(share)
    const transferring = [...this.#table].some((share) => share.isTransferring)
    if (transferring !== this.#transferring) this.#init.onTransferring((this.#transferring = transferring))
  }

  #show(share: ManagedShare): void {
    if (!this.#table.holds(share)) return
    const view = share.view()
    this.#init.hub.putShare(view)
    this.#milestones.see(view)
  }

  #linkOf(stored: StoredShare): string {
    const { root, cid } = stored
    return formatLink({
      cid,
      ...(root ? { name: root.name, size: root.size } : {}),
      // The node makes the list of its addresses anew each time, and a link is shown twice a second.
      ...(this.#reachedAt ??= {
        peers: this.#init.addresses().slice(0, MAX_LINK_HINTS),
        origins: this.#init.origins(),
      }),
      trackers: [...this.#init.trackers],
    })
  }
}

/** Where the catalogue keeps that a download comes from a server. */
function modeKey(cid: string): string {
  return `mode:${cid}`
}
