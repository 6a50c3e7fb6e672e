import { platform } from 'node:os'
import {
  isShoalError,
  ShoalError,
  systemCode,
  Turns,
  type Clock,
  type Logger,
  type Startable,
} from '../../../base/index.ts'
import { Authoritative, Zones } from '../authoritative/index.ts'
import { DnsListener } from '../listener/index.ts'
import type { Name } from '../wire/index.ts'
import type { Zone } from '../zone/index.ts'
import { composeTree, serverName, type ZoneContent } from './compose.ts'
import { FIRST_ADDED_HOST, MAX_ADDED_ZONES, TREE_NETWORK, WEB_HOST } from './limits.ts'
import { BUILT_IN, exampleContents, FIXED } from './textbook.ts'
import { openWebSite, type WebSite } from './web-site.ts'

export interface DnsTreeInit {
  readonly clock: Clock
  readonly log: Logger
  /** Zones beside those of the textbook; one of an example's name takes its place. */
  readonly contents?: readonly ZoneContent[] | undefined
  /** `ports`: one address for all, each zone at a port of its own. Chosen by the system unless given. */
  readonly layout?: 'addresses' | 'ports' | undefined
  /** Whether to try port 53, where programs look that know nothing of ours. */
  readonly wellKnownPorts?: boolean | undefined
}

/** The server of one zone. */
export interface TreeServer {
  readonly zone: Name
  readonly name: Name
  readonly address: string
  readonly port: number
}

interface Running {
  readonly origin: Name
  readonly zones: Zones
  readonly listener: DnsListener
}

const DNS_PORT = 53
const HTTP_PORT = 80
const LOOPBACK = '127.0.0.1'

/** The tree of names inside Shoal: from the root down every zone has a server of its own, on real sockets of this machine. */
export class DnsTree implements Startable {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #layout: 'addresses' | 'ports'
  readonly #wellKnownPorts: boolean
  /** What somebody put here; the textbook's zones are there without. */
  readonly #added = new Map<string, ZoneContent>()
  readonly #addresses = new Map<string, string>()
  readonly #running = new Map<string, Running>()
  #web: WebSite | undefined
  #port = 0
  #serial = 0
  readonly #turns = new Turns()

  constructor(init: DnsTreeInit) {
    this.#clock = init.clock
    this.#log = init.log
    this.#layout = init.layout ?? (platform() === 'linux' ? 'addresses' : 'ports')
    this.#wellKnownPorts = init.wellKnownPorts ?? true
    for (const content of init.contents ?? []) this.#added.set(content.origin.key, content)
  }

  /** Opens every server, or none. Throws `bad-zone` and what the system says. */
  start(): Promise<void> {
    return this.#turns.next(async () => {
      if (this.#running.size > 0) return
      try {
        await this.#open()
      } catch (error) {
        await this.#close()
        throw error
      }
    })
  }

  stop(): Promise<void> {
    return this.#turns.next(() => this.#close())
  }

  /** Every server, the root's first. */
  get servers(): TreeServer[] {
    return [...this.#running.values()].map(({ origin, listener }) => ({
      zone: origin,
      name: serverName(origin),
      address: listener.host,
      port: listener.port,
    }))
  }

  /** Where a resolver begins. */
  get root(): TreeServer {
    return this.servers[0]!
  }

  /** The web site of the example domains. */
  get web(): { readonly address: string; readonly port: number } | undefined {
    return this.#web && { address: this.#web.address, port: this.#web.port }
  }

  /** The port of a zone's server, which DNS itself cannot tell; undefined for a zone that is not of this tree. */
  portOf(zone: Name): number | undefined {
    return this.#running.get(zone.key)?.listener.port
  }

  /** A zone as it is answered from now. */
  zone(origin: Name): Zone | undefined {
    return this.#running.get(origin.key)?.zones.get(origin)
  }

  zones(): Zone[] {
    return [...this.#running.values()].flatMap(({ origin }) => this.zone(origin) ?? [])
  }

  /** Adds a zone or replaces what it holds; nothing changes when it throws (`bad-zone`, `too-large`). */
  put(content: ZoneContent): Promise<void> {
    return this.#turns.next(() => this.#change(content.origin, content))
  }

  /** Takes a zone away; one of the textbook's is as at first again. */
  remove(origin: Name): Promise<void> {
    return this.#turns.next(() => this.#change(origin, undefined))
  }

  async #change(origin: Name, content: ZoneContent | undefined): Promise<void> {
    const before = this.#added.get(origin.key)
    this.#set(origin, content)
    if (this.#running.size === 0) return
    try {
      const zones = this.#compose()
      if (content && !this.#running.has(origin.key)) await this.#openAdded(origin)
      this.#serve(zones)
    } catch (error) {
      this.#set(origin, before)
      throw error
    }
    if (!content && !BUILT_IN.some((each) => each.equals(origin))) await this.#closeServer(origin)
  }

  #set(origin: Name, content: ZoneContent | undefined): void {
    if (content) this.#added.set(origin.key, content)
    else this.#added.delete(origin.key)
  }

  /** The textbook's zones in their order, then those that were added. */
  #contents(): ZoneContent[] {
    const examples = this.#web ? exampleContents(this.#web) : []
    const known = [...examples, ...BUILT_IN.map((origin) => ({ origin, records: [] }))]
    const builtIn = BUILT_IN.map(
      (origin) => this.#added.get(origin.key) ?? known.find((each) => each.origin.equals(origin))!,
    )
    const added = [...this.#added.values()].filter((each) => !builtIn.includes(each))
    return [...builtIn, ...added]
  }

  async #open(): Promise<void> {
    this.#web = await this.#openWeb()
    const zones = this.#compose()
    await this.#openServers(zones.map(({ origin }) => origin))
    this.#serve(zones)
  }

  /** All at port 53, where that is allowed and free; else each at any port. */
  async #openServers(origins: readonly Name[]): Promise<void> {
    if (this.#wellKnownPorts && this.#layout === 'addresses') {
      try {
        for (const origin of origins) await this.#openServer(origin, DNS_PORT)
        this.#port = DNS_PORT
        return
      } catch (error) {
        if (!isKept(error)) throw error
        await this.#closeServers()
      }
    }
    this.#port = 0
    for (const origin of origins) await this.#openServer(origin, 0)
  }

  async #openAdded(origin: Name): Promise<void> {
    try {
      await this.#openServer(origin, this.#port)
    } catch (error) {
      if (this.#port === 0 || !isKept(error)) throw error
      await this.#openServer(origin, 0)
    }
  }

  async #openServer(origin: Name, port: number): Promise<void> {
    const zones = new Zones()
    const server = new Authoritative({
      zones,
      clock: this.#clock,
      log: this.#log,
      // Bound to loopback: whoever asks is on this machine.
      isTrusted: () => true,
    })
    const listener = new DnsListener({
      host: this.#addressOf(origin),
      port,
      answer: server.answer,
      clock: this.#clock,
      onFault: (error) => this.#log.warn('a zone server failed', { error }),
    })
    await listener.start()
    this.#running.set(origin.key, { origin, zones, listener })
  }

  #openWeb(): Promise<WebSite> {
    const address = this.#layout === 'addresses' ? `${TREE_NETWORK}.${WEB_HOST}` : LOOPBACK
    if (!this.#wellKnownPorts) return openWebSite(address, 0)
    return openWebSite(address, HTTP_PORT).catch((error: unknown) => {
      if (!isKept(error)) throw error
      return openWebSite(address, 0)
    })
  }

  #compose(): Zone[] {
    this.#serial = Math.max(this.#serial + 1, Math.floor(this.#clock.wallNow() / 1_000))
    return composeTree(this.#contents(), (origin) => this.#addressOf(origin), this.#serial)
  }

  #serve(zones: readonly Zone[]): void {
    for (const zone of zones) this.#running.get(zone.origin.key)?.zones.put(zone)
  }

  #addressOf(origin: Name): string {
    if (this.#layout === 'ports') return LOOPBACK
    const known = this.#addresses.get(origin.key)
    if (known) return known
    const builtIn = BUILT_IN.findIndex((each) => each.equals(origin))
    const address = `${TREE_NETWORK}.${builtIn >= 0 ? builtIn + 1 : this.#freeHost()}`
    this.#addresses.set(origin.key, address)
    return address
  }

  #freeHost(): number {
    const taken = new Set(this.#addresses.values())
    for (let host = FIRST_ADDED_HOST; host < FIRST_ADDED_HOST + MAX_ADDED_ZONES; host++)
      if (!taken.has(`${TREE_NETWORK}.${host}`)) return host
    throw new ShoalError('too-large', `at most ${MAX_ADDED_ZONES} zones can be added`)
  }

  async #close(): Promise<void> {
    await Promise.all([this.#closeServers(), this.#web?.close()])
    this.#web = undefined
  }

  async #closeServer(origin: Name): Promise<void> {
    const gone = this.#running.get(origin.key)
    this.#running.delete(origin.key)
    this.#addresses.delete(origin.key)
    await gone?.listener.stop()
  }

  async #closeServers(): Promise<void> {
    const servers = [...this.#running.values()]
    this.#running.clear()
    await Promise.all(servers.map(({ listener }) => listener.stop()))
  }
}

/** Whether a port is not ours to have: taken, or kept for the system. */
function isKept(error: unknown): boolean {
  const code = systemCode(error)
  return (
    isShoalError(error, 'port-taken') ||
    isShoalError(error, 'permission-denied') ||
    code === 'EADDRINUSE' ||
    code === 'EACCES'
  )
}

/** Zones that cannot be replaced: everything else hangs from them. */
export function isFixed(origin: Name): boolean {
  return FIXED.some((each) => each.equals(origin))
}
