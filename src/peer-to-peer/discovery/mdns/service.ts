import {
  formatIpv4,
  formatIpv6,
  fromUtf8,
  IPV4_BYTES,
  parseIpv4,
  parseIpv6,
  utf8,
} from '../../../base/index.ts'
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
  const addresses = ips.slice(0, MAX_ANNOUNCED_ADDRESSES).flatMap((ip): DnsRecord[] => {
    const bytes = parseIpv4(ip) ?? parseIpv6(ip)
    if (!bytes) return []
    const type = bytes.length === IPV4_BYTES ? 'A' : 'AAAA'
    return [{ name: host, flush: true, ttl, data: { type, bytes } }]
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
  const ips = (index.get(nameKey(server.target)) ?? []).flatMap(({ data }) => {
    if (data.type !== 'A' && data.type !== 'AAAA') return []
    return data.bytes.length === IPV4_BYTES ? formatIpv4(data.bytes) : formatIpv6(data.bytes)
  })
  const ttl = Math.min(pointer.ttl, MAX_TTL_S)
  return { peerId, port: server.port, ips: [...new Set(ips)].slice(0, MAX_ANNOUNCED_ADDRESSES), ttl }
}

function readId(strings: readonly Uint8Array[]): PeerId | undefined {
  const texts = strings.map((bytes) => fromUtf8(bytes) ?? '')
  const id = texts.find((text) => text.startsWith(ID))?.slice(ID.length)
  return texts.includes(VERSION) && id !== undefined ? parsePeerId(id) : undefined
}
