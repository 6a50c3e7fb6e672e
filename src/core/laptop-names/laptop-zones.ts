import { isIP } from 'node:net'
import { domainToUnicode } from 'node:url'
import {
  addressRecord,
  mxRecord,
  nsRecord,
  serverName,
  SHOAL_INTERNAL,
  srvRecord,
  txtRecord,
  type ZoneContent,
} from '../../client-server/dns/tree/index.ts'
import type { Name, ResourceRecord } from '../../client-server/dns/wire/index.ts'
import type { ServerRole } from '../../peer-to-peer/nearby/index.ts'
import { utf8 } from '../../base/index.ts'
import type { LaptopName } from '../../contract/index.ts'
import { distinctLabels, labelOf } from './labels.ts'
import {
  LAPTOP_TTL,
  MAX_LAPTOP_ADDRESSES,
  MAX_LAPTOPS,
  MAX_TOLD_LINK_BYTES,
  MAX_TOLD_SHARES,
} from './limits.ts'

/** Ports of what it serves. */
export type Ports = { readonly [role in ServerRole]?: number | undefined }

/** What is known of a laptop, this one or another. */
export interface LaptopFacts {
  readonly peerId: string
  readonly name: string
  /** IP addresses, the best first. */
  readonly addresses: readonly string[]
  /** Where it speaks libp2p by TCP. */
  readonly port: number | undefined
  readonly servers: Ports
  /** Where its mail and its DNS server are reached, when that is not where it is reached otherwise. */
  readonly serverAddresses?: readonly string[] | undefined
  /** Shares it lists openly. */
  readonly shares: readonly { readonly title: string; readonly link: string }[]
}

/** The zones that laptops make. */
export interface LaptopZones {
  /** `shoal.internal`: delegations to those that answer for their own name, records of the rest. */
  readonly everybody: ZoneContent
  /** This laptop's own zone. */
  readonly own: ZoneContent
  /** The name of each laptop, by peer id. */
  readonly names: ReadonlyMap<string, Name>
  /** The names for people, this laptop's first. */
  readonly told: readonly LaptopName[]
  /** Ports of the servers delegated to, by the key of the zone: DNS itself cannot tell them. */
  readonly ports: ReadonlyMap<string, number>
}

/** Makes the zones of who is here. */
export function laptopZones(self: LaptopFacts, others: readonly LaptopFacts[]): LaptopZones {
  const all = [self, ...others.filter(({ peerId }) => peerId !== self.peerId).slice(0, MAX_LAPTOPS)]
  const labels = distinctLabels(all.map(({ peerId, name }) => ({ key: peerId, name })))
  const names = new Map(all.map(({ peerId }) => [peerId, SHOAL_INTERNAL.child(labels.get(peerId)!)]))
  const records: ResourceRecord[] = []
  const ports = new Map<string, number>()
  for (const laptop of all.slice(1)) {
    const name = names.get(laptop.peerId)!
    const { dns } = laptop.servers
    if (dns === undefined || laptop.addresses.length === 0) records.push(...recordsOf(laptop, name))
    else {
      ports.set(name.key, dns)
      records.push(nsRecord(name, serverName(name), LAPTOP_TTL))
      records.push(...addressRecords(serverName(name), laptop.serverAddresses ?? laptop.addresses))
    }
  }
  const own = names.get(self.peerId)!
  return {
    everybody: { origin: SHOAL_INTERNAL, records },
    own: { origin: own, records: recordsOf(self, own) },
    names,
    ports,
    told: all.map((laptop) => toldName(laptop, self, names.get(laptop.peerId)!, ports)),
  }
}

function toldName(
  { peerId, name }: LaptopFacts,
  self: LaptopFacts,
  origin: Name,
  ports: ReadonlyMap<string, number>,
): LaptopName {
  const host = origin.toString().slice(0, -1)
  return {
    peerId,
    name,
    host,
    shownHost: domainToUnicode(host),
    isSelf: peerId === self.peerId,
    isSecond: host.split('.')[0] !== labelOf(name),
    isDelegated: ports.has(origin.key),
  }
}

/** What a laptop's name leads to: where it is, how to speak with it, what it shares, where its mail goes. */
export function recordsOf(laptop: LaptopFacts, name: Name): ResourceRecord[] {
  const { peerId, addresses, port, servers, shares } = laptop
  const service = name.child('_tcp').child('_shoal')
  const records = addressRecords(name, addresses)
  if (port !== undefined) records.push(srvRecord(service, port, name, LAPTOP_TTL))
  records.push(txtRecord(service, [`peer=${peerId}`], LAPTOP_TTL))
  // With everything a dialler needs, the port and who is to answer (multiaddr's DNSADDR).
  for (const address of port === undefined ? [] : usable(addresses))
    records.push(txtRecord(name.child('_dnsaddr'), [dnsaddr(address, port!, peerId)], LAPTOP_TTL))
  if (servers.http !== undefined)
    records.push(srvRecord(name.child('_tcp').child('_http'), servers.http, name, LAPTOP_TTL))
  const told = shares.filter(({ link }) => utf8(link).length <= MAX_TOLD_LINK_BYTES).slice(0, MAX_TOLD_SHARES)
  // The link is what counts, and a reader joins the strings of a record; so it stands alone.
  for (const { link } of told) records.push(txtRecord(name.child('_shares'), [link], LAPTOP_TTL))
  return [...records, ...mailRecords(laptop, name)]
}

function mailRecords(
  { addresses, serverAddresses, servers: { smtp } }: LaptopFacts,
  name: Name,
): ResourceRecord[] {
  if (smtp === undefined) return []
  const host = name.child('mail')
  return [
    mxRecord(name, 10, host, LAPTOP_TTL),
    srvRecord(host.child('_tcp').child('_smtp'), smtp, host, LAPTOP_TTL),
    ...addressRecords(host, serverAddresses ?? addresses),
  ]
}

/** A link-local address says nothing without its interface. */
function usable(addresses: readonly string[]): string[] {
  const real = addresses
    .filter((address) => !/^fe[89ab]/i.test(address))
    .map((address) => address.split('%')[0]!)
  return [...new Set(real)].slice(0, MAX_LAPTOP_ADDRESSES)
}

function dnsaddr(address: string, port: number, peerId: string): string {
  return `dnsaddr=/ip${isIP(address)}/${address}/tcp/${port}/p2p/${peerId}`
}

function addressRecords(name: Name, addresses: readonly string[]): ResourceRecord[] {
  return usable(addresses).map((address) => addressRecord(name, address, LAPTOP_TTL))
}
