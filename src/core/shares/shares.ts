import { stat } from 'node:fs/promises'
import type { LookupFunction } from 'node:net'
import { basename } from 'node:path'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import {
  errorMessage,
  isAbort,
  ShoalError,
  toHex,
  type Clock,
  type Logger,
  type Random,
} from '../../base/index.ts'
import { FLAG_EXECUTABLE, formatLink, isPeerAddress, parseLink } from '../../content/index.ts'
import type { Mode, Notice, OfferedShare, ShareDetail, Status } from '../../contract/index.ts'
import { parseTypedAddress, type Discovery } from '../../peer-to-peer/discovery/index.ts'
import { DEFAULT_PORT } from '../../peer-to-peer/node/index.ts'
import type { Swarm } from '../../peer-to-peer/swarm/index.ts'
import type { Store, StoredShare } from '../../store/index.ts'
import { DETAIL_MS, IDLE_TICK_MS, MAX_LINK_HINTS, SHARE_TICK_MS } from '../limits.ts'
import type { Uploads } from '../uploads/uploads.ts'
import type { ViewHub } from '../view/hub.ts'
import { HashingMeter } from './hashing.ts'
import { bothPaces, FollowingPace } from './paces.ts'
import { HttpTransfer } from './http-transfer.ts'
import { ManagedShare, type ShareSurroundings } from './managed-share.ts'
import { Milestones } from './milestones.ts'
import type { ShareRecord, Stage } from './share-view.ts'

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
  readonly #byId = new Map<string, ManagedShare>()
  readonly #busy = new Map<string, AbortController>()
  readonly #milestones: Milestones
  #stopTick: () => void = () => {}
  #lastFullTick = -Infinity
  #transferring = false

  constructor(init: SharesInit) {
    this.#init = init
    this.#milestones = new Milestones((notice) => this.#notice(notice))
    const { buffers } = init.store
    this.#around = {
      ...init,
      downloadFrom: ({ limit, ...from }) => {
        const pace = bothPaces(init.swarm.limits.down, new FollowingPace(init.clock, limit))
        return new HttpTransfer({ ...init, ...from, buffers, pace })
      },
      linkOf: (stored) => this.#linkOf(stored),
      onChange: (share) => this.#show(share),
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
      else void this.#open(share, CID.parse(record.cid), record)
    }
    this.#stopTick = clock.every(SHARE_TICK_MS, () => this.#tick())
  }

  async stop(): Promise<void> {
    this.#stopTick()
    for (const abort of this.#busy.values()) abort.abort(new ShoalError('cancelled', 'the app is closing'))
    for (const share of this.#byId.values()) share.close()
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
    void this.#hash(share, path, options, meter)
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
    const known = this.#byCid(text)
    if (known && (await this.#canGoOn(known))) {
      // Its owner may have moved: the addresses in the latest link count.
      if (known.record.role === 'download') this.#init.store.update(text, { link })
      known.setHints(hints)
      this.#keepMode(known, mode)
      this.#goOn(known, cid)
      return known.id
    }
    if (known) await this.remove(known.id, false)
    const targetDir = options.to ?? this.#init.downloadDir()
    const share = this.#begin(
      text,
      newRecord({ cid: text, targetDir, link, name: name ?? text.slice(-8) }, clock),
      CHECKING,
    )
    share.setHints(hints)
    this.#keepMode(share, mode)
    void this.#open(share, cid, { targetDir, link })
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
      void this.#open(this.#begin(text, share.record, CHECKING), cid, share.record)
  }

  pause(id: string): void {
    this.#get(id).pause()
  }

  resume(id: string): void {
    this.#get(id).resume()
  }

  async remove(given: string, withFiles: boolean): Promise<void> {
    const share = this.#get(given)
    const { id } = share
    this.#busy.get(id)?.abort(new ShoalError('cancelled', 'removed'))
    const { path } = share.record
    const cid = share.cid ?? share.record.cid
    share.close()
    this.#byId.delete(id)
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
    const share = this.#get(id)
    if (share.cid === undefined) throw new ShoalError('bad-usage', 'it is still being read')
    this.#init.store.update(share.cid, { openly })
    this.#show(share)
    this.#init.onListedChange()
  }

  /** Bits per second, 0 none. */
  setLimits(id: string, limits: { up: number; down: number }): void {
    this.#get(id).setLimits({ up: limits.up / 8, down: limits.down / 8 })
  }

  /** From whom the rest of a download comes. */
  setMode(id: string, mode: Mode): void {
    this.#keepMode(this.#get(id), mode)
  }

  verify(id: string): Promise<number> {
    return this.#get(id).verify()
  }

  /** Where a share lies on this laptop. */
  pathOf(id: string): string {
    const { path, targetDir } = this.#get(id).record
    const where = path ?? targetDir
    if (where === undefined) throw new ShoalError('not-found', 'it has no folder yet')
    return where
  }

  entries(id: string, offset: number, limit: number) {
    const share = this.#get(id)
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
      const share = this.#get(id)
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
    return [...this.#byId.values()].flatMap((share) => {
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
    for (const { record, stored, stage } of this.#byId.values()) {
      if (!stored || stage.is !== 'active') continue
      yield { cid: stored.cid, stored, title: record.title, openly: record.openly }
    }
  }

  /** How much of a share each peer of its swarm holds, 0…1, by peer id. */
  holders(cid: string): ReadonlyMap<string, number> {
    return this.#byCid(cid)?.holders ?? new Map()
  }

  /** Bytes that went to browsers and to downloads over HTTP. */
  countServed(cid: CID, bytes: number): void {
    this.#byCid(cid.toString())?.countServed(bytes)
  }

  transfers(): Status['transfers'] {
    return [...this.#byId.values()].flatMap((share) => {
      const { cid, bytesSent, bytesReceived, peers } = share.view()
      if (cid === null) return []
      return [{ cid, sent: bytesSent, received: bytesReceived, lane: share.lane, peers }]
    })
  }

  /** Links hold addresses of this laptop: shown anew when those change. */
  addressesChanged(): void {
    for (const share of this.#byId.values()) this.#show(share)
  }

  async #hash(
    share: ManagedShare,
    path: string,
    options: { title?: string | undefined; openly: boolean },
    meter: HashingMeter,
  ): Promise<void> {
    const { store, log } = this.#init
    const abort = new AbortController()
    this.#busy.set(share.id, abort)
    try {
      const onProgress = meter.update.bind(meter)
      const stored = await store.addShare(path, { ...options, signal: abort.signal, onProgress })
      if (abort.signal.aborted) return
      this.#replaceTwin(share, stored)
      share.ready(stored)
      this.#init.onListedChange()
    } catch (error) {
      if (abort.signal.aborted || isAbort(error)) return
      log.debug('could not share', { error: errorMessage(error) })
      share.fail(error)
    } finally {
      this.#busy.delete(share.id)
    }
  }

  /** The same content shared before: the newer entry stands for both. */
  #replaceTwin(share: ManagedShare, stored: StoredShare): void {
    const twin = this.#byCid(stored.cid.toString())
    if (!twin || twin === share) return
    this.#busy.get(twin.id)?.abort(new ShoalError('cancelled', 'it was shared anew'))
    share.standFor(twin)
    twin.close()
    this.#byId.delete(twin.id)
    this.#init.hub.removeShare(twin.id)
  }

  #begin(id: string, record: ShareRecord, stage: Stage): ManagedShare {
    const share = ManagedShare.beginning(id, this.#around, record, stage)
    this.#byId.set(id, share)
    this.#show(share)
    return share
  }

  /** Looks at what is on the disk of a download, however long that takes, and goes on with it. */
  async #open(
    share: ManagedShare,
    cid: CID,
    options: { targetDir: string | undefined; link: string | undefined },
  ): Promise<void> {
    const { store, downloadDir, log } = this.#init
    const abort = new AbortController()
    this.#busy.set(share.id, abort)
    const { link, targetDir = downloadDir() } = options
    try {
      const onCheck = share.checking.bind(share)
      const stored = await store.openDownload(cid, { targetDir, link, onCheck, signal: abort.signal })
      if (!abort.signal.aborted)
        share.ready(stored, { paused: store.record(cid.toString())?.paused ?? false })
    } catch (error) {
      if (abort.signal.aborted) return
      log.debug('a download could not be taken up', { error: errorMessage(error) })
      share.fail(error)
    } finally {
      this.#busy.delete(share.id)
    }
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
    if (everything) this.#lastFullTick = now
    for (const share of this.#byId.values()) if (everything || share.isLively) this.#show(share)
    const transferring = [...this.#byId.values()].some((share) => share.isTransferring)
    if (transferring !== this.#transferring) this.#init.onTransferring((this.#transferring = transferring))
  }

  #show(share: ManagedShare): void {
    if (this.#byId.get(share.id) !== share) return
    const view = share.view()
    this.#init.hub.putShare(view)
    this.#milestones.see(view)
  }

  #notice(notice: Notice): void {
    this.#init.hub.notice(notice)
  }

  #linkOf(stored: StoredShare): string {
    const { root, cid } = stored
    return formatLink({
      cid,
      ...(root ? { name: root.name, size: root.size } : {}),
      peers: this.#init.addresses().slice(0, MAX_LINK_HINTS),
      origins: this.#init.origins(),
      trackers: [...this.#init.trackers],
    })
  }

  #byCid(cid: string): ManagedShare | undefined {
    return [...this.#byId.values()].find((share) => (share.cid ?? share.record.cid) === cid)
  }

  #get(id: string): ManagedShare {
    const share = this.#byId.get(id) ?? this.#byFormerId(id)
    if (!share) throw new ShoalError('not-found', 'there is no such share')
    return share
  }

  #byFormerId(id: string): ManagedShare | undefined {
    return [...this.#byId.values()].find((share) => share.formerIds.includes(id))
  }
}

/** Where the catalogue keeps that a download comes from a server. */
function modeKey(cid: string): string {
  return `mode:${cid}`
}

/** What was found on the disk of a download is being looked at. */
const CHECKING: Stage = { is: 'checking', done: 0, total: 0 }

/** The record of a share (`path`) or download (`targetDir`) that has just begun. */
function newRecord(given: Partial<ShareRecord>, clock: Clock): ShareRecord {
  return {
    cid: undefined,
    role: given.path === undefined ? 'download' : 'source',
    name: given.path === undefined ? '' : basename(given.path),
    title: undefined,
    openly: false,
    paused: false,
    path: undefined,
    targetDir: undefined,
    link: undefined,
    addedAt: clock.wallNow(),
    completedAt: undefined,
    leftOut: { symbolicLinks: 0, specialFiles: 0, unportableNames: 0, unreadable: 0, examples: [] },
    ...given,
  }
}

/** Of hints, one bare word is a slip rather than a host: nobody would learn of it before the search has failed. */
function parsePeerHint(text: string): Multiaddr {
  if (!/[.:/]/.test(text) && text !== 'localhost')
    throw new ShoalError(
      'bad-address',
      `not a peer: "${text.slice(0, 200)}" (write a multiaddress or its full name)`,
    )
  return isPeerAddress(text) ? multiaddr(text) : parseTypedAddress(text, DEFAULT_PORT)
}
