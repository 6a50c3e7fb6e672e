import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { lookup, resolveTxt } from 'node:dns/promises'
import { isIP } from 'node:net'
import { withDeadline, type AbortOptions, type Logger } from '../../base/index.ts'
import { MAX_RESOLVED_ADDRESSES, RESOLVE_TIMEOUT_MS } from './limits.ts'
import type { MultiaddrResolver } from '@libp2p/interface'

/** Turns host names into addresses. The system's resolver by default; Shoal's own DNS can take its place. */
export interface HostResolver {
  /** IP addresses of a host. */
  lookup(host: string, family: 0 | 4 | 6, options?: AbortOptions): Promise<string[]>
  /** TXT strings of a name, for `/dnsaddr`. */
  txt(name: string, options?: AbortOptions): Promise<string[]>
}

export const systemResolver: HostResolver = {
  async lookup(host, family) {
    return (await lookup(host, { family, all: true })).map(({ address }) => address)
  },
  async txt(name) {
    return (await resolveTxt(name)).map((strings) => strings.join(''))
  },
}

const FAMILIES: Readonly<Record<string, 0 | 4 | 6>> = { dns: 0, dns4: 4, dns6: 6 }

/**
 * Resolvers for libp2p's dialler. A name that does not resolve yields nothing instead of an error, because libp2p gives
 * up a peer's other addresses when one of its names fails.
 */
export function multiaddrResolvers(resolver: HostResolver, log: Logger): Record<string, MultiaddrResolver> {
  return {
    host: {
      canResolve: (address) => FAMILIES[firstName(address)] !== undefined,
      resolve: (address, options) =>
        quietly(log, options, (signal) => resolveHost(address, resolver, signal)),
    },
    dnsaddr: {
      canResolve: (address) => firstName(address) === 'dnsaddr',
      resolve: (address, options) =>
        quietly(log, options, (signal) => resolveDnsaddr(address, resolver, signal)),
    },
  }
}

function firstName(address: Multiaddr): string {
  return address.getComponents()[0]?.name ?? ''
}

async function quietly(
  log: Logger,
  { signal }: AbortOptions,
  work: (signal: AbortSignal) => Promise<Multiaddr[]>,
): Promise<Multiaddr[]> {
  try {
    const found = await withDeadline(RESOLVE_TIMEOUT_MS, 'resolving a host name', work, { signal })
    return found.slice(0, MAX_RESOLVED_ADDRESSES)
  } catch (error) {
    log.debug('a host name did not resolve', { error: String(error) })
    return []
  }
}

async function resolveHost(
  address: Multiaddr,
  resolver: HostResolver,
  signal: AbortSignal,
): Promise<Multiaddr[]> {
  const [first, ...rest] = address.getComponents()
  const ips = await resolver.lookup(first!.value ?? '', FAMILIES[first!.name]!, { signal })
  const tail = rest
    .map(({ name, value }) => (value === undefined ? `/${name}` : `/${name}/${value}`))
    .join('')
  return ips.filter((ip) => isIP(ip) !== 0).map((ip) => multiaddr(`/ip${isIP(ip)}/${ip}${tail}`))
}

/** https://github.com/multiformats/multiaddr/blob/master/protocols/DNSADDR.md: TXT `dnsaddr=<multiaddr>`. */
async function resolveDnsaddr(
  address: Multiaddr,
  resolver: HostResolver,
  signal: AbortSignal,
): Promise<Multiaddr[]> {
  const parts = address.getComponents()
  const wanted = parts.find(({ name }) => name === 'p2p')?.value
  const strings = await resolver.txt(`_dnsaddr.${parts[0]!.value}`, { signal })
  return strings
    .filter((text) => text.startsWith('dnsaddr='))
    .flatMap((text) => parseQuietly(text.slice('dnsaddr='.length)))
    .filter((found) => {
      const peer = found.getComponents().findLast(({ name }) => name === 'p2p')?.value
      return wanted === undefined || peer === wanted
    })
}

function parseQuietly(text: string): Multiaddr[] {
  try {
    return [multiaddr(text)]
  } catch {
    return []
  }
}
