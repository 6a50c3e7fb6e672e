import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import dnsPacket from 'dns-packet'
import { describe, expect } from 'vitest'
import { APART, it, type Laptop } from './room.ts'

interface Step {
  server: string
  port: number
  question: string
  rcode: string
  ms: number
  cached: boolean
}

interface Dug {
  answers: { name: string; type: string; ttl: number; data: string }[]
  steps: Step[]
  rcode: string
  page?: { url: string; status: number; address: string; port: number }
}

async function dig(laptop: Laptop, ...args: string[]): Promise<Dug> {
  const [line] = await laptop.ask('dig', ...args)
  return line as unknown as Dug
}

const A = { type: 'query', id: 4711, flags: dnsPacket.RECURSION_DESIRED } as const

function queryFor(name: string): Buffer {
  return dnsPacket.encode({ ...A, questions: [{ type: 'A', name }] })
}

async function askByUdp(port: number, name: string): Promise<dnsPacket.DecodedPacket> {
  const socket = createSocket('udp4')
  try {
    const answered = once(socket, 'message')
    socket.send(queryFor(name), port, '127.0.0.1')
    const [bytes] = (await answered) as [Buffer]
    return dnsPacket.decode(bytes)
  } finally {
    socket.close()
  }
}

async function askByTcp(port: number, name: string): Promise<dnsPacket.DecodedPacket> {
  const query = queryFor(name)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(query.length)
  const socket = createConnection(port, '127.0.0.1')
  socket.end(Buffer.concat([length, query]))
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part as Buffer)
  return dnsPacket.decode(Buffer.concat(parts).subarray(2))
}

const addressesOf = (packet: dnsPacket.DecodedPacket): unknown[] =>
  packet.answers!.flatMap((answer) => (answer.type === 'A' ? [answer.data] : []))

describe('shoal dig', () => {
  it('walks down from the root to the page, and the second time comes from the cache of the running core', async ({
    room,
  }) => {
    const laptop = room.laptop('laptop', { core: APART })
    const server = laptop.run('server', '--only', 'dns', '--dns-port', '0', '--json', ...APART)
    const ready = await server.event('ready')
    const tree = ready['tree'] as { zone: string; address: string; port: number }[]
    const { dns } = ready['ports'] as { dns: number }
    const cold = await dig(laptop, 'www.example.com', '--trace')
    expect(cold.answers).toMatchObject([{ name: 'www.example.com.', type: 'A', data: expect.any(String) }])
    expect(cold.page).toMatchObject({ status: 200, address: cold.answers[0]!.data })
    expect(cold.steps.every(({ cached }) => !cached)).toBe(true)
    expect(cold.steps.map(({ question }) => question)).toEqual([
      'com. A',
      'example.com. A',
      'www.example.com. A',
    ])
    for (const [i, zone] of ['.', 'com.', 'example.com.'].entries()) {
      const { address, port } = tree.find((one) => one.zone === zone)!
      expect(cold.steps[i]).toMatchObject({ server: address, port, rcode: 'NOERROR', ms: expect.any(Number) })
    }
    const warm = await dig(laptop, 'WWW.example.com')
    expect(warm.answers[0]!.data).toBe(cold.answers[0]!.data)
    expect(warm.answers[0]!.ttl).toBeLessThanOrEqual(cold.answers[0]!.ttl)
    expect(warm.steps).toMatchObject([{ cached: true, port: dns, rcode: 'NOERROR' }])

    // Any other program asks the same resolver, by UDP and by TCP.
    for (const ask of [askByUdp, askByTcp]) {
      const reply = await ask(dns, 'www.example.com')
      expect(reply).toMatchObject({ id: 4711, rcode: 'NOERROR', flag_ra: true, flag_aa: false })
      expect(addressesOf(reply)).toEqual([cold.answers[0]!.data])
    }
    expect(await askByUdp(dns, 'nobody.example.net')).toMatchObject({ rcode: 'NXDOMAIN', answers: [] })
    expect(await server.interrupt()).toBe(130)
  })

  it('starts what it needs when no core runs, and says what there is not', async ({ room }) => {
    const laptop = room.laptop('laptop')
    const gone = await dig(laptop, 'nobody.example.net', 'MX', ...APART)
    expect(gone).toMatchObject({ rcode: 'NXDOMAIN', answers: [] })
    expect(gone.steps.at(-1)).toMatchObject({ rcode: 'NXDOMAIN', cached: false })
    const bad = laptop.run('dig', 'www..example.com', '--json', ...APART)
    expect(await bad.exit()).toBe(2)
    expect(bad.lines).toMatchObject([{ event: 'error', code: 'bad-domain-name' }])
  })
})
