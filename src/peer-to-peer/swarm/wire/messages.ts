import {
  MAX_BITMAP_BYTES,
  MAX_EXCHANGED_PEERS,
  MAX_HANDED_PEERS,
  MAX_LIST,
  MAX_NAME_BYTES,
  MAX_PARTS,
  MAX_PEER_ID_BYTES,
  MAX_PEER_RECORD_BYTES,
  MAX_ROOT_BYTES,
  LANE_TOKEN_BYTES,
} from '../limits.ts'
import { Reader, violation, Writer } from './bytes.ts'

/**
 * Messages of the control stream (`/shoal/swarm/1`, docs/PROTOCOL.md "Swarm: messages"). Each is a type byte and its
 * fields; on the stream a four-byte length goes before it. What a version does not know is refused, not skipped.
 */
export const PROTOCOL_VERSION = 1

const NONCE_BYTES = 32
const PROOF_BYTES = 32
const FINGERPRINT_BYTES = 32
const MAX_CREDIT = 65_535
/** Epochs, and messages within one. */
const MAX_COUNT = 2 ** 32 - 1
const MAX_VARINT_BYTES = 5

/** Why a part that was asked for does not come. Append only: the position is the wire code. */
export const REJECT_REASONS = ['not-held', 'changed', 'trouble', 'busy'] as const
export type RejectReason = (typeof REJECT_REASONS)[number]

/** Why a peer leaves. Append only. */
export const GOODBYE_REASONS = ['leaving', 'duplicate', 'full', 'banned', 'paused', 'violation'] as const
export type GoodbyeReason = (typeof GOODBYE_REASONS)[number]

export interface StateMessage {
  is: 'state'
  name: string
  /** Held the whole share when it joined: shown to people, and asked last once it has revealed. */
  isSource: boolean
  /** Number that the other side puts on the blocks of this share that it sends to me. */
  handle: number
  /** The root is held here and may be asked for. */
  hasRoot: boolean
  /** SHA-256 of the certificate of my end of a TLS lane; absent where there are none. */
  fingerprint: Uint8Array | undefined
  /** The sender's signed peer record, which may be passed on to other members. */
  record: Uint8Array | undefined
}

export interface UpdateMessage {
  is: 'update'
  have: readonly number[]
  request: readonly number[]
  cancel: readonly number[]
  /** Further parts that the other side may send unasked. */
  credit: number
  /** Replaces everything told before; a source in spread mode shows an empty one. */
  bitmap: { parts: number; bytes: Uint8Array } | undefined
}

/** First copies that a source gave to one receiver. */
export interface HandedOut {
  /** Bytes of the receiver's peer id. */
  peer: Uint8Array
  parts: readonly number[]
}

export type Message =
  | { is: 'hello'; version: number; nonce: Uint8Array }
  | { is: 'challenge'; nonce: Uint8Array }
  | { is: 'proof'; proof: Uint8Array; wantsRoot: boolean }
  | { is: 'welcome'; proof: Uint8Array }
  | { is: 'unknown' }
  | StateMessage
  | { is: 'get-root' }
  | { is: 'root'; bytes: Uint8Array }
  | UpdateMessage
  | { is: 'reject'; part: number; reason: RejectReason }
  | { is: 'handed-out'; to: readonly HandedOut[] }
  | { is: 'peers'; records: readonly Uint8Array[] }
  | { is: 'goodbye'; reason: GoodbyeReason }
  | { is: 'ping'; id: number }
  | { is: 'pong'; id: number }
  | { is: 'lane'; port: number; token: Uint8Array }
  | { is: 'by-lane'; epoch: number }
  | { is: 'lane-lost'; epoch: number }
  | { is: 'lane-received'; epoch: number; count: number }

export type MessageKind = Message['is']

interface Codec<M extends Message> {
  readonly type: number
  /** Longest encoding, type byte included. */
  readonly limit: number
  write(message: M, to: Writer): void
  read(from: Reader): M
}

type Codecs = { readonly [K in MessageKind]: Codec<Extract<Message, { is: K }>> }

const LIST_BYTES = 3 + 4 * MAX_LIST

const CODECS: Codecs = {
  hello: {
    type: 1,
    limit: 2 + NONCE_BYTES,
    write: (m, to) => void to.byte(m.version).raw(m.nonce),
    read: (from) => ({ is: 'hello', version: from.byte(), nonce: from.raw(NONCE_BYTES) }),
  },
  challenge: {
    type: 2,
    limit: 1 + NONCE_BYTES,
    write: (m, to) => void to.raw(m.nonce),
    read: (from) => ({ is: 'challenge', nonce: from.raw(NONCE_BYTES) }),
  },
  proof: {
    type: 3,
    limit: 2 + PROOF_BYTES,
    write: (m, to) => void to.raw(m.proof).byte(m.wantsRoot ? 1 : 0),
    read: (from) => ({ is: 'proof', proof: from.raw(PROOF_BYTES), wantsRoot: readFlags(from, 1) === 1 }),
  },
  welcome: {
    type: 4,
    limit: 1 + PROOF_BYTES,
    write: (m, to) => void to.raw(m.proof),
    read: (from) => ({ is: 'welcome', proof: from.raw(PROOF_BYTES) }),
  },
  unknown: { type: 5, limit: 1, write: () => {}, read: () => ({ is: 'unknown' }) },
  state: {
    type: 6,
    limit: 10 + MAX_NAME_BYTES + FINGERPRINT_BYTES + MAX_PEER_RECORD_BYTES,
    write: writeState,
    read: readState,
  },
  'get-root': { type: 7, limit: 1, write: () => {}, read: () => ({ is: 'get-root' }) },
  root: {
    type: 8,
    limit: 1 + MAX_ROOT_BYTES,
    write: (m, to) => void to.raw(m.bytes),
    read: (from) => ({ is: 'root', bytes: from.raw(from.left) }),
  },
  update: { type: 9, limit: 16 + 3 * LIST_BYTES + MAX_BITMAP_BYTES, write: writeUpdate, read: readUpdate },
  reject: {
    type: 10,
    limit: 6,
    write: (m, to) => void to.varint(m.part).byte(REJECT_REASONS.indexOf(m.reason)),
    read: (from) => ({ is: 'reject', part: readPart(from), reason: readChoice(from, REJECT_REASONS) }),
  },
  'handed-out': {
    type: 11,
    limit: 2 + MAX_HANDED_PEERS * (2 + MAX_PEER_ID_BYTES) + LIST_BYTES,
    write: writeHandedOut,
    read: readHandedOut,
  },
  peers: {
    type: 12,
    limit: 2 + MAX_EXCHANGED_PEERS * (2 + MAX_PEER_RECORD_BYTES),
    write: writePeers,
    read: readPeers,
  },
  goodbye: {
    type: 13,
    limit: 2,
    write: (m, to) => void to.byte(GOODBYE_REASONS.indexOf(m.reason)),
    read: (from) => ({ is: 'goodbye', reason: readChoice(from, GOODBYE_REASONS) }),
  },
  ping: {
    type: 14,
    limit: 3,
    write: (m, to) => void to.u16(m.id),
    read: (from) => ({ is: 'ping', id: from.u16() }),
  },
  pong: {
    type: 15,
    limit: 3,
    write: (m, to) => void to.u16(m.id),
    read: (from) => ({ is: 'pong', id: from.u16() }),
  },
  lane: {
    type: 16,
    limit: 3 + LANE_TOKEN_BYTES,
    write: (m, to) => void to.u16(m.port).raw(m.token),
    read: (from) => ({ is: 'lane', port: from.u16(), token: from.raw(LANE_TOKEN_BYTES) }),
  },
  'by-lane': {
    type: 17,
    limit: 1 + MAX_VARINT_BYTES,
    write: (m, to) => void to.varint(m.epoch),
    read: (from) => ({ is: 'by-lane', epoch: from.varint(MAX_COUNT) }),
  },
  'lane-lost': {
    type: 18,
    limit: 1 + MAX_VARINT_BYTES,
    write: (m, to) => void to.varint(m.epoch),
    read: (from) => ({ is: 'lane-lost', epoch: from.varint(MAX_COUNT) }),
  },
  'lane-received': {
    type: 19,
    limit: 1 + 2 * MAX_VARINT_BYTES,
    write: (m, to) => void to.varint(m.epoch).varint(m.count),
    read: (from) => ({ is: 'lane-received', epoch: from.varint(MAX_COUNT), count: from.varint(MAX_COUNT) }),
  },
}

const BY_TYPE = new Map<number, Codec<Message>>(
  Object.values(CODECS).map((codec) => [codec.type, codec as unknown as Codec<Message>]),
)

/** Longest message of a type, its type byte included; undefined for types that do not exist. */
export function messageLimit(type: number): number | undefined {
  return BY_TYPE.get(type)?.limit
}

export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  const codec = CODECS[message.is] as unknown as Codec<Message>
  const writer = new Writer().byte(codec.type)
  codec.write(message, writer)
  return writer.finish()
}

/** Throws `protocol-violation` for anything but exactly one message. */
export function decodeMessage(bytes: Uint8Array): Message {
  const reader = new Reader(bytes)
  const codec = BY_TYPE.get(reader.byte())
  if (!codec) throw violation(`message type ${bytes[0]}`)
  if (bytes.length > codec.limit) throw violation(`message of ${bytes.length} bytes, at most ${codec.limit}`)
  const message = codec.read(reader)
  reader.end()
  return message
}

/** A byte of flags of which those in `known` exist. */
function readFlags(from: Reader, known: number): number {
  const flags = from.byte()
  if ((flags & ~known) !== 0) throw violation(`flags ${flags}`)
  return flags
}

function readChoice<T>(from: Reader, choices: readonly T[]): T {
  const choice = choices[from.byte()]
  if (choice === undefined) throw violation('a code that does not exist')
  return choice
}

function readPart(from: Reader): number {
  return from.varint(MAX_PARTS - 1)
}

function readParts(from: Reader): number[] {
  return from.varints(MAX_LIST, MAX_PARTS - 1)
}

const STATE_SOURCE = 1
const STATE_ROOT = 2
const STATE_FINGERPRINT = 4
const STATE_RECORD = 8

function writeState(m: StateMessage, to: Writer): void {
  const source = m.isSource ? STATE_SOURCE : 0
  const root = m.hasRoot ? STATE_ROOT : 0
  to.byte(source | root | (m.fingerprint ? STATE_FINGERPRINT : 0) | (m.record ? STATE_RECORD : 0))
  to.text(m.name).u16(m.handle)
  if (m.fingerprint) to.raw(m.fingerprint)
  if (m.record) to.prefixed(m.record)
}

function readState(from: Reader): StateMessage {
  const flags = readFlags(from, STATE_SOURCE | STATE_ROOT | STATE_FINGERPRINT | STATE_RECORD)
  const name = from.text(MAX_NAME_BYTES)
  const handle = from.u16()
  const fingerprint = flags & STATE_FINGERPRINT ? from.raw(FINGERPRINT_BYTES) : undefined
  const record = flags & STATE_RECORD ? from.prefixed(MAX_PEER_RECORD_BYTES) : undefined
  const isSource = (flags & STATE_SOURCE) !== 0
  const hasRoot = (flags & STATE_ROOT) !== 0
  return { is: 'state', name, isSource, hasRoot, handle, fingerprint, record }
}

const UPDATE_BITMAP = 1

function writeUpdate(m: UpdateMessage, to: Writer): void {
  to.byte(m.bitmap ? UPDATE_BITMAP : 0)
  if (m.bitmap) to.varint(m.bitmap.parts).raw(m.bitmap.bytes)
  to.varints(m.have).varints(m.request).varints(m.cancel).varint(m.credit)
}

function readUpdate(from: Reader): UpdateMessage {
  const flags = readFlags(from, UPDATE_BITMAP)
  const bitmap = flags & UPDATE_BITMAP ? readBitmap(from) : undefined
  const [have, request, cancel] = [readParts(from), readParts(from), readParts(from)]
  return { is: 'update', have, request, cancel, credit: from.varint(MAX_CREDIT), bitmap }
}

function readBitmap(from: Reader): { parts: number; bytes: Uint8Array } {
  const parts = from.varint(MAX_PARTS)
  return { parts, bytes: from.raw(Math.ceil(parts / 8)) }
}

function writeHandedOut(m: Extract<Message, { is: 'handed-out' }>, to: Writer): void {
  to.varint(m.to.length)
  for (const { peer, parts } of m.to) to.prefixed(peer).varints(parts)
}

function readHandedOut(from: Reader): Extract<Message, { is: 'handed-out' }> {
  const count = from.varint(MAX_HANDED_PEERS)
  let left = MAX_LIST
  const to = Array.from({ length: count }, () => {
    const peer = from.prefixed(MAX_PEER_ID_BYTES)
    const parts = from.varints(left, MAX_PARTS - 1)
    left -= parts.length
    return { peer, parts }
  })
  return { is: 'handed-out', to }
}

function writePeers(m: Extract<Message, { is: 'peers' }>, to: Writer): void {
  to.varint(m.records.length)
  for (const record of m.records) to.prefixed(record)
}

function readPeers(from: Reader): Extract<Message, { is: 'peers' }> {
  const count = from.varint(MAX_EXCHANGED_PEERS)
  const records = Array.from({ length: count }, () => from.prefixed(MAX_PEER_RECORD_BYTES))
  return { is: 'peers', records }
}
