import { isIP } from 'node:net'
import { errorMessage, shuffle, type Random } from '../../../base/index.ts'
import { literalAddress } from '../address/index.ts'
import { MAX_ADDRESSES_TRIED, MAX_SERVERS_TRIED } from './limits.ts'

/** What a name server said. Whatever may be different later (no answer, SERVFAIL) is a rejection instead. */
export type Lookup<T> =
  | { readonly is: 'found'; readonly records: readonly T[] }
  /** The name exists, but has no such records. */
  | { readonly is: 'none' }
  | { readonly is: 'no-such-name' }

export interface MxRecord {
  readonly preference: number
  /** Empty for a domain that takes no mail (RFC 7505). */
  readonly exchange: string
}

export interface SrvRecord {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}

/** How the queue finds its way; names without a dot at the end, aliases followed. */
export interface MailResolver {
  resolveMx(domain: string, signal?: AbortSignal): Promise<Lookup<MxRecord>>
  resolveSrv(name: string, signal?: AbortSignal): Promise<Lookup<SrvRecord>>
  /** IPv4 and IPv6 addresses. */
  resolveAddress(host: string, signal?: AbortSignal): Promise<Lookup<string>>
}

export interface Hop {
  readonly host: string
  readonly address: string
  readonly port: number
}

export type Route =
  /** Servers to try, best first. */
  | { readonly is: 'hops'; readonly hops: readonly Hop[] }
  /** It will never go there. */
  | { readonly is: 'impossible'; readonly status: string; readonly reason: string }
  /** Names or addresses cannot be found now. */
  | { readonly is: 'later'; readonly status: string; readonly reason: string }

export interface RouteInit {
  readonly resolver: MailResolver
  readonly random: Random
  /** Whether a server's name is this laptop's own. */
  readonly isSelf: (host: string) => boolean
}

const SMTP_PORT = 25

/** Finds the servers that take mail for a domain: MX by preference (RFC 5321 §5.1), their port by SRV `_smtp._tcp`, else 25. */
export async function findRoute(domain: string, init: RouteInit, signal?: AbortSignal): Promise<Route> {
  const literal = literalAddress(domain)
  if (literal !== undefined)
    return { is: 'hops', hops: [{ host: domain, address: literal, port: SMTP_PORT }] }
  try {
    const exchanges = await findExchanges(domain, init, signal)
    return 'is' in exchanges ? exchanges : await findHops(domain, exchanges, init, signal)
  } catch (error) {
    signal?.throwIfAborted()
    return later(`the name servers do not tell where mail for ${domain} goes: ${errorMessage(error)}`)
  }
}

async function findExchanges(
  domain: string,
  init: RouteInit,
  signal?: AbortSignal,
): Promise<Route | readonly string[]> {
  const answer = await init.resolver.resolveMx(domain, signal)
  if (answer.is === 'no-such-name')
    return { is: 'impossible', status: '5.1.2', reason: `there is no domain ${domain}` }
  // Without MX the domain's own address counts, with preference 0.
  if (answer.is === 'none' || answer.records.length === 0) {
    if (init.isSelf(domain)) return loops(domain)
    return [domain]
  }
  if (answer.records.some(({ exchange }) => isRoot(exchange))) return nullMx(domain, answer.records)
  const sorted = shuffle([...answer.records], init.random).toSorted((a, b) => a.preference - b.preference)
  const own = sorted.find(({ exchange }) => init.isSelf(plain(exchange)))
  // Whoever is as far from the goal as this server, or farther, would send it back.
  const better = own ? sorted.filter(({ preference }) => preference < own.preference) : sorted
  return better.length === 0 ? loops(domain) : better.map(({ exchange }) => plain(exchange))
}

/** A null MX counts only when it is alone (RFC 7505 §3). */
function nullMx(domain: string, records: readonly MxRecord[]): Route | readonly string[] {
  if (records.length === 1)
    return { is: 'impossible', status: '5.1.10', reason: `the domain ${domain} takes no mail (null MX)` }
  return records.map(({ exchange }) => plain(exchange)).filter((exchange) => exchange !== '')
}

function loops(domain: string): Route {
  return {
    is: 'impossible',
    status: '5.4.6',
    reason: `mail for ${domain} loops back to this server, which does not know it`,
  }
}

async function findHops(
  domain: string,
  exchanges: readonly string[],
  { resolver }: RouteInit,
  signal?: AbortSignal,
): Promise<Route> {
  const hops: Hop[] = []
  const failures: string[] = []
  for (const host of exchanges.slice(0, MAX_SERVERS_TRIED)) {
    try {
      hops.push(...(await hopsTo(host, resolver, signal)))
    } catch (error) {
      signal?.throwIfAborted()
      failures.push(errorMessage(error))
    }
  }
  if (hops.length > 0) return { is: 'hops', hops }
  if (failures.length > 0)
    return later(`the name servers do not tell the address of ${exchanges[0]}: ${failures[0]}`)
  return { is: 'impossible', status: '5.4.4', reason: `no mail server of ${domain} has an address` }
}

async function hopsTo(host: string, resolver: MailResolver, signal?: AbortSignal): Promise<Hop[]> {
  const services = await resolver.resolveSrv(`_smtp._tcp.${host}`, signal)
  const found = services.is === 'found' ? services.records.filter(({ target }) => !isRoot(target)) : []
  const [best] = found.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
  const target = best ? plain(best.target) : host
  const addresses = isIP(target) ? [target] : await addressesOf(target, resolver, signal)
  const port = best?.port || SMTP_PORT
  return addresses.slice(0, MAX_ADDRESSES_TRIED).map((address) => ({ host, address, port }))
}

async function addressesOf(
  host: string,
  resolver: MailResolver,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const answer = await resolver.resolveAddress(host, signal)
  return answer.is === 'found' ? answer.records.filter((address) => isIP(address) !== 0) : []
}

function later(reason: string): Route {
  return { is: 'later', status: '4.4.3', reason }
}

function isRoot(name: string): boolean {
  return name === '' || name === '.'
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
