import { getServers } from 'node:dns'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { ServerAddress } from './types.ts'

const DNS_PORT = 53

/** The resolvers this machine is set up with; never one of `own`, or a question would go round in circles. */
export function systemResolvers(
  own: readonly ServerAddress[] = [],
  configured: readonly string[] = getServers(),
  addresses: readonly string[] = ownAddresses(),
): ServerAddress[] {
  const servers = configured.flatMap((text) => parse(text) ?? [])
  const isUs = ({ address, port }: ServerAddress): boolean =>
    own.some((us) => {
      const isThere = us.address === address || (isWildcard(us.address) && addresses.includes(address))
      return us.port === port && isThere
    })
  return servers.filter((server) => !isUs(server))
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? [])
}

/** `192.0.2.1`, `192.0.2.1:5300`, `2001:db8::1`, `[2001:db8::1]:5300`. */
function parse(text: string): ServerAddress | undefined {
  if (isIP(text) !== 0) return { address: text, port: DNS_PORT }
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? []
  const address = bracketed ?? plain
  return address !== undefined && isIP(address) !== 0 ? { address, port: Number(port) } : undefined
}
