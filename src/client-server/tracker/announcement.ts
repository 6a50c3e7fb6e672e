import { RecordEnvelope } from '@libp2p/peer-record'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { PrivateKey } from '@libp2p/interface'
import { equalBytes, ShoalError, utf8 } from '../../base/index.ts'
import { decodeCanonical, encodeCanonical, isCount } from '../../content/cbor.ts'
import { HASH_BYTES, isPeerAddress } from '../../content/index.ts'
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES, MAX_ENVELOPE_BYTES, MAX_URL_LENGTH } from './limits.ts'

/** Keeps signatures over announcements apart from all others a peer makes with its key. */
const DOMAIN = 'shoal-tracker-announce'
const PAYLOAD_TYPE = utf8('/shoal/tracker/announce/1')

/** What a peer tells one tracker: that it is a member of a share, and where it listens. */
export interface Announcement {
  /** Discovery key of the share: 32 bytes. */
  readonly key: Uint8Array
  /** URL of the tracker it is meant for. */
  readonly tracker: string
  /** Grows with every announcement of this peer; an older one is a replay. */
  readonly sequence: number
  /** Milliseconds since 1970, by the tracker's clock. */
  readonly expires: number
  /** Multiaddresses. None withdraws what was announced before. */
  readonly addresses: readonly string[]
}

/** An announcement whose signature has not been checked yet. */
export interface UncheckedAnnouncement extends Announcement {
  /** The signer's peer id as text. */
  readonly peer: string
  /** Whether the peer has signed exactly this. */
  isSigned(): Promise<boolean>
}

/** Signs an announcement: an envelope of libp2p (RFC 0002 of its specifications) around canonical DAG-CBOR. */
export async function signAnnouncement(announcement: Announcement, key: PrivateKey): Promise<Uint8Array> {
  const payload = encodePayload(announcement)
  const record = {
    domain: DOMAIN,
    codec: PAYLOAD_TYPE,
    marshal: () => payload,
    equals: () => false,
  }
  return (await RecordEnvelope.seal(record, key)).marshal()
}

function encodePayload({ key, tracker, sequence, expires, addresses }: Announcement): Uint8Array {
  const addrs = addresses.map((address) => multiaddr(address).bytes)
  return encodeCanonical({ v: 1, key, tracker, seq: sequence, expires, addrs })
}

/** Reads an envelope from a stranger; cheap, for the signature is left to the caller. Throws `protocol-violation`. */
export function openAnnouncement(bytes: Uint8Array): UncheckedAnnouncement {
  if (bytes.length > MAX_ENVELOPE_BYTES) throw bad('too long')
  const envelope = openEnvelope(bytes)
  // Other kinds of keys cost much more to verify, and Shoal's peers have none.
  if (envelope.publicKey.type !== 'Ed25519') throw bad('not an Ed25519 key')
  if (!equalBytes(envelope.payloadType, PAYLOAD_TYPE)) throw bad('another type of envelope')
  return {
    ...readPayload(envelope.payload),
    peer: peerIdFromPublicKey(envelope.publicKey).toString(),
    isSigned: () => isSigned(envelope),
  }
}

function openEnvelope(bytes: Uint8Array): RecordEnvelope {
  try {
    const envelope = RecordEnvelope.createFromProtobuf(bytes)
    // Protobuf has many spellings of one message; what was signed has one.
    if (equalBytes(envelope.marshal(), bytes)) return envelope
  } catch (cause) {
    throw new ShoalError('protocol-violation', 'not an envelope', { cause })
  }
  throw bad('not in the one form it has')
}

async function isSigned(envelope: RecordEnvelope): Promise<boolean> {
  try {
    return await envelope.validate(DOMAIN)
  } catch {
    return false
  }
}

function readPayload(payload: Uint8Array): Announcement {
  const value = decodeCanonical(payload, 'protocol-violation') as Record<string, unknown> | null
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 6) throw bad('its fields')
  const { v, key, tracker, seq, expires, addrs } = value
  if (v !== 1) throw bad('its version')
  if (!(key instanceof Uint8Array) || key.length !== HASH_BYTES) throw bad('its key')
  if (typeof tracker !== 'string' || tracker.length > MAX_URL_LENGTH) throw bad('its tracker')
  if (!isCount(seq) || !isCount(expires)) throw bad('its sequence or expiry')
  if (!Array.isArray(addrs) || addrs.length > MAX_ADDRESSES) throw bad('its addresses')
  return { key, tracker, sequence: seq, expires, addresses: (addrs as unknown[]).map(readAddress) }
}

function readAddress(value: unknown): string {
  if (!(value instanceof Uint8Array) || value.length > MAX_ADDRESS_BYTES) throw bad('an address')
  let text: string
  try {
    text = multiaddr(value).toString()
  } catch {
    throw bad('an address')
  }
  if (!isPeerAddress(text)) throw bad('an address')
  return text
}

function bad(what: string): ShoalError {
  return new ShoalError('protocol-violation', `not an announcement: ${what}`)
}
