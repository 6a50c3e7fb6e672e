import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { errorMessage, toShoalError, type Clock, type Logger } from '../../../base/index.ts'
import { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, STOP_GRACE_MS } from './limits.ts'
import { Wire, WireClosed } from './wire.ts'

export interface LineServerInit {
  readonly clock: Clock
  readonly log: Logger
  /** Serves one connection to its end. What it throws ends that connection alone. */
  readonly serve: (wire: Wire) => Promise<void>
  /** Said to whom there is no room for. */
  readonly busy: string
  readonly maxConnections?: number | undefined
  readonly maxConnectionsPerAddress?: number | undefined
}

export interface ListenAddress {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
}

/** Accepts connections, a bounded number, and runs a session on each. */
export class LineServer {
  readonly #init: LineServerInit
  readonly #servers: Server[] = []
  readonly #sessions = new Map<Wire, Promise<void>>()
  readonly #perAddress = new Map<string, number>()

  constructor(init: LineServerInit) {
    this.#init = init
  }

  get connections(): number {
    return this.#sessions.size
  }

  /** Listens at one more address; gives the port. Throws `port-taken`, `permission-denied`. */
  async listen({ host, port }: ListenAddress): Promise<number> {
    const options = { noDelay: true, keepAlive: true, allowHalfOpen: true }
    const server = createServer(options, (socket) => this.#accept(socket))
    try {
      server.listen(port, host)
      await once(server, 'listening')
    } catch (error) {
      throw toShoalError(error)
    }
    server.on('error', (error) => this.#init.log.warn('the listener failed', { error: errorMessage(error) }))
    this.#servers.push(server)
    return (server.address() as AddressInfo).port
  }

  /** Takes no more connections, lets sessions say goodbye, and closes those that do not. */
  async stop(): Promise<void> {
    const closed = this.#servers.splice(0).map((server) => {
      server.close()
      return once(server, 'close')
    })
    const sessions = [...this.#sessions.values()]
    for (const wire of this.#sessions.keys()) wire.stop()
    const cancel = this.#init.clock.after(STOP_GRACE_MS, () => this.#destroyAll())
    await Promise.all(sessions)
    cancel()
    this.#destroyAll()
    await Promise.all(closed)
  }

  #accept(socket: Socket): void {
    const address = socket.remoteAddress ?? 'unknown'
    const { maxConnections = MAX_CONNECTIONS } = this.#init
    const { maxConnectionsPerAddress = MAX_CONNECTIONS_PER_ADDRESS } = this.#init
    const ofAddress = this.#perAddress.get(address) ?? 0
    if (this.#sessions.size >= maxConnections || ofAddress >= maxConnectionsPerAddress) {
      socket.on('error', () => {})
      // Destroyed once it is written: whoever was refused keeps no connection.
      return void socket.end(this.#init.busy, () => socket.destroy())
    }
    this.#perAddress.set(address, ofAddress + 1)
    const wire = new Wire(socket, this.#init.clock)
    socket.once('close', () => this.#forget(wire, address))
    this.#sessions.set(wire, this.#run(wire))
  }

  async #run(wire: Wire): Promise<void> {
    try {
      await this.#init.serve(wire)
      wire.close()
    } catch (error) {
      // A defect of ours or of the other side: this session ends, the process and the others do not.
      if (!(error instanceof WireClosed))
        this.#init.log.warn('a session failed', { error: errorMessage(error) })
      wire.destroy()
    }
  }

  #forget(wire: Wire, address: string): void {
    this.#sessions.delete(wire)
    const left = (this.#perAddress.get(address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(address, left)
    else this.#perAddress.delete(address)
  }

  #destroyAll(): void {
    for (const wire of this.#sessions.keys()) wire.destroy()
  }
}
