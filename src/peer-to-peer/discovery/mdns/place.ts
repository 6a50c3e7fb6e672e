import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { BlockList, isIP } from 'node:net'
import { RECORD_TTL_S } from './limits.ts'
import type { Announcement } from './service.ts'
import type { PeerId } from '@libp2p/interface'

/** An interface as the node lists it. */
export interface MdnsInterface {
  readonly name: string
  readonly excluded: boolean
  readonly addresses: readonly {
    readonly address: string
    readonly family: 4 | 6
    /** Bits. */
    readonly prefix: number
    readonly scopeId: number
  }[]
}

/** One interface and IP version to speak on, and what to say there. */
export interface Place {
  /** Changes with everything that needs a new socket or a new announcement. */
  readonly key: string
  readonly name: string
  readonly family: 4 | 6
  readonly address: string
  readonly scopeId: number
  readonly subnets: BlockList
  readonly own: Announcement
}

/** Where to speak on one interface: nowhere when no connections are accepted there. */
export function placesOn(
  each: MdnsInterface,
  listening: readonly { ip: string; port: number }[],
  self: PeerId,
): Place[] {
  const own = announcementOn(each, listening, self)
  if (!own) return []
  const subnets = new BlockList()
  for (const { address, prefix, family } of each.addresses) {
    subnets.addSubnet(address.split('%')[0]!, prefix, family === 4 ? 'ipv4' : 'ipv6')
  }
  return ([4, 6] as const).flatMap((family) => {
    const first = each.addresses.find((address) => address.family === family)
    if (!first) return []
    const { address, scopeId } = first
    const key = JSON.stringify([family, each.name, each.addresses, own.ips, own.port])
    return [{ key, name: each.name, family, address, scopeId, subnets, own }]
  })
}

/** An SRV record has one port: should IPv4 and IPv6 differ, the first is announced and identify tells the other. */
function announcementOn(
  each: MdnsInterface,
  listening: readonly { ip: string; port: number }[],
  self: PeerId,
): Announcement | undefined {
  const addresses = new Set(each.addresses.map(({ address }) => address))
  const here = listening.filter(({ ip }) => addresses.has(ip))
  const port = here[0]?.port
  if (port === undefined) return undefined
  const ips = here.filter((address) => address.port === port).map(({ ip }) => ip)
  return { peerId: self, port, ips, ttl: RECORD_TTL_S }
}

/**
 * Where to dial a peer that was heard: at the address it spoke from, then those it names, and of all these only what lies
 * in the interface's own networks. Otherwise one packet could send everyone here to a stranger's address.
 */
export function dialable(found: Announcement, from: string, place: Pick<Place, 'subnets'>): Multiaddr[] {
  const ips = [...new Set([from, ...found.ips])]
  return ips
    .filter((ip) => isHere(ip, place.subnets))
    .map((ip) => multiaddr(`/ip${isIP(ip)}/${ip}/tcp/${found.port}`))
}

function isHere(ip: string, subnets: BlockList): boolean {
  const family = isIP(ip)
  // Link-local IPv6 needs a zone, which libp2p cannot dial.
  if (family === 0 || /^fe[89ab]/i.test(ip)) return false
  return subnets.check(ip, family === 4 ? 'ipv4' : 'ipv6')
}
