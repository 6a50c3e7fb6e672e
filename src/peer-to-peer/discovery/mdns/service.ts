import { isIP } from 'node:net'
import { fromUtf8, utf8 } from '../../../base/index.ts'
import { parsePeerId } from '../multiaddrs.ts'
import { nameKey, sameName, type DnsMessage, type DnsName, type DnsRecord } from './dns-message.ts'
import { MAX_ANNOUNCED_ADDRESSES, MAX_TTL_S } from './limits.ts'
import type { PeerId } from '@libp2p/interface'

/** The service type (RFC 6763 §7): what is announced is a TCP port. */
export const SERVICE: DnsName = ['_shoal', '_tcp', 'local']

/** The record format; other versions are ignored. */
const VERSION = 'v=1'
const ID = 'id='

/** What one laptop says about itself on one interface: who it is and where to connect. Never what it shares. */
export interface Announcement {
  readonly peerId: PeerId
  readonly port: number
  /** IP addresses without zone. */
  readonly ips: readonly string[]
  /** Seconds; 0 is a goodbye. */
  readonly ttl: number
}

/**
 * The instance's label and host name: DNS ignores case and a peer id does not, so the peer id itself stands in TXT. The
 * end of a peer id is its random part; probing for uniqueness (RFC 6762 §8.1) is not needed for it.
 */
export function labelOf(peerId: PeerId): string {
  return peerId.toString().slice(-20).toLowerCase()
}

export function instanceName(label: string): DnsName {
  return [label, ...SERVICE]
}

/** The pointer alone, as it stands in answers and among known answers. */
export function pointerRecord(label: string, ttl: number): DnsRecord {
  return { name: SERVICE, flush: false, ttl, data: { type: 'PTR', name: instanceName(label) } }
}

/** SRV, TXT and addresses. Each packet carries all of them, so that nobody must ask twice. */
export function detailRecords({ peerId, port, ips, ttl }: Announcement): DnsRecord[] {
  const label = labelOf(peerId)
  const name = instanceName(label)
  const host = [label, 'local']
  const strings = [utf8(VERSION), utf8(ID + peerId.toString())]
  const addresses = ips.slice(0, MAX_ANNOUNCED_ADDRESSES).map((ip): DnsRecord => {
    const bytes = ipBytes(ip)
    return { name: host, flush: true, ttl, data: { type: bytes.length === 4 ? 'A' : 'AAAA', bytes } }
  })
  return [
    { name, flush: true, ttl, data: { type: 'SRV', port, target: host } },
    { name, flush: true, ttl, data: { type: 'TXT', strings } },
    ...addresses,
  ]
}

/** The announcements a response holds; incomplete ones, other services and other versions are left out. */
export function readAnnouncements(message: DnsMessage): Announcement[] {
  const records = [...message.answers, ...message.additionals]
  const index = new Map<string, DnsRecord[]>()
  for (const record of records) {
    const key = nameKey(record.name)
    const list = index.get(key)
    if (list) list.push(record)
    else index.set(key, [record])
  }
  return labelsIn(records).flatMap((pointer) => readAnnouncement(pointer, index) ?? [])
}

/** Labels of our service that PTR records point to, with their TTL; each once. */
export function labelsIn(records: readonly DnsRecord[]): { label: string; ttl: number }[] {
  const labels = new Map<string, { label: string; ttl: number }>()
  for (const { name, data, ttl } of records) {
    if (data.type !== 'PTR' || !sameName(name, SERVICE)) continue
    const [label, ...service] = data.name
    if (label !== undefined && sameName(service, SERVICE)) labels.set(nameKey([label]), { label, ttl })
  }
  return [...labels.values()]
}

function readAnnouncement(
  pointer: { label: string; ttl: number },
  index: ReadonlyMap<string, readonly DnsRecord[]>,
): Announcement | undefined {
  const about = (index.get(nameKey(instanceName(pointer.label))) ?? []).map(({ data }) => data)
  const server = about.find((data) => data.type === 'SRV')
  const peerId = about.map((data) => (data.type === 'TXT' ? readId(data.strings) : undefined)).find(Boolean)
  if (!server || !peerId || server.port === 0 || nameKey([labelOf(peerId)]) !== nameKey([pointer.label]))
    return undefined
  const ips = (index.get(nameKey(server.target)) ?? []).flatMap(({ data }) =>
    data.type === 'A' || data.type === 'AAAA' ? (ipText(data.bytes) ?? []) : [],
  )
  const ttl = Math.min(pointer.ttl, MAX_TTL_S)
  return { peerId, port: server.port, ips: [...new Set(ips)].slice(0, MAX_ANNOUNCED_ADDRESSES), ttl }
}

function readId(strings: readonly Uint8Array[]): PeerId | undefined {
  const texts = strings.map((bytes) => fromUtf8(bytes) ?? '')
  const id = texts.find((text) => text.startsWith(ID))?.slice(ID.length)
  return texts.includes(VERSION) && id !== undefined ? parsePeerId(id) : undefined
}

/** Bytes of an address in text; the text must be one. */
export function ipBytes(ip: string): Uint8Array {
  if (isIP(ip) === 4) return Uint8Array.from(ip.split('.').map(Number))
  const [head = '', tail] = embedIpv4(ip).split('::')
  const groups = (text: string | undefined): string[] => (text ? text.split(':') : [])
  const left = groups(head)
  const right = groups(tail)
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  const all = tail === undefined ? left : [...left, ...zeros, ...right]
  return Uint8Array.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  )
}

/** `::ffff:1.2.3.4` with its last part in hexadecimal. */
function embedIpv4(ip: string): string {
  const match = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(ip)
  if (!match) return ip
  const [a, b, c, d] = match.slice(2).map(Number)
  return `${match[1]}${((a! << 8) | b!).toString(16)}:${((c! << 8) | d!).toString(16)}`
}

export function ipText(bytes: Uint8Array): string | undefined {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16))
  // The URL parser writes an address in its one canonical form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
