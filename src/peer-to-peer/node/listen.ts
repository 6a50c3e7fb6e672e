import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { createServer } from 'node:net'
import { ShoalError, systemCode } from '../../base/index.ts'
import { ipOf, tcpPortOf } from './addresses.ts'
import { DEFAULT_PORT, PORT_ATTEMPTS } from './limits.ts'

/** What a person asked for: every interface at a port (`0`: any free one), or exact multiaddresses. */
export type Listen = { port: number } | { addresses: readonly string[] } | undefined

/**
 * The multiaddresses to listen on. Without a wish: every interface, IPv4 and IPv6 at the same port, 42850 or the next
 * free one.
 * @throws ShoalError `bad-address` for what is not `/ip4|ip6/…/tcp/…`, `port-taken` when a wished port is in use.
 */
export async function listenAddresses(listen: Listen): Promise<string[]> {
  if (listen && 'addresses' in listen) return listen.addresses.map((text) => parseListen(text).toString())
  if (listen && listen.port !== 0) return everyInterface(await firstFreePort(listen.port, 1))
  return everyInterface(await firstFreePort(listen ? 0 : DEFAULT_PORT, PORT_ATTEMPTS))
}

function parseListen(text: string): Multiaddr {
  try {
    const address = multiaddr(text)
    const names = address.getComponents().map(({ name }) => name)
    if (names.length === 2 && ipOf(address) !== undefined && tcpPortOf(address) !== undefined) return address
  } catch {
    // falls through to the error below
  }
  throw new ShoalError('bad-address', `cannot listen on "${text}" (write /ip4/0.0.0.0/tcp/${DEFAULT_PORT})`, {
    data: { address: text.slice(0, 200) },
  })
}

interface FreePort {
  port: number
  ipv6: boolean
}

function everyInterface({ port, ipv6 }: FreePort): string[] {
  return ipv6 ? [`/ip4/0.0.0.0/tcp/${port}`, `/ip6/::/tcp/${port}`] : [`/ip4/0.0.0.0/tcp/${port}`]
}

async function firstFreePort(start: number, attempts: number): Promise<FreePort> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const wanted = start === 0 ? 0 : start + attempt
    const v4 = await tryPort('0.0.0.0', wanted)
    if (v4.is !== 'free') continue
    const v6 = await tryPort('::', v4.port)
    if (v6.is !== 'taken') return { port: v4.port, ipv6: v6.is === 'free' }
  }
  throw new ShoalError('port-taken', `no free TCP port from ${start} on`, { data: { port: start } })
}

type Attempt = { is: 'free'; port: number } | { is: 'taken' } | { is: 'unavailable' }

function tryPort(host: string, port: number): Promise<Attempt> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => {
      const taken = systemCode(error) === 'EADDRINUSE' || systemCode(error) === 'EACCES'
      resolve({ is: taken ? 'taken' : 'unavailable' })
    })
    server.listen({ host, port, ipv6Only: host === '::', exclusive: true }, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : port
      server.close(() => resolve({ is: 'free', port: bound }))
    })
  })
}
