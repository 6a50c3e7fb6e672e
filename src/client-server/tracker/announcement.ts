import type { PrivateKey } from '@libp2p/interface'
import { utf8 } from '../../base/index.ts'
import { isCount } from '../../content/cbor.ts'
import { HASH_BYTES } from '../../content/index.ts'
import {
  encodeAddresses,
  noStatement,
  openStatement,
  readAddresses,
  signStatement,
  type StatementKind,
} from '../../content/signed-envelope.ts'
import { MAX_ENVELOPE_BYTES, MAX_URL_LENGTH } from './limits.ts'

const KIND: StatementKind = {
  name: 'an announcement',
  domain: 'shoal-tracker-announce',
  type: utf8('/shoal/tracker/announce/1'),
  version: 1,
  fields: 5,
  maxBytes: MAX_ENVELOPE_BYTES,
}

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
  readonly isSigned: () => Promise<boolean>
}

/** Signs an announcement with its peer's key. */
export async function signAnnouncement(
  { key, tracker, sequence, expires, addresses }: Announcement,
  privateKey: PrivateKey,
): Promise<Uint8Array> {
  const addrs = encodeAddresses(addresses)
  return signStatement(KIND, { key, tracker, seq: sequence, expires, addrs }, privateKey)
}

/** Reads an envelope from a stranger; cheap, for the signature is left to the caller. Throws `protocol-violation`. */
export function openAnnouncement(bytes: Uint8Array): UncheckedAnnouncement {
  const { fields, signer, isSigned } = openStatement(KIND, bytes)
  return { ...readAnnouncement(fields), peer: signer, isSigned }
}

function readAnnouncement({
  key,
  tracker,
  seq,
  expires,
  addrs,
}: Readonly<Record<string, unknown>>): Announcement {
  if (!(key instanceof Uint8Array) || key.length !== HASH_BYTES) throw noStatement(KIND, 'its key')
  if (typeof tracker !== 'string' || tracker.length > MAX_URL_LENGTH) throw noStatement(KIND, 'its tracker')
  if (!isCount(seq) || !isCount(expires)) throw noStatement(KIND, 'its sequence or expiry')
  return { key, tracker, sequence: seq, expires, addresses: readAddresses(KIND, addrs) }
}
