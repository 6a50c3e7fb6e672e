import { isIP, type LookupFunction } from 'node:net'
import { callbackify } from 'node:util'
import { ShoalError } from '../base/index.ts'
import type { HostResolver } from '../peer-to-peer/node/index.ts'

/** A resolver in the form Node's sockets ask for: every name of a link, tracker or server goes this one way. */
export function lookupWith(resolver: HostResolver): LookupFunction {
  const resolve = callbackify(resolveHost)
  return (host, options, callback) => {
    resolve(resolver, host, options.family, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const found = addresses.map((address) => ({ address, family: isIP(address) }))
      if (options.all) callback(null, found)
      else callback(null, found[0]!.address, found[0]!.family)
    })
  }
}

/** IP addresses of a host, which may be one itself. Throws `name-not-found`. */
async function resolveHost(
  resolver: HostResolver,
  host: string,
  family: number | 'IPv4' | 'IPv6' | undefined,
): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  const wanted = family === 4 || family === 'IPv4' ? 4 : family === 6 || family === 'IPv6' ? 6 : 0
  const found = (await resolver.lookup(host, wanted)).filter((address) => isIP(address) !== 0)
  if (found.length > 0) return found
  throw new ShoalError('name-not-found', `no address of ${host.slice(0, 200)} is known`)
}
