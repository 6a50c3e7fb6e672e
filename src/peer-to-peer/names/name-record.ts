import { createHash } from 'node:crypto'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { RecordEnvelope } from '@libp2p/peer-record'
import type { PrivateKey } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { equalBytes, ShoalError, utf8 } from '../../base/index.ts'
import { decodeCanonical, encodeCanonical, isCount } from '../../content/cbor.ts'
import { isPeerAddress } from '../../content/index.ts'
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES, MAX_LABEL, MAX_RECORD_BYTES } from './limits.ts'

/** Keeps signatures over names apart from all others a peer makes with its key. */
const DOMAIN = 'shoal-name'
const PAYLOAD_TYPE = utf8('/shoal/name/1')
export const KEY_NAMESPACE = 'shoal-name'

/** What a laptop says about its own name. */
export interface NameRecord {
  /** The label, as in DNS: lower-case letters, digits, hyphens. */
  readonly label: string
  /** Grows with every record of this owner. */
  readonly sequence: number
  /** Milliseconds since 1970. */
  readonly expires: number
  /** Multiaddresses where it listens. */
  readonly addresses: readonly string[]
}

/** A record and who says so. */
export interface OwnedNameRecord extends NameRecord {
  readonly owner: string
}

/** Where the record of a name is kept in the DHT. */
export function nameKey(label: string): Uint8Array<ArrayBuffer> {
  const digest = createHash('sha256').update('shoal/name/1').update(label).digest('hex')
  return utf8(`/${KEY_NAMESPACE}/${digest}`)
}

/** Signs a record: an envelope of libp2p (RFC 0002 of its specifications) around canonical DAG-CBOR. */
export async function signName(
  { label, sequence, expires, addresses }: NameRecord,
  key: PrivateKey,
): Promise<Uint8Array> {
  const addrs = addresses.map((address) => multiaddr(address).bytes)
  const payload = encodeCanonical({ v: 1, name: label, seq: sequence, expires, addrs })
  const record = { domain: DOMAIN, codec: PAYLOAD_TYPE, marshal: () => payload, equals: () => false }
  return (await RecordEnvelope.seal(record, key)).marshal()
}

/** Reads a record and checks its signature. Throws `protocol-violation`. */
export async function openName(bytes: Uint8Array): Promise<OwnedNameRecord> {
  const { envelope, record } = readEnvelope(bytes)
  if (!(await isSigned(envelope))) throw bad('its signature')
  return record
}

/** Reads a record that was checked before. Throws `protocol-violation`. */
export function readName(bytes: Uint8Array): OwnedNameRecord {
  return readEnvelope(bytes).record
}

export function isNameLabel(text: unknown): text is string {
  return typeof text === 'string' && text.length <= MAX_LABEL && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)
}

function readEnvelope(bytes: Uint8Array): { envelope: RecordEnvelope; record: OwnedNameRecord } {
  if (bytes.length > MAX_RECORD_BYTES) throw bad('too long')
  const envelope = openEnvelope(bytes)
  // Other kinds of keys cost much more to verify, and Shoal's peers have none.
  if (envelope.publicKey.type !== 'Ed25519') throw bad('not an Ed25519 key')
  if (!equalBytes(envelope.payloadType, PAYLOAD_TYPE)) throw bad('another type of envelope')
  const owner = peerIdFromPublicKey(envelope.publicKey).toString()
  return { envelope, record: { ...readPayload(envelope.payload), owner } }
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

function readPayload(payload: Uint8Array): NameRecord {
  const value = decodeCanonical(payload, 'protocol-violation') as Record<string, unknown> | null
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 5) throw bad('its fields')
  const { v, name, seq, expires, addrs } = value
  if (v !== 1) throw bad('its version')
  if (!isNameLabel(name)) throw bad('its name')
  if (!isCount(seq) || !isCount(expires)) throw bad('its sequence or expiry')
  if (!Array.isArray(addrs) || addrs.length > MAX_ADDRESSES) throw bad('its addresses')
  return { label: name, sequence: seq, expires, addresses: (addrs as unknown[]).map(readAddress) }
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
  return new ShoalError('protocol-violation', `not a name record: ${what}`)
}
