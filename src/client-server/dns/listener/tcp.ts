import { once } from 'node:events'
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Clock } from '../../../base/index.ts'
import { frame, FrameReader } from './frames.ts'
import {
  IDLE_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_PIPELINED,
  MAX_QUERY_BYTES,
  MAX_UNSENT_BYTES,
} from './limits.ts'
import type { Answer, DnsClient } from './answer.ts'

export interface TcpSide {
  readonly port: number
  close(): Promise<void>
}

interface TcpInit {
  readonly host: string
  readonly port: number
  readonly answer: Answer
  readonly clock: Clock
  readonly onFault: (error: unknown) => void
}

export async function listenTcp(init: TcpInit): Promise<TcpSide> {
  const connections = new Set<Connection>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const address = socket.remoteAddress
    const sameAddress = [...connections].filter((each) => each.client.address === address).length
    if (address === undefined || sameAddress >= MAX_CONNECTIONS_PER_ADDRESS) return void socket.destroy()
    const connection = new Connection(socket, init, address)
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
  })
  server.maxConnections = MAX_CONNECTIONS
  const { host, port } = init
  const bound = once(server, 'listening')
  server.listen({ host, port, ipv6Only: isIPv6(host), exclusive: true })
  await bound
  // A connection that could not be taken (no descriptors left) is that client's loss alone.
  server.on('error', init.onFault)
  return { port: (server.address() as AddressInfo).port, close: () => close(server, connections) }
}

async function close(server: Server, connections: ReadonlySet<Connection>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const connection of connections) connection.end()
  await closed
}

/** One client's connection: queries one after the other without waiting, answers as they are ready (RFC 7766 §6.2.1.1). */
class Connection {
  readonly client: DnsClient
  readonly #socket: Socket
  readonly #init: TcpInit
  readonly #reader = new FrameReader(MAX_QUERY_BYTES)
  /** What one read brought and is not begun yet: at most as much as the system hands over at once. */
  readonly #waiting: Uint8Array[] = []
  #pending = 0
  #finished = false
  #cancelIdle = (): void => {}

  constructor(socket: Socket, init: TcpInit, address: string) {
    this.client = { address, port: socket.remotePort ?? 0, transport: 'tcp' }
    this.#socket = socket
    this.#init = init
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    socket.on('end', () => this.#finish())
    socket.on('drain', () => this.#flow())
    // The other side is gone; so is what was to be said.
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#cancelIdle())
    this.#touch()
  }

  end(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    const queries = this.#reader.push(bytes)
    if (!queries) return this.end()
    // Half a query does not count: who sends one octet at a time is not kept for ever.
    if (queries.length > 0) this.#touch()
    this.#waiting.push(...queries)
    this.#flow()
  }

  async #answer(query: Uint8Array): Promise<void> {
    this.#pending++
    try {
      const reply = await this.#init.answer(query, this.client)
      if (reply !== undefined && this.#socket.writable) {
        this.#socket.write(frame(reply))
        this.#touch()
      }
    } catch (error) {
      this.#init.onFault(error)
    } finally {
      this.#pending--
      this.#flow()
    }
  }

  /** The client said its last query; what is under way is still answered. */
  #finish(): void {
    this.#finished = true
    this.#flow()
  }

  /** Begins what may be begun, and reads on only when nothing is left waiting. */
  #flow(): void {
    while (this.#waiting.length > 0 && !this.#isFull) void this.#answer(this.#waiting.shift()!)
    if (this.#waiting.length > 0 || this.#isFull) this.#socket.pause()
    else if (this.#finished && this.#pending === 0) this.#socket.end()
    else this.#socket.resume()
  }

  get #isFull(): boolean {
    return this.#pending >= MAX_PIPELINED || this.#socket.writableLength > MAX_UNSENT_BYTES
  }

  #touch(): void {
    this.#cancelIdle()
    this.#cancelIdle = this.#init.clock.after(IDLE_TIMEOUT_MS, () => this.end())
  }
}
