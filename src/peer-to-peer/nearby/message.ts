import { decode, encode } from '@ipld/dag-cbor'
import { errorMessage, ShoalError } from '../../base/index.ts'
import { nameFault, parseLink, sanitiseWords } from '../../content/index.ts'
import * as limits from './limits.ts'

/** A share somebody lists openly. */
export interface NearbyShare {
  readonly cid: string
  readonly link: string
  readonly name: string
  readonly title: string | null
  readonly kind: 'file' | 'folder'
  /** Bytes. */
  readonly size: number
  readonly files: number
}

export const SERVER_ROLES = ['http', 'tracker', 'dns', 'smtp', 'pop3', 'imap'] as const
export type ServerRole = (typeof SERVER_ROLES)[number]
export type ServerPorts = { readonly [role in ServerRole]?: number }

/** What one laptop says about itself. */
export interface NearbyCard {
  readonly name: string
  readonly version: string
  readonly shares: readonly NearbyShare[]
  readonly servers: ServerPorts
}

/** On the wire: a card, or that there is none to be shown any more. `seq` grows with every message of a connection. */
export type NearbyMessage =
  | { readonly is: 'card'; readonly seq: number; readonly card: NearbyCard }
  | { readonly is: 'hidden'; readonly seq: number }

const VERSION = 1

/** Bytes of a message; shares that do not fit are left off the end. */
export function encodeMessage(message: NearbyMessage): Uint8Array<ArrayBuffer> {
  if (message.is === 'hidden') return toBytes({ v: VERSION, seq: message.seq, hidden: true })
  const { card, seq } = message
  const shares = card.shares.slice(0, limits.MAX_LISTED_SHARES)
  for (;;) {
    const bytes = toBytes({
      v: VERSION,
      seq,
      ...card,
      shares: shares.map(shareOnWire),
      servers: { ...card.servers },
    })
    if (bytes.length <= limits.MAX_NEARBY_BYTES || shares.length === 0) return bytes
    shares.length = Math.floor(shares.length * 0.9)
  }
}

function shareOnWire({ link, name, title, kind, size, files }: NearbyShare) {
  return { link, name, title, kind, size, files }
}

// Under Node the encoder gives a Buffer that may be part of a shared pool.
function toBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encode(value))
}

/**
 * Reads what a peer sent. The frame must be right; single shares that are not are left out, unknown keys ignored, words
 * cleaned.
 * @param fallbackName what a peer without a readable name is called.
 * @throws ShoalError `protocol-violation`.
 */
export function decodeMessage(bytes: Uint8Array, fallbackName: string): NearbyMessage {
  const value = decodeMap(bytes)
  if (value.v !== VERSION) throw violation('an unknown version')
  if (!isWhole(value.seq)) throw violation('no sequence number')
  if (value.hidden === true) return { is: 'hidden', seq: value.seq }
  const { name, version, shares, servers } = value
  if (typeof name !== 'string') throw violation('no name')
  if (!Array.isArray(shares) || shares.length > limits.MAX_LISTED_SHARES)
    throw violation('no list of shares, or too long')
  const card: NearbyCard = {
    name: sanitiseWords(name, limits.MAX_PEER_NAME) || fallbackName,
    version: readVersion(version),
    shares: uniqueShares(shares.flatMap((each) => readShare(each) ?? [])),
    servers: readServers(servers),
  }
  return { is: 'card', seq: value.seq, card }
}

function decodeMap(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length > limits.MAX_NEARBY_BYTES) throw violation('too long')
  try {
    const value = decode<unknown>(bytes)
    if (isMap(value)) return value
  } catch (error) {
    // Stack overflow by nesting is a RangeError and ends up here too.
    throw violation(`not DAG-CBOR: ${errorMessage(error).slice(0, 100)}`)
  }
  throw violation('not a map')
}

function readShare(value: unknown): NearbyShare | undefined {
  if (!isMap(value)) return undefined
  const { link, name, title, kind, size, files } = value
  if (typeof link !== 'string' || typeof name !== 'string' || !isWhole(size) || !isWhole(files))
    return undefined
  if ((kind !== 'file' && kind !== 'folder') || nameFault(name)) return undefined
  const words = typeof title === 'string' ? sanitiseWords(title, limits.MAX_TITLE) : ''
  try {
    const cid = parseLink(link).cid.toString()
    return { cid, link, name, title: words || null, kind, size, files }
  } catch {
    return undefined
  }
}

function uniqueShares(shares: readonly NearbyShare[]): NearbyShare[] {
  return [...new Map(shares.map((share) => [share.cid, share])).values()]
}

function readVersion(value: unknown): string {
  const fits =
    typeof value === 'string' && value.length <= limits.MAX_VERSION && /^[0-9A-Za-z.+-]+$/.test(value)
  return fits ? value : ''
}

function readServers(value: unknown): ServerPorts {
  if (!isMap(value)) return {}
  const isPort = (port: unknown): port is number => isWhole(port) && port >= 1 && port <= 65_535
  return Object.fromEntries(
    SERVER_ROLES.flatMap((role) => {
      const port = Object.hasOwn(value, role) ? value[role] : undefined
      return isPort(port) ? [[role, port]] : []
    }),
  )
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function violation(what: string): ShoalError {
  return new ShoalError('protocol-violation', `a nearby message holds ${what}`)
}
