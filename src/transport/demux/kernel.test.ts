import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom, shuffle, type Random } from '../../base/index.ts'
import { formatIp, parseIp } from '../segments/index.ts'
import { demultiplexTcp, demultiplexUdp, type Endpoint, type TcpSocket, type UdpSocket } from './index.ts'

/*
 * The model against the kernel: sockets are made on loopback with chance addresses, and every datagram and connection must
 * arrive at the very socket the model names. 127.0.0.0/8 is wholly this host on Linux; elsewhere only 127.0.0.1 is.
 */
const V4 = process.platform === 'linux' ? ['127.0.0.1', '127.0.0.2', '127.0.0.3'] : ['127.0.0.1']
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

const endpoint = (address: string, port: number): Endpoint => ({ address: parseIp(address), port })

interface RealUdp {
  readonly model: UdpSocket
  readonly socket: Datagrams
}

async function openUdp(options: {
  id: string
  address: string
  port: number
  ipv6Only?: boolean
  remote?: Endpoint
}): Promise<RealUdp> {
  const { id, address, port, ipv6Only = false, remote } = options
  const type = address.includes(':') ? 'udp6' : 'udp4'
  // Shared ports, so that specific and wildcard sockets stand side by side.
  const socket = createSocket({ type, reuseAddr: true, ...(ipv6Only ? { ipv6Only } : {}) })
  closers.push(async () => socket.close())
  socket.bind(port, address)
  await once(socket, 'listening')
  if (remote) {
    socket.connect(remote.port, formatIp(remote.address))
    await once(socket, 'connect')
  }
  const local = endpoint(address, socket.address().port)
  return { socket, model: { id, local, ...(remote ? { remote } : {}), ...(ipv6Only ? { ipv6Only } : {}) } }
}

/** Sends and waits for whoever gets it; the same text sent to a known socket last tells when nobody did. */
async function deliver(
  all: readonly RealUdp[],
  from: RealUdp,
  to: Endpoint,
  text: string,
): Promise<string[]> {
  const got: string[] = []
  const remove = all.map(({ socket, model }) => {
    const listener = (data: Buffer): void => void (data.toString() === text && got.push(model.id))
    socket.on('message', listener)
    return () => socket.off('message', listener)
  })
  await new Promise((resolve) => from.socket.send(text, to.port, formatIp(to.address), resolve))
  // Loopback delivers in the sender's own system call: a datagram sent later arrives later.
  await flush()
  for (const each of remove) each()
  return got
}

/** Every receiver has read what lay in its socket: each of two turns of the event loop polls all of them. */
async function flush(): Promise<void> {
  const probe = createSocket('udp4')
  probe.bind(0, '127.0.0.1')
  await once(probe, 'listening')
  for (let turn = 0; turn < 2; turn++) {
    const arrived = once(probe, 'message')
    probe.send('probe', probe.address().port, '127.0.0.1')
    await arrived
  }
  probe.close()
}

describe('UDP demultiplexing is the kernel’s', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('for every datagram to sockets bound by chance (%i)', async (seed) => {
    const random = seededRandom(seed)
    const sender = await openUdp({ id: 'sender', address: '127.0.0.1', port: 0 })
    const second = await openUdp({ id: 'second', address: V4.at(-1)!, port: 0 })
    const receivers = await openReceivers(random, sender.model.local)
    const all = [...receivers, sender, second]
    const models = all.map(({ model }) => model)
    const ports = [...new Set(receivers.map(({ model }) => model.local.port))]
    let arrived = 0
    for (const from of [sender, second]) {
      for (const port of ports) {
        for (const address of V4) {
          const to = endpoint(address, port)
          const expected = demultiplexUdp(models, { source: from.model.local, destination: to })
          const got = await deliver(all, from, to, `${seed} ${from.model.id} ${address} ${port}`)
          expect(got, JSON.stringify({ to, models })).toEqual(
            expected.is === 'delivered' ? [expected.socket] : [],
          )
          arrived += got.length
        }
      }
    }
    expect(arrived).toBeGreaterThan(0)
  })

  it('over IPv6: the exact address before the wildcard, and IPv4 only for a dual-stack one', async () => {
    const any = await openUdp({ id: 'any', address: '::', port: 0, ipv6Only: true })
    const { port } = any.model.local
    const one = await openUdp({ id: 'one', address: '::1', port })
    const four = await openUdp({ id: 'four', address: '0.0.0.0', port })
    const sender6 = await openUdp({ id: 'sender6', address: '::1', port: 0 })
    const sender4 = await openUdp({ id: 'sender4', address: '127.0.0.1', port: 0 })
    const dual = await openUdp({ id: 'dual', address: '::', port: 0 })
    const all = [any, one, four, sender6, sender4, dual]
    const models = all.map(({ model }) => model)
    for (const [from, to] of [
      [sender6, endpoint('::1', port)],
      [sender4, endpoint('127.0.0.1', port)],
      [sender4, endpoint('127.0.0.1', dual.model.local.port)],
      [sender6, endpoint('::1', dual.model.local.port)],
    ] as const) {
      const expected = demultiplexUdp(models, { source: from.model.local, destination: to })
      const got = await deliver(all, from, to, `${formatIp(to.address)} ${to.port}`)
      expect(got).toEqual(expected.is === 'delivered' ? [expected.socket] : 'somebody')
    }
  })
})

/** On each of a few ports, a chance choice of wildcard, specific and connected sockets, opened in a chance order. */
async function openReceivers(random: Random, sender: Endpoint): Promise<RealUdp[]> {
  const receivers: RealUdp[] = []
  for (let group = 0; group < 3; group++) {
    const address = V4[random.below(V4.length)]!
    // Opened before or after the unconnected socket of its address: it wins either way.
    const connected = ['before', 'after', 'never'][group === 0 ? 0 : random.below(3)]
    const open = async (name: string, port: number, at = address, remote?: Endpoint): Promise<number> => {
      const receiver = await openUdp({
        id: `${group} ${name}`,
        address: at,
        port,
        ...(remote ? { remote } : {}),
      })
      receivers.push(receiver)
      return receiver.model.local.port
    }
    let port = connected === 'before' ? await open('connected', 0, address, sender) : 0
    port = await open('exact', port)
    const others = shuffle(
      ['0.0.0.0', ...V4].filter((other) => other !== address),
      random,
    )
    for (const other of others.slice(0, random.below(others.length + 1))) await open(other, port, other)
    if (connected === 'after') await open('connected', port, address, sender)
  }
  return receivers
}

async function listen(address: string, port: number, ipv6Only = false): Promise<Server> {
  const server = createServer({ pauseOnConnect: false })
  server.listen({ host: address, port, ipv6Only })
  await once(server, 'listening')
  closers.push(() => new Promise((resolve) => server.close(resolve)))
  return server
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** Connects to an address, and gives both ends and the server that took it. */
async function open(
  servers: ReadonlyMap<string, Server>,
  to: Endpoint,
  from: string,
): Promise<{ by: string; client: Socket; accepted: Socket }> {
  const taken = Promise.race(
    [...servers].map(async ([id, server]) => {
      const [accepted] = (await once(server, 'connection')) as [Socket]
      return { id, accepted }
    }),
  )
  const client = connect({ host: formatIp(to.address), port: to.port, localAddress: from })
  await once(client, 'connect')
  const { id, accepted } = await taken
  accepted.setEncoding('utf8')
  closers.push(async () => void (client.destroy(), accepted.destroy()))
  return { by: id, client, accepted }
}

describe('TCP demultiplexing is the kernel’s', () => {
  it('a SYN goes to the server of its address, or to the one of any address', async () => {
    const servers = new Map<string, Server>()
    const models: TcpSocket[] = []
    const add = async (id: string, address: string, port: number): Promise<number> => {
      const server = await listen(address, port, address === '::')
      servers.set(id, server)
      const ipv6Only = address === '::' ? { ipv6Only: true } : {}
      models.push({ id, is: 'listening', local: endpoint(address, portOf(server)), ...ipv6Only })
      return portOf(server)
    }
    const shared = await add('exact', V4[0]!, 0)
    if (V4.length > 1) await add('other', V4[1]!, shared)
    const wildcard = await add('any', '0.0.0.0', 0)
    await add('six', '::', wildcard)
    const targets = [endpoint(V4[0]!, shared), endpoint(V4.at(-1)!, wildcard), endpoint('::1', wildcard)]
    if (V4.length > 1) targets.push(endpoint(V4[1]!, shared))
    for (const to of targets) {
      const from = to.address.length === 4 ? '127.0.0.1' : '::1'
      const { by, client } = await open(servers, to, from)
      const arrival = { source: endpoint(from, client.localPort!), destination: to }
      expect(demultiplexTcp(models, arrival, true)).toMatchObject({ is: 'delivered', socket: by })
    }
  })

  it('bytes go to the connection with their 4-tuple, though all of them have the server’s address and port', async () => {
    const server = await listen('127.0.0.1', 0)
    const to = endpoint('127.0.0.1', portOf(server))
    const models: TcpSocket[] = [{ id: 'listening', is: 'listening', local: to }]
    const ends: { client: Socket; accepted: Socket; arrival: { source: Endpoint; destination: Endpoint } }[] =
      []
    for (let i = 0; i < 6; i++) {
      const { client, accepted } = await open(new Map([['s', server]]), to, V4[i % V4.length]!)
      const source = endpoint(V4[i % V4.length]!, client.localPort!)
      models.push({ id: `connection ${i}`, is: 'connected', local: to, remote: source })
      ends.push({ client, accepted, arrival: { source, destination: to } })
    }
    for (const [i, { client, arrival }] of ends.entries()) {
      const expected = demultiplexTcp(models, arrival, false)
      expect(expected).toEqual({ is: 'delivered', socket: `connection ${i}`, rule: 'four-tuple' })
      const arrived = Promise.race(
        ends.map(async ({ accepted }, j) => [j, ((await once(accepted, 'data')) as [string])[0]]),
      )
      client.write(`from ${i}`)
      expect(await arrived).toEqual([i, `from ${i}`])
    }
  })

  it('a segment for nobody is answered with RST', async () => {
    const server = await listen('127.0.0.1', 0)
    const to = endpoint('127.0.0.1', portOf(server))
    await new Promise((resolve) => server.close(resolve))
    const source = endpoint('127.0.0.1', 1)
    expect(demultiplexTcp([], { source, destination: to }, true)).toEqual({ is: 'refused', answer: 'reset' })
    const client = connect({ host: '127.0.0.1', port: to.port })
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
  })
})

describe('the model', () => {
  const sender = endpoint('10.0.0.9', 5000)
  const listening = { id: 'l', is: 'listening', local: endpoint('::', 80) } as const

  it('gives a dual-stack server IPv4 connections, and one for IPv6 alone none', () => {
    const arrival = { source: sender, destination: endpoint('10.0.0.1', 80) }
    expect(demultiplexTcp([listening], arrival, true)).toMatchObject({ socket: 'l', rule: 'any-address' })
    expect(demultiplexTcp([{ ...listening, ipv6Only: true }], arrival, true).is).toBe('refused')
  })

  it('never gives a listening socket a segment that opens nothing', () => {
    const arrival = { source: sender, destination: endpoint('10.0.0.1', 80) }
    expect(demultiplexTcp([listening], arrival, false)).toEqual({ is: 'refused', answer: 'reset' })
  })

  it('keeps a connected UDP socket from everybody but its peer', () => {
    const local = endpoint('10.0.0.1', 53)
    const socket = { id: 'u', local, remote: sender }
    expect(demultiplexUdp([socket], { source: sender, destination: local }).is).toBe('delivered')
    const other = { address: sender.address, port: 5001 }
    expect(demultiplexUdp([socket], { source: other, destination: local })).toEqual({
      is: 'refused',
      answer: 'port-unreachable',
    })
  })
})
