import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorMessage, ShoalError, systemCode, type Clock, type Logger } from '../../base/index.ts'
import { configureServer, serverOptions, type ConfiguredServer } from '../../client-server/files/index.ts'
import { isPortTaken } from './ports.ts'
import type { HttpMount } from './role.ts'

/** Somebody's use of the HTTP server: some addresses at one port, and what is served there. */
export interface HttpLease {
  readonly port: number
  readonly hosts: readonly string[]
  /** Serves this from now on. */
  serve(mounts: readonly HttpMount[]): void
  close(): Promise<void>
}

/**
 * The HTTP servers of a core: one for each address and port, shared by whoever wants that address and port. Ends with
 * its last user.
 */
export class HttpHouse {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #doors = new Map<string, Door>()

  constructor(options: { clock: Clock; log: Logger }) {
    this.#clock = options.clock
    this.#log = options.log
  }

  /**
   * Listens on every host at one port, 0 for any; hosts whose address has gone are left out.
   * @param whenTaken what to do when the port is taken on one of them: a server that moves goes on without that one.
   * @throws ShoalError `bad-address` when no host is this laptop's. Rejects with EADDRINUSE.
   */
  async open(
    hosts: readonly string[],
    port: number,
    mounts: readonly HttpMount[],
    whenTaken: 'refuse' | 'leave-out' = 'refuse',
  ): Promise<HttpLease> {
    const lease = new Lease(mounts)
    try {
      let failure: unknown
      for (const host of hosts) {
        try {
          await this.#enter(lease, host, lease.doors[0]?.port ?? port)
        } catch (error) {
          if (isPortTaken(error) && whenTaken === 'refuse') throw error
          // An address that has just gone, or is not ready yet, must not keep the others away.
          failure = error
          this.#log.warn('cannot listen', { host, why: errorMessage(error) })
        }
      }
      if (lease.doors.length === 0) throw noSuchAddress(hosts, failure)
      return lease
    } catch (error) {
      await lease.close()
      throw error
    }
  }

  async #enter(lease: Lease, host: string, port: number): Promise<void> {
    const shared = port === 0 ? undefined : this.#doors.get(`${host}|${port}`)
    const door = shared ?? (await Door.open(host, port, this.#clock))
    const key = `${host}|${door.port}`
    this.#doors.set(key, door)
    door.leases.add(lease)
    lease.doors.push(door)
    lease.leave.push(async () => {
      door.leases.delete(lease)
      if (door.leases.size > 0) return
      this.#doors.delete(key)
      await door.close()
    })
  }
}

class Lease implements HttpLease {
  readonly doors: Door[] = []
  readonly leave: (() => Promise<void>)[] = []
  #mounts: readonly HttpMount[]

  constructor(mounts: readonly HttpMount[]) {
    this.#mounts = mounts
  }

  get port(): number {
    return this.doors[0]!.port
  }

  get hosts(): readonly string[] {
    return this.doors.map(({ host }) => host)
  }

  get mounts(): readonly HttpMount[] {
    return this.#mounts
  }

  serve(mounts: readonly HttpMount[]): void {
    this.#mounts = mounts
  }

  async close(): Promise<void> {
    await Promise.all(this.leave.splice(0).map((leave) => leave()))
  }
}

/** One server at one address and port. */
class Door {
  readonly host: string
  readonly leases = new Set<Lease>()
  readonly #server: Server
  readonly #configured: ConfiguredServer

  private constructor(host: string, clock: Clock) {
    this.host = host
    this.#server = createServer(serverOptions(), (request, response) => this.#answer(request, response))
    this.#configured = configureServer(this.#server, {}, clock)
  }

  static async open(host: string, port: number, clock: Clock): Promise<Door> {
    const door = new Door(host, clock)
    await new Promise<void>((resolve, reject) => {
      door.#server.once('error', reject)
      door.#server.listen({ host, port, ipv6Only: host !== '::' }, resolve)
    })
    return door
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  close(): Promise<void> {
    return this.#configured.shutdown()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    // RFC 9112 §3.2: two say two things, and a proxy before us may believe the other one.
    if ((request.headersDistinct['host']?.length ?? 0) > 1) return refuse(response, 400)
    const target = request.url ?? ''
    const fitting = [...this.leases]
      .flatMap((lease) => lease.mounts)
      .filter(({ prefix }) => prefix === '/' || target.startsWith(prefix))
      .toSorted((a, b) => b.prefix.length - a.prefix.length)
    const [best] = fitting
    if (best) return best.handler(request, response)
    refuse(response, 404)
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.on('error', () => {})
  response.writeHead(status, { 'Content-Length': 0, Connection: 'close' }).end()
}

function noSuchAddress(hosts: readonly string[], cause: unknown): unknown {
  if (systemCode(cause) !== 'EADDRNOTAVAIL') return cause
  return new ShoalError('bad-address', `this laptop has no address ${hosts.join(', ')}`, { cause })
}
