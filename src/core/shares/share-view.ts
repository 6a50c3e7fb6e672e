import type { Limit, Mode, Problem, Share, ShareDetail, ShareState } from '../../contract/index.ts'
import type { SessionSnapshot } from '../../peer-to-peer/swarm/index.ts'
import type { CatalogueRecord, StoredShare } from '../../store/index.ts'
import type { HttpSnapshot } from './http-transfer.ts'

/** What a share's record says before it has one: while it is being hashed. */
export type ShareRecord = Omit<CatalogueRecord, 'cid'> & { readonly cid: string | undefined }

/** Where a share stands in its life; its owner (`ManagedShare`) alone changes it. */
export type Stage =
  | { readonly is: 'hashing'; readonly state: () => Extract<ShareState, { is: 'hashing' }> }
  | { readonly is: 'active'; readonly trouble: Problem | undefined }
  | { readonly is: 'paused' }
  | { readonly is: 'checking'; readonly done: number; readonly total: number }
  | { readonly is: 'failed'; readonly problem: Problem }

export interface ShareFacts {
  readonly id: string
  readonly formerIds?: readonly string[] | undefined
  readonly record: ShareRecord
  readonly stage: Stage
  readonly mode: Mode
  /** Its link names a server. */
  readonly hasServer?: boolean | undefined
  readonly stored: StoredShare | undefined
  readonly snapshot: SessionSnapshot | undefined
  /** Nothing has come for a while: a source that could push something would have. */
  readonly isStill?: boolean | undefined
  /** While it is being downloaded from a server. */
  readonly server?: HttpSnapshot | undefined
  readonly link: string | undefined
  /** Of earlier sessions of this run, bytes. */
  readonly past: { readonly sent: number; readonly received: number }
  /** To browsers and downloads over HTTP: bytes, and bytes per second now. */
  readonly served?: { readonly bytes: number; readonly rate: number } | undefined
}

/** One share as lists show it. */
export function shareView(facts: ShareFacts): Share {
  const { id, record, stored, snapshot, server, past, served } = facts
  const state = stateOf(facts)
  const size = stored?.root?.size ?? null
  const bytesHeld = stored?.bytesHeld ?? 0
  const downRate = (server?.downRate ?? snapshot?.downRate ?? 0) * 8
  return {
    id,
    ...(facts.formerIds?.length ? { formerIds: [...facts.formerIds] } : {}),
    cid: record.cid ?? null,
    link: facts.link ?? null,
    role: record.role,
    name: stored?.root?.name ?? record.name,
    title: record.title ?? null,
    kind: stored?.root?.kind ?? null,
    size,
    files: stored?.root?.files ?? null,
    openly: record.openly,
    state,
    mode: facts.mode,
    hasServer: facts.hasServer ?? false,
    bytesHeld,
    partsHeld: stored?.held.count ?? 0,
    parts: stored?.parts ?? 0,
    downRate,
    upRate: ((snapshot?.upRate ?? 0) + (served?.rate ?? 0)) * 8,
    bytesReceived: past.received + (server?.received ?? snapshot?.received ?? 0),
    bytesSent: past.sent + (snapshot?.sent ?? 0) + (served?.bytes ?? 0),
    peers: server ? (server.state === 'receiving' ? 1 : 0) : (snapshot?.peers.length ?? 0),
    secondsLeft: state.is === 'downloading' ? secondsLeft(size, bytesHeld, downRate) : null,
    limit: limitOf(state, facts),
    fromOthers: snapshot?.fromOthers ?? null,
    safeToLeave: snapshot?.safeToLeave ?? false,
    copies: snapshot ? { ...snapshot.copies } : { complete: 0, of: 0 },
    path: record.path ?? null,
    leftOut: { ...record.leftOut, examples: [...record.leftOut.examples] },
    addedAt: record.addedAt,
    completedAt: record.completedAt ?? null,
  }
}

function stateOf({ stage, stored, snapshot, server, isStill = false }: ShareFacts): ShareState {
  switch (stage.is) {
    case 'hashing':
      return stage.state()
    case 'checking':
    case 'failed':
      return stage
    case 'paused':
      return { is: stored?.isComplete ? 'stopped' : 'paused' }
    case 'active':
      if (stage.trouble) return { is: 'stuck', problem: stage.trouble }
      return server ? serverState(stored, server) : activeState(stored, snapshot, isStill)
  }
}

function activeState(
  stored: StoredShare | undefined,
  snapshot: SessionSnapshot | undefined,
  isStill: boolean,
): ShareState {
  if (stored?.isComplete) return { is: 'serving' }
  if (!stored?.root) return { is: 'looking' }
  const missingHere = snapshot?.nobodyHas ?? stored.parts - stored.held.count
  // A source that spreads its chunks itself tells nobody which it has; one whose file was changed has none left.
  const hasSource = !isStill && (snapshot?.peers.some((peer) => peer.isSource) ?? false)
  const isMoving = hasSource || (snapshot?.status.inFlight ?? 0) > 0
  return missingHere > 0 && !isMoving ? { is: 'waiting', missingHere } : { is: 'downloading' }
}

function serverState(stored: StoredShare | undefined, { state }: HttpSnapshot): ShareState {
  if (stored?.isComplete) return { is: 'serving' }
  if (!stored?.root) return { is: 'looking' }
  if (state === 'waiting') return { is: 'waiting', missingHere: stored.parts - stored.held.count }
  return { is: 'downloading' }
}

function limitOf(state: ShareState, { snapshot, server }: ShareFacts): Limit | null {
  switch (state.is) {
    case 'hashing':
      return 'hashing'
    case 'stuck':
      return 'disk'
    case 'looking':
    case 'waiting':
      return 'no-source'
    default:
      // A server's clients cannot see whose link is full; the server's is shared by all of them.
      if (server) return server.isPaced ? 'set-limit' : 'source-uplink'
      return snapshot?.limit ?? null
  }
}

/** As the contract counts them. */
const MOST_HOLDERS = 255

/** Whole seconds at the rate of the last moments; null while nothing moves. */
function secondsLeft(size: number | null, held: number, bitsPerSecond: number): number | null {
  if (size === null || bitsPerSecond < 1) return null
  return Math.ceil(((size - held) * 8) / bitsPerSecond)
}

/** The picture of one share, from its swarm; of a share outside the swarm only what is held. */
export function detailView(facts: ShareFacts, self: { peerId: string; name: string }): ShareDetail {
  const { id, snapshot, stored, server } = facts
  if (server) return serverDetail(facts, server, self)
  if (!snapshot) {
    const chunks = stored?.root?.chunks ?? 0
    const pages = stored?.pages ?? 0
    return {
      id,
      peers: [],
      chunkGivers: Array.from({ length: chunks }, (_, chunk) => (stored!.held.has(pages + chunk) ? 0 : -1)),
      givers: [{ peerId: self.peerId, name: self.name, isSource: false, isMe: true }],
      availability: new Array<number>(chunks).fill(0),
      rates: [],
    }
  }
  const { chunkGivers, givers, availability } = snapshot.picture()
  return {
    id,
    peers: snapshot.peers.map((peer) => ({
      peerId: peer.peer,
      name: peer.name,
      opened: peer.openedBy,
      lane: peer.lane,
      address: peer.address,
      has: peer.has,
      downRate: peer.downRate * 8,
      upRate: peer.upRate * 8,
      bytesReceived: peer.bytesReceived,
      bytesSent: peer.bytesSent,
      nowServing: peer.nowServing ?? null,
      isSource: peer.isSource,
      roundTrip: peer.roundTrip ?? null,
    })),
    chunkGivers: [...chunkGivers],
    givers: givers.map(({ peer, name, isSource, isMe }) => ({ peerId: peer, name, isSource, isMe })),
    availability: holders(snapshot, availability),
    rates: snapshot.rates.map(({ at, down, up }) => ({ at, down: down * 8, up: up * 8 })),
  }
}

/** How many neighbours hold each chunk. A source that spreads its chunks itself tells nobody which it has: all of them. */
function holders({ peers }: SessionSnapshot, availability: Uint8Array): number[] {
  const sources = Math.min(MOST_HOLDERS, peers.filter(({ isSource }) => isSource).length)
  return Array.from(availability, (known) => Math.max(known, sources))
}

/** The picture of a download from a server: one giver, one connection. */
function serverDetail(
  { id, stored }: ShareFacts,
  server: HttpSnapshot,
  self: { peerId: string; name: string },
): ShareDetail {
  const { origin, heldBefore } = server
  const [chunks, pages] = [stored?.root?.chunks ?? 0, stored?.pages ?? 0]
  const me = { peerId: self.peerId, name: self.name, isSource: false, isMe: true }
  const giver =
    origin === undefined ? undefined : { peerId: origin, name: new URL(origin).host, isSource: true }
  const giverOf = (part: number): number => {
    if (!stored!.held.has(part)) return -1
    return giver === undefined || heldBefore?.has(part) ? 0 : 1
  }
  return {
    id,
    peers: giver ? [serverRow(giver, server)] : [],
    chunkGivers: Array.from({ length: chunks }, (_, chunk) => giverOf(pages + chunk)),
    givers: giver ? [me, { ...giver, isMe: false }] : [me],
    availability: new Array<number>(chunks).fill(giver ? 1 : 0),
    rates: server.rates.map(({ at, down, up }) => ({ at, down: down * 8, up: up * 8 })),
  }
}

function serverRow(
  giver: { peerId: string; name: string; isSource: boolean },
  server: HttpSnapshot,
): ShareDetail['peers'][number] {
  return {
    ...giver,
    opened: 'me',
    lane: 'http',
    address: giver.peerId,
    has: 1,
    downRate: server.downRate * 8,
    upRate: 0,
    bytesReceived: server.received,
    bytesSent: 0,
    nowServing: server.state === 'receiving' ? 'them' : null,
    roundTrip: null,
  }
}
