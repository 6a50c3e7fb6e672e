import { ShoalError } from '../../base/index.ts'
import { decodeMap, encodeCanonical, isCount, isMap } from '../../content/cbor.ts'
import { cardOnWire, readCard, sanitiseWords, type ShareCard } from '../../content/index.ts'
import * as limits from './limits.ts'

export const SERVER_ROLES = ['http', 'tracker', 'dns', 'smtp', 'pop3', 'imap'] as const
export type ServerRole = (typeof SERVER_ROLES)[number]
export type ServerPorts = { readonly [role in ServerRole]?: number }

/** What one laptop says about itself. */
export interface NearbyCard {
  readonly name: string
  readonly version: string
  /** Listed openly. */
  readonly shares: readonly ShareCard[]
  readonly servers: ServerPorts
}

/** On the wire: a card, or that there is none to be shown any more. `seq` grows with every message of a connection. */
export type NearbyMessage =
  | { readonly is: 'card'; readonly seq: number; readonly card: NearbyCard }
  | { readonly is: 'hidden'; readonly seq: number }

const VERSION = 1

/** Bytes of a message; shares that do not fit are left off the end. */
export function encodeMessage(message: NearbyMessage): Uint8Array<ArrayBuffer> {
  if (message.is === 'hidden') return encodeCanonical({ v: VERSION, seq: message.seq, hidden: true })
  const { card, seq } = message
  const shares = card.shares.slice(0, limits.MAX_LISTED_SHARES)
  for (;;) {
    const bytes = encodeCanonical({
      v: VERSION,
      seq,
      ...card,
      shares: shares.map(cardOnWire),
      servers: { ...card.servers },
    })
    if (bytes.length <= limits.MAX_NEARBY_BYTES || shares.length === 0) return bytes
    shares.length = Math.floor(shares.length * 0.9)
  }
}

/**
 * Reads what a peer sent. The frame must be right; single shares that are not are left out, unknown keys ignored, words
 * cleaned.
 * @param fallbackName what a peer without a readable name is called.
 * @throws ShoalError `protocol-violation`.
 */
export function decodeMessage(bytes: Uint8Array, fallbackName: string): NearbyMessage {
  const form = { version: VERSION, mostBytes: limits.MAX_NEARBY_BYTES, fault: violation }
  const value = decodeMap(bytes, form)
  if (!isCount(value.seq)) throw violation('no sequence number')
  if (value.hidden === true) return { is: 'hidden', seq: value.seq }
  const { name, version, shares, servers } = value
  if (typeof name !== 'string') throw violation('no name')
  if (!Array.isArray(shares) || shares.length > limits.MAX_LISTED_SHARES)
    throw violation('no list of shares, or too long')
  const card: NearbyCard = {
    name: sanitiseWords(name, limits.MAX_PEER_NAME) || fallbackName,
    version: readVersion(version),
    shares: uniqueShares(shares.flatMap(readShare)),
    servers: readServers(servers),
  }
  return { is: 'card', seq: value.seq, card }
}

function readShare(value: unknown): readonly ShareCard[] {
  const card = readCard(value)
  return 'fault' in card ? [] : [card]
}

function uniqueShares(shares: readonly ShareCard[]): ShareCard[] {
  return [...new Map(shares.map((share) => [share.cid, share])).values()]
}

function readVersion(value: unknown): string {
  const fits =
    typeof value === 'string' && value.length <= limits.MAX_VERSION && /^[0-9A-Za-z.+-]+$/.test(value)
  return fits ? value : ''
}

function readServers(value: unknown): ServerPorts {
  if (!isMap(value)) return {}
  const isPort = (port: unknown): port is number => isCount(port) && port >= 1 && port <= 65_535
  return Object.fromEntries(
    SERVER_ROLES.flatMap((role) => {
      const port = Object.hasOwn(value, role) ? value[role] : undefined
      return isPort(port) ? [[role, port]] : []
    }),
  )
}

function violation(what: string): ShoalError {
  return new ShoalError('protocol-violation', `a nearby message: ${what}`)
}
