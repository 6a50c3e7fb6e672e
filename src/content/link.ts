import { multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'
import { ShoalError } from '../base/errors.ts'
import { isShareCid, parseShareCid } from './cid.ts'
import {
  MAX_LINK_ADDRESS_LENGTH,
  MAX_LINK_LENGTH,
  MAX_LINK_ORIGINS,
  MAX_LINK_PAIRS,
  MAX_LINK_PEERS,
  MAX_LINK_TRACKERS,
} from './limits.ts'
import { nameFault } from './names.ts'

export const LINK_SCHEME = 'shoal:'

/** What a link says. The CID alone is enough; the rest are hints, believed only as hints. */
export interface Link {
  readonly cid: CID
  /** The share's name, to show before the root is there. */
  readonly name?: string
  /** Bytes, to show before the root is there. */
  readonly size?: number
  /** Multiaddresses of peers that hold it. */
  readonly peers: readonly string[]
  /** Origins (`http://host:port`) of HTTP servers that hold it. */
  readonly origins: readonly string[]
  /** URLs of trackers that may know who does. */
  readonly trackers: readonly string[]
}

/** The grammar's pairs, decoded: `[key, value]`. */
type Pair = readonly [key: string, value: string]

/**
 * `shoal:<cid>[?key=value[&key=value]…]`, keys n, s, p, h, t; others are ignored. Strict on purpose: lower case, no
 * surrounding space, no `//`, no fragment, ASCII with percent-escapes (RFC 3986 §2.1, `+` is a plus). Throws `bad-link`.
 */
export function parseLink(text: string): Link {
  if (text.length > MAX_LINK_LENGTH) throw bad('too-long', `longer than ${MAX_LINK_LENGTH} characters`)
  if (!text.startsWith(LINK_SCHEME)) throw bad('scheme', `does not begin with ${LINK_SCHEME}`)
  const mark = text.indexOf('?')
  const cidText = text.slice(LINK_SCHEME.length, mark < 0 ? undefined : mark)
  const cid = parseShareCid(cidText)
  if (!cid) throw bad('cid', 'does not hold the CID of a share (v1, dag-cbor, sha2-256, base32)')
  const pairs = mark < 0 ? [] : text.slice(mark + 1).split('&')
  if (pairs.length > MAX_LINK_PAIRS) throw bad('too-many', `more than ${MAX_LINK_PAIRS} values`)
  return readPairs(cid, pairs.map(parsePair))
}

/** The link's one spelling: `parseLink` gives the same link back. Throws `bad-link` for what it would refuse. */
export function formatLink(link: Link): string {
  if (!isShareCid(link.cid)) throw bad('cid', 'not the CID of a share')
  const pairs: Pair[] = []
  if (link.name !== undefined) pairs.push(['n', link.name])
  if (link.size !== undefined) pairs.push(['s', String(link.size)])
  for (const peer of link.peers) pairs.push(['p', peer])
  for (const origin of link.origins) pairs.push(['h', origin])
  for (const tracker of link.trackers) pairs.push(['t', tracker])
  readPairs(link.cid, pairs)
  const query = pairs.map(([key, value]) => `${key}=${escapeValue(value)}`).join('&')
  const text = `${LINK_SCHEME}${link.cid.toString()}${query && `?${query}`}`
  if (text.length > MAX_LINK_LENGTH) throw bad('too-long', `longer than ${MAX_LINK_LENGTH} characters`)
  return text
}

function readPairs(cid: CID, pairs: readonly Pair[]): Link {
  const values = (key: string) => pairs.filter((pair) => pair[0] === key).map((pair) => pair[1])
  const name = atMostOne('n', values('n'))
  const size = atMostOne('s', values('s'))
  if (name !== undefined && nameFault(name)) throw bad('n', 'its name is not portable')
  return {
    cid,
    ...(name !== undefined && { name }),
    ...(size !== undefined && { size: parseSizeHint(size) }),
    peers: checkAll('p', values('p'), MAX_LINK_PEERS, isPeerAddress),
    origins: checkAll('h', values('h'), MAX_LINK_ORIGINS, isHttpOrigin),
    trackers: checkAll('t', values('t'), MAX_LINK_TRACKERS, isTrackerUrl),
  }
}

function parsePair(text: string): Pair {
  const match = /^([A-Za-z0-9_.~-]{1,32})=([A-Za-z0-9_.~!$'()*+,;=:@/?%-]*)$/.exec(text)
  if (!match) throw bad('pair', 'holds what is not key=value in ASCII')
  return [match[1]!, unescapeValue(match[2]!)]
}

/** decodeURIComponent is strict about escapes and UTF-8: that is what is wanted. */
function unescapeValue(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new ShoalError('bad-link', 'not a Shoal link: a percent-escape is broken', {
      data: { part: 'escape' },
      cause,
    })
  }
}

/** Escapes all but unreserved characters, `/` and `:`, so that shells, chats and mail programs leave a link whole. */
function escapeValue(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%2F/g, '/')
    .replace(/%3A/g, ':')
}

function atMostOne(key: string, values: readonly string[]): string | undefined {
  if (values.length > 1) throw bad(key, `says ${key} twice`)
  return values[0]
}

function parseSizeHint(text: string): number {
  const size = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(size)) throw bad('s', 'its size is not a whole number of bytes')
  return size
}

function checkAll(key: string, values: string[], most: number, valid: (value: string) => boolean): string[] {
  if (values.length > most) throw bad(key, `says ${key} more than ${most} times`)
  for (const value of values) {
    if (value.length > MAX_LINK_ADDRESS_LENGTH || !valid(value)) throw bad(key, `${key} holds a bad address`)
  }
  return values
}

/** Only addresses of hosts: a link must not make the app open a Unix socket. */
const HOST_PROTOCOLS: ReadonlySet<string> = new Set(['ip4', 'ip6', 'dns', 'dns4', 'dns6', 'dnsaddr'])

/** A multiaddress (https://multiformats.io/multiaddr/) that begins with an IP address or a DNS name. */
export function isPeerAddress(text: string): boolean {
  // The library lets spaces in DNS names and a slash at the end pass.
  if (!/^\/[\x21-\x7e]*[^/]$/.test(text)) return false
  try {
    const address = multiaddr(text)
    // The bytes are what is validated; text alone is only split at slashes.
    return address.bytes.length > 0 && HOST_PROTOCOLS.has(address.getComponents()[0]?.name ?? '')
  } catch {
    return false
  }
}

/** `http://host[:port]` or https, in the spelling that URL gives (RFC 6454 §6.2). */
export function isHttpOrigin(text: string): boolean {
  const url = parseHttpUrl(text)
  return url !== undefined && url.origin === text
}

/** An http(s) URL without user, query and fragment, in the spelling that URL gives; `/` alone may be left out. */
export function isTrackerUrl(text: string): boolean {
  const url = parseHttpUrl(text)
  if (!url || url.username || url.password || /[?#]/.test(text)) return false
  return url.href === text || url.origin === text
}

function parseHttpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined
}

function bad(part: string, why: string): ShoalError {
  return new ShoalError('bad-link', `not a Shoal link: ${why}`, { data: { part } })
}
