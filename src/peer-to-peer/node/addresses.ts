import { isIP } from 'node:net'
import {
  isLinkLocalIp,
  isLoopbackIp,
  subnetsContain,
  subnetsOf,
  type NetworkInterface,
} from './interfaces.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** The IP address a multiaddress begins with; undefined for names and anything else. */
export function ipOf(address: Multiaddr): string | undefined {
  const first = address.getComponents().find(({ name }) => name !== 'ip6zone')
  const value = first?.name === 'ip4' || first?.name === 'ip6' ? first.value : undefined
  return value !== undefined && isIP(value) !== 0 ? value : undefined
}

/** What a node announces, without the peer id at the end. */
export function ownAddresses(libp2p: Pick<Libp2p, 'peerId' | 'getMultiaddrs'>): Multiaddr[] {
  const end = `/p2p/${libp2p.peerId.toString()}`
  return libp2p.getMultiaddrs().map((address) => address.decapsulate(end))
}

export function tcpPortOf(address: Multiaddr): number | undefined {
  const value = address.getComponents().find(({ name }) => name === 'tcp')?.value
  return value === undefined ? undefined : Number(value)
}

/** Which of my own addresses somebody should type first: hardware before software, IPv4 before IPv6, loopback last. */
export function sortForPeople(
  addresses: readonly Multiaddr[],
  interfaces: readonly NetworkInterface[],
): Multiaddr[] {
  const kinds = new Map(
    interfaces.flatMap((each) => each.addresses.map((a) => [a.address, each.kind] as const)),
  )
  const rank = (address: Multiaddr): number => {
    const ip = ipOf(address)
    if (ip === undefined) return 0
    if (isLoopbackIp(ip)) return 90
    const kind = kinds.get(ip)
    const base = kind === 'virtual' ? 40 : kind === 'other' || kind === undefined ? 20 : 10
    return base + (isLinkLocalIp(ip) ? 5 : 0) + (isIP(ip) === 6 ? 1 : 0)
  }
  return stableSort(addresses, rank)
}

/**
 * The order in which a peer's addresses are dialled, one after the other: those on a network of ours first, because
 * any other may swallow packets until the time-out.
 */
export function sortForDialling<T extends { multiaddr: Multiaddr }>(
  addresses: readonly T[],
  interfaces: readonly NetworkInterface[],
): T[] {
  const usable = interfaces.filter((each) => !each.excluded && each.kind !== 'loopback')
  const real = subnetsOf(usable.filter(({ kind }) => kind !== 'virtual'))
  const virtual = subnetsOf(usable.filter(({ kind }) => kind === 'virtual'))
  const rank = ({ multiaddr }: T): number => {
    const ip = ipOf(multiaddr)
    if (ip === undefined) return 3
    if (isLoopbackIp(ip)) return 5
    if (isLinkLocalIp(ip)) return 4
    if (subnetsContain(real, ip)) return 0
    return subnetsContain(virtual, ip) ? 1 : 2
  }
  return stableSort(addresses, rank)
}

function stableSort<T>(items: readonly T[], rank: (item: T) => number): T[] {
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
