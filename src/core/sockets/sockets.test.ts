import { createServer } from 'node:http'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive } from '../../../scripts/lib/ending.js'
import { systemClock, systemRandom } from '../../base/index.ts'
import type { ConnectionsView, LabPlanView, LabView, SegmentRequest } from '../../contract/index.ts'
import { MAX_LABS } from '../../transport/lab/index.ts'
import { socketsRouter } from '../api/sockets.ts'
import { createTestnet, shareWhen, type Testnet } from '../testnet.ts'
import { socketFacts } from './facts.ts'
import { SocketRoom } from './socket-room.ts'

let room: SocketRoom
let client: ReturnType<typeof clientOf>
const stops: AbortController[] = []

function clientOf(sockets: SocketRoom) {
  return createRouterClient(socketsRouter({ sockets }))
}

beforeEach(() => {
  room = new SocketRoom({ clock: systemClock, random: systemRandom })
  room.start()
  client = clientOf(room)
})
afterEach(async () => {
  for (const stop of stops.splice(0)) stop.abort()
  await room.stop()
})

const PLAN: LabPlanView = {
  reach: 'loopback',
  program: 'echo',
  domain: 'PF_INET',
  type: 'SOCK_STREAM',
  address: '127.0.0.1',
  port: 0,
  backlog: 5,
  lines: { client: ['hello'], server: [] },
}

/** A lab that is watched: the latest view, and a wait for one that is as wanted. */
async function openLab(plan: LabPlanView) {
  const stop = new AbortController()
  stops.push(stop)
  const views = (await client.lab.open(plan, { signal: stop.signal }))[Symbol.asyncIterator]()
  const until = async (wanted: (view: LabView) => boolean): Promise<LabView> => {
    for (;;) {
      const { value, done } = await views.next()
      if (done) throw new Error('the lab was closed')
      if (wanted(value)) return value
    }
  }
  return { first: await until(() => true), until, close: () => void stop.abort(), views }
}

/** Whose turn it is: the client's once the server waits for it. */
function turnOf({ ends }: LabView): LabView['ends'][number] | undefined {
  const waits = ends[0]!.steps.some(({ call, state }) => call.call === 'accept' && state.is !== 'running')
  return ends.toReversed().find(({ role, next }) => next && (role === 'server' || waits))
}

function isOver({ ends }: LabView): boolean {
  return ends.every(({ steps, descriptors, next }) => steps.length > 0 && descriptors.length === 0 && !next)
}

describe('a lab', () => {
  it('plays a whole conversation by taking each next call', async () => {
    const { first, until } = await openLab(PLAN)
    const called: Record<string, string[]> = { server: [], client: [] }
    let view = first
    while (!isOver(view)) {
      const turn = turnOf(view)
      if (turn) {
        called[turn.id]!.push(turn.next!.call)
        const { step } = await client.lab.call({ lab: view.lab, end: turn.id, call: turn.next! })
        view = await until(({ ends }) => {
          const state = ends.find(({ id }) => id === turn.id)!.steps[step]?.state.is
          return state !== undefined && state !== 'running'
        })
      } else view = await until(() => true)
    }
    expect(called['server']!.join(' ')).toBe('socket bind listen accept read write read close close')
    expect(called['client']!.join(' ')).toBe('socket connect write read close')
    const { code } = await client.lab.code({ lab: view.lab, end: 'client', language: 'c' })
    expect(code).toContain('write(sockfd, "hello", sizeof "hello" - 1)')
  })

  it('ends when nobody watches it any more, and with the core', async () => {
    const lab = await openLab(PLAN)
    await client.lab.call({
      lab: lab.first.lab,
      end: 'server',
      call: { call: 'socket', domain: 'PF_INET', type: 'SOCK_STREAM', protocol: 0 },
    })
    const { ends } = await lab.until(({ ends }) => ends[0]!.process.is === 'running')
    const { pid } = ends[0]!.process as { pid: number }
    expect(room.labs.size).toBe(1)
    lab.close()
    await lab.views.next().catch(() => {})
    await expect.poll(() => room.labs.size).toBe(0)
    await expect.poll(() => isAlive(pid)).toBe(false)
    await expect(client.lab.interrupt({ lab: lab.first.lab, end: 'server' })).rejects.toThrow(/closed/)
  })

  it('is refused beyond the number there is room for', async () => {
    for (let i = 0; i < MAX_LABS; i++) await openLab(PLAN)
    await expect(openLab(PLAN)).rejects.toThrow(/at most/)
  })

  it('offers loopback alone until it is asked for more', async () => {
    expect((await openLab(PLAN)).first.addresses).toEqual({ PF_INET: ['127.0.0.1'], PF_INET6: ['::1'] })
    const { addresses } = (await openLab({ ...PLAN, reach: 'network' })).first
    expect(addresses.PF_INET[0]).toBe('0.0.0.0')
    expect(addresses.PF_INET6.at(-1)).toBe('::1')
  })
})

const REQUEST: SegmentRequest = {
  protocol: 'udp',
  source: { address: '192.168.0.31', port: 20 },
  destination: { address: '192.168.0.30', port: 10 },
  message: 'Hi',
}

describe('a segment', () => {
  it('is shown field by field, with the checksum worked by sender and receiver', async () => {
    const view = await client.segment(REQUEST)
    expect(view.sent).toBe('0014000a000a35c54869')
    expect(view.sender.complement).toBe(0x35c5)
    expect(view.receiver.sum).toBe(0xffff)
    expect(view.sender.steps.map(({ part }) => part)).toEqual([
      ...Array<string>(6).fill('pseudo-header'),
      ...Array<string>(4).fill('header'),
      'data',
    ])
    expect(view).toMatchObject({ verdict: 'good', delivered: 'Hi', arrived: view.sent })
  })

  it.each(['udp', 'tcp'] as const)(
    'with flipped bits is caught, unless the flips cancel (%s)',
    async (protocol) => {
      const { blindSpot } = await client.segment({ ...REQUEST, protocol })
      expect(await client.segment({ ...REQUEST, protocol, flips: [0] })).toMatchObject({
        verdict: 'bad',
        delivered: null,
      })
      const fooled = await client.segment({ ...REQUEST, protocol, flips: blindSpot! })
      expect(fooled.verdict).toBe('good')
      expect(fooled.arrived).not.toBe(fooled.sent)
      expect(fooled.receiver.sum).toBe(0xffff)
    },
  )

  it('whose length is broken is malformed, and one without a checksum is taken over IPv4', async () => {
    expect((await client.segment({ ...REQUEST, flips: [32] })).verdict).toBe('malformed')
    expect((await client.segment({ ...REQUEST, checksum: 'none' })).verdict).toBe('absent')
    const six = { source: { address: '::1', port: 1 }, destination: { address: '::2', port: 2 } }
    await expect(client.segment({ ...REQUEST, ...six, checksum: 'none' })).rejects.toThrow(/8200/)
    await expect(client.segment({ ...REQUEST, source: six.source })).rejects.toThrow(/do not go together/)
  })

  it('becomes a capture of what was sent and what arrived', async () => {
    const bytes = (text: string): number => Buffer.from(text, 'base64').length
    const sent = await client.capture(REQUEST)
    const both = await client.capture({ ...REQUEST, flips: [70] })
    expect(Buffer.from(sent.pcapng, 'base64').subarray(0, 4).toString('hex')).toBe('0a0d0d0a')
    expect(bytes(both.pcapng)).toBeGreaterThan(bytes(sent.pcapng))
  })
})

describe('the app’s own connections', () => {
  let net: Testnet
  beforeEach(async () => {
    net = await createTestnet(2)
  })
  afterEach(() => net.stop())

  it('tell purpose, role, bytes and streams of a connection between two laptops', async () => {
    const [first, second] = net.laptops as [Testnet['laptops'][number], Testnet['laptops'][number]]
    const [address] = first.core.network().addresses as [string]
    await second.core.connect(address)
    const api = createRouterClient(socketsRouter({ sockets: second.core.sockets }))
    const stop = new AbortController()
    for await (const view of await api.connections({}, { signal: stop.signal })) {
      const port = Number(/tcp\/(\d+)/.exec(address)![1])
      const link = view.connections.find(({ remote, role }) => remote?.port === port && role === 'client')
      if (!link || link.streams.length === 0) continue
      expect(view.process.pid).toBe(process.pid)
      expect(link).toMatchObject({ purpose: 'peers', state: 'ESTABLISHED', protocol: 'tcp' })
      expect(link.sent).toBeGreaterThan(0)
      expect(link.received).toBeGreaterThan(0)
      break
    }
    stop.abort()
  })
})

describe('lanes', () => {
  let net: Testnet
  beforeEach(async () => {
    net = await createTestnet(2)
  })
  afterEach(() => net.stop())

  it('are told apart from other connections, at the end that opened one and at the end that took it', async () => {
    const [source, receiver] = net.laptops as [Testnet['laptops'][number], Testnet['laptops'][number]]
    const path = join(source.home, 'film.bin')
    await writeFile(path, systemRandom.bytes(8 * 1024 * 1024))
    const id = await source.core.shares.add(path, { openly: false })
    const { link } = await shareWhen(source, id, ({ state, link }) => state.is === 'serving' && link !== null)
    await receiver.core.shares.download(link!, { to: receiver.downloads, mode: 'p2p', peers: [] })
    const stop = new AbortController()
    const roles = new Set<string>()
    for (const { core } of [source, receiver]) {
      const api = createRouterClient(socketsRouter({ sockets: core.sockets }))
      for await (const view of await api.connections({}, { signal: stop.signal })) {
        const lanes = view.connections.filter(({ purpose, remote }) => purpose === 'lane' && remote)
        for (const { role } of lanes) roles.add(role!)
        if (lanes.length > 0) break
      }
    }
    stop.abort()
    expect([...roles].toSorted()).toEqual(['client', 'server'])
  })
})

describe('what sockets are for', () => {
  it('follows from the ports of the rooms, and from both ends of a connection to oneself', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    room.setFacts(() =>
      socketFacts({
        addresses: () => ['/ip4/127.0.0.1/tcp/4001/p2p/x'],
        links: () => [],
        lanePort: () => 0,
        servers: () => ({ ports: { http: port, dns: 5300 }, tree: [] }),
        origins: () => ['http://192.168.0.7'],
        dns: () => [],
        nameOf: () => undefined,
      }),
    )
    const stop = new AbortController()
    stops.push(stop)
    const views = await client.connections({}, { signal: stop.signal })
    const { value } = (await views[Symbol.asyncIterator]().next()) as { value: ConnectionsView }
    const mine = value.connections.filter(({ local, remote }) => local.port === port || remote?.port === port)
    expect(mine.map(({ purpose, role, state }) => [purpose, role, state].join(' ')).toSorted()).toEqual([
      'http client ESTABLISHED',
      'http server ESTABLISHED',
      'http server LISTEN',
    ])
    socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
})
