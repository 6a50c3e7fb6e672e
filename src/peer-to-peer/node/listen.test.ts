import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { listenAddresses } from './listen.ts'
import { DEFAULT_PORT } from './limits.ts'

describe('where a node listens', () => {
  const servers: Server[] = []

  afterEach(async () => {
    const closed = servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))
    await Promise.all(closed)
  })

  async function occupy(host: string, port: number): Promise<number> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, ipv6Only: true, exclusive: true }, () => resolve())
    })
    servers.push(server)
    return (server.address() as { port: number }).port
  }

  const portOf = (address: string) => Number(address.split('/')[4])

  it('is every interface at a default port, or the next that is free', async () => {
    const [first] = await listenAddresses(undefined)
    expect(first).toMatch(/^\/ip4\/0\.0\.0\.0\/tcp\/\d+$/)
    expect(portOf(first!)).toBeGreaterThanOrEqual(DEFAULT_PORT)
    await occupy('0.0.0.0', portOf(first!))
    const [second] = await listenAddresses(undefined)
    expect(portOf(second!)).toBeGreaterThan(portOf(first!))
  })

  it('is the same port for IPv4 and IPv6', async () => {
    const ports = (await listenAddresses({ port: 0 })).map(portOf)
    expect(new Set(ports).size).toBe(1)
    expect(ports[0]).toBeGreaterThan(0)
  })

  it('is not a wished port that somebody has', async () => {
    const port = await occupy('0.0.0.0', 0)
    await expect(listenAddresses({ port })).rejects.toMatchObject({ code: 'port-taken', data: { port } })
  })

  it('is exactly the addresses asked for', async () => {
    const addresses = ['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/5']
    expect(await listenAddresses({ addresses })).toEqual(addresses)
  })

  it.each([
    '',
    '127.0.0.1:5',
    '/ip4/127.0.0.1',
    '/ip4/127.0.0.1/udp/5',
    '/dns4/a/tcp/5',
    '/ip4/127.0.0.1/tcp/5/ws',
  ])('is not %j', async (address) => {
    await expect(listenAddresses({ addresses: [address] })).rejects.toMatchObject({ code: 'bad-address' })
  })
})
