import { getServers } from 'node:dns'
import { isIP } from 'node:net'
import type { ServerAddress } from './types.ts'

const DNS_PORT = 53

/** The resolvers this machine is set up with; never one of `own`, or a question would go round in circles. */
export function systemResolvers(
  own: readonly ServerAddress[] = [],
  configured: readonly string[] = getServers(),
): ServerAddress[] {
  const servers = configured.flatMap((text) => parse(text) ?? [])
  return servers.filter(({ address, port }) => !own.some((us) => us.address === address && us.port === port))
}

/** `192.0.2.1`, `192.0.2.1:5300`, `2001:db8::1`, `[2001:db8::1]:5300`. */
function parse(text: string): ServerAddress | undefined {
  if (isIP(text) !== 0) return { address: text, port: DNS_PORT }
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? []
  const address = bracketed ?? plain
  return address !== undefined && isIP(address) !== 0 ? { address, port: Number(port) } : undefined
}
