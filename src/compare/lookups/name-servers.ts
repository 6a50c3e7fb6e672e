import { Cleanup, type Clock, type Logger, type Random } from '../../base/index.ts'
import { Authoritative, Zones } from '../../client-server/dns/authoritative/index.ts'
import { DnsListener } from '../../client-server/dns/listener/index.ts'
import {
  createExchange,
  Resolver,
  type Exchange,
  type NameServer,
} from '../../client-server/dns/resolver/index.ts'
import {
  addressRecord,
  composeTree,
  nsRecord,
  SHOAL_INTERNAL,
  type ZoneContent,
} from '../../client-server/dns/tree/index.ts'
import { Name, question, TYPE, type ResourceRecord } from '../../client-server/dns/wire/index.ts'
import type { Zone } from '../../client-server/dns/zone/index.ts'
import type { Sample } from './sample.ts'

/** From the root down. */
const ORIGINS = [Name.root, Name.parse('internal.'), SHOAL_INTERNAL]
const LOOPBACK = '127.0.0.1'
const DNS_PORT = 53

/** A server of one zone: in the tree it has an address of its own, behind which is a socket of this machine. */
interface Server {
  readonly address: string
  readonly zones: Zones
  listener: DnsListener | undefined
}

export interface NameServersInit {
  /** Names there are: `laptop-0` … in `shoal.internal`. */
  readonly names: number
  /** Servers of each zone, all with the same content. */
  readonly servers: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** The way down to laptops' names on real sockets: several servers of each zone, each to be switched off. */
export class NameServers {
  readonly #init: NameServersInit
  readonly #servers: Server[] = []
  readonly #byAddress = new Map<string, Server>()
  readonly #exchange: Exchange
  readonly #cleanup = new Cleanup()

  private constructor(init: NameServersInit) {
    this.#init = init
    this.#exchange = createExchange(init)
  }

  static async open(init: NameServersInit): Promise<NameServers> {
    const servers = new NameServers(init)
    try {
      for (const [level, zone] of treeOf(init).entries()) await servers.#openZone(level, zone)
      return servers
    } catch (error) {
      await servers.stop()
      throw error
    }
  }

  get count(): number {
    return this.#servers.length
  }

  /** Closes the sockets of these servers, and no others. */
  async switchOff(isOff: (server: number) => boolean): Promise<void> {
    for (const [i, server] of this.#servers.entries()) {
      if (isOff(i)) await closeServer(server)
      else await this.#openServer(server)
    }
  }

  /** A local DNS server that knows nothing yet. */
  localServer(): LocalServer {
    const { clock, random } = this.#init
    let messages = 0
    const exchange: Exchange = async (server, asked, options) => {
      messages++
      const reply = await this.#exchange(this.#socketOf(server.address), asked, options)
      messages++
      return reply
    }
    const roots = rootsOf(this.#init.servers)
    const resolver = new Resolver({ exchange, roots, clock, random, portOf: () => DNS_PORT })
    return {
      find: async (name) => {
        const before = messages
        const { outcome, steps, ms } = await resolver.resolve(question(nameOf(name), TYPE.A))
        const rounds = steps.filter(({ transport }) => transport !== 'cache').length
        return { found: outcome.is === 'records', messages: messages - before, rounds, ms }
      },
    }
  }

  stop(): Promise<void> {
    return this.#cleanup.run()
  }

  async #openZone(level: number, zone: Zone): Promise<void> {
    for (let i = 0; i < this.#init.servers; i++) {
      const zones = new Zones()
      zones.put(zone)
      const server: Server = { address: addressOf(level, i), zones, listener: undefined }
      this.#servers.push(server)
      this.#byAddress.set(server.address, server)
      this.#cleanup.add(() => closeServer(server))
      await this.#openServer(server)
    }
  }

  async #openServer(server: Server): Promise<void> {
    if (server.listener) return
    const { clock, log } = this.#init
    const { answer } = new Authoritative({ zones: server.zones, clock, log, isTrusted: () => true })
    const onFault = (error: unknown): void => log.warn('a name server failed', { error })
    server.listener = new DnsListener({ host: LOOPBACK, port: 0, answer, clock, onFault })
    await server.listener.start()
  }

  /** Of a server that is off, a port where nobody listens. */
  #socketOf(address: string): { address: string; port: number } {
    return { address: LOOPBACK, port: this.#byAddress.get(address)?.listener?.port ?? 1 }
  }
}

/** Who asks for others, and remembers. */
export interface LocalServer {
  find(name: number): Promise<Sample>
}

async function closeServer(server: Server): Promise<void> {
  await server.listener?.stop()
  server.listener = undefined
}

function nameOf(laptop: number): Name {
  return SHOAL_INTERNAL.child(`laptop-${laptop}`)
}

/** Addresses of the tree; what is asked of them goes to sockets of this machine. */
function addressOf(level: number, server: number): string {
  return `10.53.${level}.${server + 1}`
}

function serverName(origin: Name, server: number): Name {
  return origin.child(`ns${server + 1}`)
}

function rootsOf(servers: number): NameServer[] {
  return Array.from({ length: servers }, (_, i) => ({
    name: serverName(Name.root, i),
    addresses: [{ address: addressOf(0, i), port: DNS_PORT }],
  }))
}

function treeOf({ names, servers, clock }: NameServersInit): Zone[] {
  const contents = ORIGINS.map((origin, level): ZoneContent => {
    const records: ResourceRecord[] = []
    for (let i = 0; i < servers; i++) {
      const name = serverName(origin, i)
      records.push(nsRecord(origin, name), addressRecord(name, addressOf(level, i)))
    }
    return { origin, records }
  })
  const laptops = Array.from({ length: names }, (_, i) =>
    addressRecord(nameOf(i), `10.0.${i >> 8}.${i & 255}`),
  )
  const last = contents.at(-1)!
  const all = [...contents.slice(0, -1), { origin: last.origin, records: [...last.records, ...laptops] }]
  return composeTree(all, () => LOOPBACK, Math.floor(clock.wallNow() / 1_000))
}
