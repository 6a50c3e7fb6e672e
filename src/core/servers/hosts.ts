import { isIP } from 'node:net'
import { ShoalError } from '../../base/index.ts'
import type { Reach } from '../../contract/index.ts'
import { isLinkLocalIp, isLoopbackIp, type NetworkInterface } from '../../peer-to-peer/node/index.ts'

const LOOPBACK = '127.0.0.1'
/** The order in which people most likely mean them. */
const RANK = ['ethernet', 'wifi', 'other', 'virtual', 'loopback']

/**
 * The IP addresses a server binds, the best to tell others first.
 * @param listen multiaddresses of `--listen`: they name the interfaces that are meant.
 * @throws ShoalError `bad-address`.
 */
export function hostsOf(
  reach: Reach,
  interfaces: readonly NetworkInterface[],
  listen: readonly string[] | undefined,
): string[] {
  switch (reach.is) {
    case 'this-laptop':
      return [LOOPBACK]
    case 'address':
      if (isIP(reach.host) === 0)
        throw new ShoalError('bad-address', `not an IP address: "${reach.host.slice(0, 64)}"`)
      return [reach.host]
    case 'network':
      return networkHosts(interfaces, listen)
  }
}

function networkHosts(
  interfaces: readonly NetworkInterface[],
  listen: readonly string[] | undefined,
): string[] {
  const named = listen?.flatMap((text) => /^\/ip[46]\/([^/]+)/.exec(text)?.[1] ?? []) ?? []
  const real = realAddresses(interfaces)
  if (named.length === 0) return real.length > 0 ? real : [LOOPBACK]
  const hosts = named.flatMap((host) => (isWildcard(host) ? ofFamily(real, isIP(host)) : [host]))
  const reachable = hosts.filter((host) => !isLoopbackIp(host))
  // Loopback leads nobody here: told only when it is all there is.
  return [...new Set(reachable.length > 0 ? reachable : hosts.length > 0 ? hosts : [LOOPBACK])]
}

/** Addresses of the used interfaces that other machines can type. */
function realAddresses(interfaces: readonly NetworkInterface[]): string[] {
  return interfaces
    .filter(({ kind, excluded }) => kind !== 'loopback' && !excluded)
    .toSorted((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind))
    .flatMap(({ addresses }) => addresses.toSorted((a, b) => a.family - b.family))
    .map(({ address }) => address)
    .filter((address) => !isLinkLocalIp(address) && !isLoopbackIp(address))
}

/** The origins under which a server bound to `hosts` is reached, the best first. */
export function originsOf(
  hosts: readonly string[],
  port: number,
  interfaces: readonly NetworkInterface[],
): string[] {
  const all = hosts.flatMap((host) => {
    if (!isWildcard(host)) return [host]
    const real = realAddresses(interfaces)
    // `::` takes IPv4 too.
    const reached = host === '::' ? real : ofFamily(real, 4)
    return reached.length > 0 ? reached : [LOOPBACK]
  })
  return [...new Set(all)].map((host) => originOf(host, port))
}

export function originOf(host: string, port: number): string {
  const shown = isIP(host) === 6 ? `[${host.split('%')[0]}]` : host
  return new URL(`http://${shown}:${port}`).origin
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function ofFamily(addresses: readonly string[], family: number): string[] {
  return addresses.filter((address) => isIP(address) === family)
}
