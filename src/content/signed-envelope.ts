import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import type { PrivateKey } from '@libp2p/interface'
import { equalBytes } from '../base/bytes.ts'
import { ShoalError } from '../base/errors.ts'
import { decodeCanonical, encodeCanonical } from './cbor.ts'
import { MAX_SIGNED_ADDRESS_BYTES, MAX_SIGNED_ADDRESSES } from './limits.ts'
import { isPeerAddress } from './link.ts'

/** One kind of statement that peers sign: DAG-CBOR in an envelope of libp2p (RFC 0002 of its specifications). */
export interface StatementKind {
  /** For errors: "a name record". */
  readonly name: string
  /** Keeps signatures over it apart from all others a peer makes with its key. */
  readonly domain: string
  /** Payload type of the envelope. */
  readonly type: Uint8Array
  /** Version of the payload, its field `v`. */
  readonly version: number
  /** How many fields there are beside `v`. */
  readonly fields: number
  /** An envelope longer than this is refused before it is parsed. */
  readonly maxBytes: number
}

/** What somebody says, the signature not checked yet. */
export interface UncheckedStatement {
  /** As many fields as its kind has, none of them checked. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Peer id of the key, as text. */
  readonly signer: string
  /** Whether the signer has signed exactly this. */
  readonly isSigned: () => Promise<boolean>
}

/** Signs the fields of a statement. */
export async function signStatement(
  kind: StatementKind,
  fields: Readonly<Record<string, unknown>>,
  key: PrivateKey,
): Promise<Uint8Array> {
  const payload = encodeCanonical({ v: kind.version, ...fields })
  const record = { domain: kind.domain, codec: kind.type, marshal: () => payload, equals: () => false }
  return (await RecordEnvelope.seal(record, key)).marshal()
}

/** Reads a stranger's envelope; cheap, for the signature is left to the caller. Throws `protocol-violation`. */
export function openStatement(kind: StatementKind, bytes: Uint8Array): UncheckedStatement {
  if (bytes.length > kind.maxBytes) throw noStatement(kind, 'too long')
  const envelope = openEnvelope(kind, bytes)
  // Other kinds of keys cost much more to verify, and Shoal's peers have none.
  if (envelope.publicKey.type !== 'Ed25519') throw noStatement(kind, 'not an Ed25519 key')
  if (!equalBytes(envelope.payloadType, kind.type)) throw noStatement(kind, 'another type of envelope')
  return {
    fields: readFields(kind, envelope.payload),
    signer: peerIdFromPublicKey(envelope.publicKey).toString(),
    isSigned: () => isSigned(envelope, kind.domain),
  }
}

/** Addresses as a statement carries them. */
export function encodeAddresses(addresses: readonly string[]): readonly Uint8Array[] {
  return addresses.map((address) => multiaddr(address).bytes)
}

/** The addresses of a statement as text: few, short and such as peers listen on. Throws `protocol-violation`. */
export function readAddresses(kind: StatementKind, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length > MAX_SIGNED_ADDRESSES) throw noStatement(kind, 'its addresses')
  return (value as unknown[]).map((each) => {
    const text = addressText(each)
    if (text === undefined || !isPeerAddress(text)) throw noStatement(kind, 'an address')
    return text
  })
}

/** Why something is not a statement of this kind. */
export function noStatement(kind: StatementKind, why: string): ShoalError {
  return new ShoalError('protocol-violation', `not ${kind.name}: ${why}`)
}

function openEnvelope(kind: StatementKind, bytes: Uint8Array): RecordEnvelope {
  try {
    const envelope = RecordEnvelope.createFromProtobuf(bytes)
    // Protobuf has many spellings of one message; what was signed has one.
    if (equalBytes(envelope.marshal(), bytes)) return envelope
  } catch (cause) {
    throw new ShoalError('protocol-violation', 'not an envelope', { cause })
  }
  throw noStatement(kind, 'not in the one form it has')
}

async function isSigned(envelope: RecordEnvelope, domain: string): Promise<boolean> {
  try {
    return await envelope.validate(domain)
  } catch {
    return false
  }
}

function readFields(kind: StatementKind, payload: Uint8Array): Record<string, unknown> {
  const value = decodeCanonical(payload, 'protocol-violation') as Record<string, unknown> | null
  if (typeof value !== 'object' || value === null) throw noStatement(kind, 'its fields')
  const { v, ...fields } = value
  if (Object.keys(fields).length !== kind.fields) throw noStatement(kind, 'its fields')
  if (v !== kind.version) throw noStatement(kind, 'its version')
  return fields
}

function addressText(value: unknown): string | undefined {
  if (!(value instanceof Uint8Array) || value.length > MAX_SIGNED_ADDRESS_BYTES) return undefined
  try {
    return multiaddr(value).toString()
  } catch {
    return undefined
  }
}
