import type { Multiaddr } from '@multiformats/multiaddr'
import { isIP } from 'node:net'
import type { NearbyCard } from '../../peer-to-peer/nearby/index.ts'
import { isLoopbackIp } from '../../peer-to-peer/node/index.ts'
import type { LaptopFacts, Ports } from './laptop-zones.ts'

/** The IP addresses and the TCP port in some multiaddresses, loopback only when there is nothing else. */
export function reachedAt(addresses: readonly Multiaddr[]): {
  addresses: string[]
  port: number | undefined
} {
  const found = addresses.map((address) => {
    const [host, transport] = address.getComponents()
    const ip = host?.value ?? ''
    return isIP(ip) === 0
      ? undefined
      : { ip, port: transport?.name === 'tcp' ? Number(transport.value) : undefined }
  })
  const known = found.filter((each) => each !== undefined)
  const ips = [...new Set(known.map(({ ip }) => ip))]
  const real = ips.filter((ip) => !isLoopbackIp(ip))
  return {
    addresses: real.length > 0 ? real : ips,
    port: known.find(({ port }) => port !== undefined)?.port,
  }
}

/** This laptop, as it knows itself. */
export function ownFacts(self: {
  peerId: string
  name: string
  addresses: readonly Multiaddr[]
  servers: Ports
  /** Where its servers listen. */
  hosts: readonly string[]
  shares: NearbyCard['shares']
}): LaptopFacts {
  const { peerId, name, servers, shares } = self
  const { addresses, port } = reachedAt(self.addresses)
  const bound = self.hosts.filter((host) => host !== '0.0.0.0' && host !== '::')
  return {
    peerId,
    name,
    addresses,
    port,
    servers,
    shares: shares.map(({ title, name: shown, link }) => ({ title: title ?? shown, link })),
    ...(bound.length > 0 && { serverAddresses: bound }),
  }
}

/** Another laptop, by its card and where it is known to be; those it is connected from come first. */
export function otherFacts(other: {
  peerId: string
  card: NearbyCard
  connectedFrom: readonly Multiaddr[]
  /** Where it says it listens. */
  listening: readonly Multiaddr[]
  isOnThisMachine: boolean
}): LaptopFacts {
  const { peerId, card, connectedFrom, listening } = other
  const { addresses } = reachedAt([...connectedFrom, ...listening])
  return {
    peerId,
    name: card.name,
    addresses,
    // A connection they opened comes from any port.
    port: reachedAt(listening).port,
    servers: card.servers,
    shares: card.shares.map(({ title, name, link }) => ({ title: title ?? name, link })),
    // Its servers may be open to this machine alone.
    ...(other.isOnThisMachine && { serverAddresses: ['127.0.0.1', ...addresses] }),
  }
}
