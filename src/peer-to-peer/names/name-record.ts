import { createHash } from 'node:crypto'
import type { PrivateKey } from '@libp2p/interface'
import { utf8 } from '../../base/index.ts'
import { isCount } from '../../content/cbor.ts'
import {
  encodeAddresses,
  noStatement,
  openStatement,
  readAddresses,
  signStatement,
  type StatementKind,
  type UncheckedStatement,
} from '../../content/signed-envelope.ts'
import { MAX_LABEL, MAX_RECORD_BYTES } from './limits.ts'

const KIND: StatementKind = {
  name: 'a name record',
  domain: 'shoal-name',
  type: utf8('/shoal/name/1'),
  version: 1,
  fields: 4,
  maxBytes: MAX_RECORD_BYTES,
}
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

/** Signs a record with its owner's key. */
export async function signName(
  { label, sequence, expires, addresses }: NameRecord,
  key: PrivateKey,
): Promise<Uint8Array> {
  return signStatement(KIND, { name: label, seq: sequence, expires, addrs: encodeAddresses(addresses) }, key)
}

/** Reads a record and checks its signature. Throws `protocol-violation`. */
export async function openName(bytes: Uint8Array): Promise<OwnedNameRecord> {
  const statement = openStatement(KIND, bytes)
  const record = readRecord(statement)
  if (!(await statement.isSigned())) throw noStatement(KIND, 'its signature')
  return record
}

/** Reads a record that was checked before. Throws `protocol-violation`. */
export function readName(bytes: Uint8Array): OwnedNameRecord {
  return readRecord(openStatement(KIND, bytes))
}

export function isNameLabel(text: unknown): text is string {
  return typeof text === 'string' && text.length <= MAX_LABEL && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)
}

function readRecord({ fields, signer }: UncheckedStatement): OwnedNameRecord {
  const { name, seq, expires, addrs } = fields
  if (!isNameLabel(name)) throw noStatement(KIND, 'its name')
  if (!isCount(seq) || !isCount(expires)) throw noStatement(KIND, 'its sequence or expiry')
  return { label: name, sequence: seq, expires, addresses: readAddresses(KIND, addrs), owner: signer }
}
