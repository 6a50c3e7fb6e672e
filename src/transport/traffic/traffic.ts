import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Cleanup, withDeadline, type Clock } from '../../base/index.ts'
import {
  demultiplexTcp,
  demultiplexUdp,
  type Demuxed,
  type DemuxRule,
  type Endpoint,
} from '../demux/index.ts'
import { parseIp } from '../segments/address.ts'
import { DELIVERY_TIMEOUT_MS } from './limits.ts'

const LOOPBACK = '127.0.0.1'

export interface TrafficMessage {
  /** Which sender, which receiver: small numbers. */
  readonly from: number
  readonly to: number
  readonly text: string
}

export interface TrafficAddress {
  readonly address: string
  readonly port: number
}

export interface TrafficSocket {
  readonly id: string
  readonly local: TrafficAddress
  readonly remote: TrafficAddress | null
}

export interface SentMessage {
  readonly from: string
  /** With its number before it: what was really sent. */
  readonly text: string
  readonly source: TrafficAddress
  readonly destination: TrafficAddress
  readonly rule: DemuxRule | null
  readonly expected: string | null
  /** The socket it came out of; null when it did not. */
  readonly observed: string | null
}

export interface Traffic {
  readonly protocol: 'udp' | 'tcp'
  readonly senders: readonly TrafficSocket[]
  readonly receivers: readonly TrafficSocket[]
  readonly messages: readonly SentMessage[]
}

/** What a run of either protocol gives: its sockets, and how to send. */
interface Stage {
  readonly senders: readonly TrafficSocket[]
  readonly receivers: readonly TrafficSocket[]
  senderOf(message: TrafficMessage): TrafficSocket
  destinationOf(message: TrafficMessage): TrafficAddress
  expect(source: TrafficAddress, destination: TrafficAddress): Demuxed
  send(message: TrafficMessage, text: string): void
  /** Texts that came out of sockets. */
  readonly arrivals: Arrivals
}

/** Sends messages from several sockets at once, over loopback, and tells which socket each came out of. */
export async function runTraffic(
  protocol: 'udp' | 'tcp',
  messages: readonly TrafficMessage[],
  clock: Clock,
): Promise<Traffic> {
  const cleanup = new Cleanup()
  try {
    const stage = await (protocol === 'udp' ? openUdp(messages, cleanup) : openTcp(messages, cleanup))
    const texts = messages.map(({ text }, i) => `${i + 1}: ${text}`)
    messages.forEach((message, i) => stage.send(message, texts[i]!))
    const arrived = stage.arrivals.all(texts)
    await withDeadline(DELIVERY_TIMEOUT_MS, 'delivery', () => arrived, { clock }).catch(() => {})
    const sent = messages.map((message, i) => resultOf(stage, message, texts[i]!))
    return { protocol, senders: stage.senders, receivers: stage.receivers, messages: sent }
  } finally {
    await cleanup.run()
  }
}

function resultOf(stage: Stage, message: TrafficMessage, text: string): SentMessage {
  const from = stage.senderOf(message)
  const destination = stage.destinationOf(message)
  const expected = stage.expect(from.local, destination)
  return {
    from: from.id,
    text,
    source: from.local,
    destination,
    rule: expected.is === 'delivered' ? expected.rule : null,
    expected: expected.is === 'delivered' ? expected.socket : null,
    observed: stage.arrivals.socketOf(text),
  }
}

/** Texts that have come out of sockets so far. A stream runs them together; their numbers keep them apart. */
class Arrivals {
  readonly #received = new Map<string, string>()
  #wanted: readonly string[] = []
  #resolve: () => void = () => {}

  add(socket: string, text: string): void {
    this.#received.set(socket, (this.#received.get(socket) ?? '') + text)
    this.#look()
  }

  socketOf(text: string): string | null {
    for (const [socket, received] of this.#received) if (received.includes(text)) return socket
    return null
  }

  all(texts: readonly string[]): Promise<void> {
    this.#wanted = texts
    const done = new Promise<void>((resolve) => (this.#resolve = resolve))
    this.#look()
    return done
  }

  #look(): void {
    if (this.#wanted.every((text) => this.socketOf(text) !== null)) this.#resolve()
  }
}

async function openUdp(messages: readonly TrafficMessage[], cleanup: Cleanup): Promise<Stage> {
  const arrivals = new Arrivals()
  const sockets = new Map<string, DatagramSocket>()
  const open = async (id: string): Promise<TrafficSocket> => {
    const socket = createSocket('udp4')
    cleanup.add(() => new Promise<void>((resolve) => socket.close(resolve)))
    socket.on('message', (data) => arrivals.add(id, data.toString()))
    socket.bind(0, LOOPBACK)
    await once(socket, 'listening')
    sockets.set(id, socket)
    return { id, local: { address: LOOPBACK, port: socket.address().port }, remote: null }
  }
  const senders = await each(messages, ({ from }) => `S${from + 1}`, open)
  const receivers = await each(messages, ({ to }) => `R${to + 1}`, open)
  const models = [...senders.values(), ...receivers.values()].map(({ id, local }) => ({
    id,
    local: endpoint(local),
  }))
  const destinationOf = ({ to }: TrafficMessage): TrafficAddress => receivers.get(`R${to + 1}`)!.local
  return {
    senders: [...senders.values()],
    receivers: [...receivers.values()],
    arrivals,
    senderOf: ({ from }) => senders.get(`S${from + 1}`)!,
    destinationOf,
    expect: (source, destination) =>
      demultiplexUdp(models, { source: endpoint(source), destination: endpoint(destination) }),
    send: (message, text) => {
      const { port, address } = destinationOf(message)
      sockets.get(`S${message.from + 1}`)!.send(text, port, address)
    },
  }
}

async function openTcp(messages: readonly TrafficMessage[], cleanup: Cleanup): Promise<Stage> {
  const arrivals = new Arrivals()
  const servers = new Map<string, Server>()
  const listening = await each(
    messages,
    ({ to }) => `L${to + 1}`,
    async (id): Promise<TrafficSocket> => {
      const server = createServer().listen(0, LOOPBACK)
      await once(server, 'listening')
      cleanup.add(() => new Promise((resolve) => server.close(resolve)))
      servers.set(id, server)
      return { id, local: { address: LOOPBACK, port: (server.address() as AddressInfo).port }, remote: null }
    },
  )
  const clients = new Map<string, Socket>()
  const accepted: TrafficSocket[] = []
  const senders = await each(messages, clientName, async (id, message): Promise<TrafficSocket> => {
    const server = listening.get(`L${message.to + 1}`)!
    const taken = once(servers.get(server.id)!, 'connection') as Promise<[Socket]>
    const client = connect(server.local.port, LOOPBACK)
    client.on('error', () => {})
    await once(client, 'connect')
    const [connection] = await taken
    cleanup.add(() => void (client.destroy(), connection.destroy()))
    const local = { address: LOOPBACK, port: client.localPort! }
    // Named by what the kernel says of it, not by who we think is at the other end.
    const remote = { address: connection.remoteAddress!, port: connection.remotePort! }
    const name = `${server.id}.${accepted.filter((each) => each.id.startsWith(server.id)).length + 1}`
    connection.on('error', () => {})
    connection.setEncoding('utf8').on('data', (text: string) => arrivals.add(name, text))
    accepted.push({ id: name, local: server.local, remote })
    clients.set(id, client)
    return { id, local, remote: server.local }
  })
  const receivers = [...listening.values(), ...accepted]
  const models = receivers.map(({ id, local, remote }) =>
    remote
      ? ({ id, is: 'connected', local: endpoint(local), remote: endpoint(remote) } as const)
      : ({ id, is: 'listening', local: endpoint(local) } as const),
  )
  return {
    senders: [...senders.values()],
    receivers,
    arrivals,
    senderOf: (message) => senders.get(clientName(message))!,
    destinationOf: ({ to }) => listening.get(`L${to + 1}`)!.local,
    expect: (source, destination) =>
      demultiplexTcp(models, { source: endpoint(source), destination: endpoint(destination) }, false),
    send: (message, text) => void clients.get(clientName(message))!.write(text),
  }
}

/** A client has one connection; two servers need two clients. */
function clientName({ from, to }: TrafficMessage): string {
  return to === 0 ? `C${from + 1}` : `C${from + 1}′`
}

/** Makes one socket for each name the messages use, one after another. */
async function each(
  messages: readonly TrafficMessage[],
  nameOf: (message: TrafficMessage) => string,
  open: (name: string, message: TrafficMessage) => Promise<TrafficSocket>,
): Promise<Map<string, TrafficSocket>> {
  const sockets = new Map<string, TrafficSocket>()
  for (const message of messages.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))) {
    const name = nameOf(message)
    if (!sockets.has(name)) sockets.set(name, await open(name, message))
  }
  return sockets
}

function endpoint({ address, port }: TrafficAddress): Endpoint {
  return { address: parseIp(address), port }
}
