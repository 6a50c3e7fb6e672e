import {
  Cleanup,
  Emitter,
  Later,
  ShoalError,
  type AbortOptions,
  type Clock,
  type Logger,
  type Random,
  type Startable,
} from '../../base/index.ts'
import { DnsListener, type Answer } from '../../client-server/dns/listener/index.ts'
import {
  createExchange,
  createResolverService,
  Resolver,
  systemResolvers,
  type CacheLine,
  type Resolution,
  type ServerAddress,
} from '../../client-server/dns/resolver/index.ts'
import {
  DnsTree,
  isFixed,
  SHOAL_INTERNAL,
  type DnsTreeInit,
  type ZoneContent,
} from '../../client-server/dns/tree/index.ts'
import type { Name, Question } from '../../client-server/dns/wire/index.ts'
import { formatZone } from '../../client-server/dns/zone/index.ts'
import type { LaptopName } from '../../contract/index.ts'
import { MAX_RECENT, MAX_TOLD_PORTS, VIEW_EVERY_MS } from './limits.ts'
import { isOwnName } from './own-names.ts'
import { contentOf, ZoneFiles } from './zone-files.ts'

export interface NameSystemInit {
  readonly home: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Whether names outside our own tree may be asked of the system's resolvers. */
  readonly asksOthers: () => boolean
  readonly tree?: Pick<DnsTreeInit, 'layout' | 'wellKnownPorts'> | undefined
  readonly upstream?: (() => readonly ServerAddress[]) | undefined
}

/** A resolution and when it was done, milliseconds since 1970. */
export interface Resolved extends Resolution {
  readonly doneAt: number
}

interface Running {
  readonly tree: DnsTree
  readonly resolver: Resolver
  readonly answer: Answer
}

const DNS_PORT = 53

/**
 * Names through servers: the tree from the root down and the resolver that walks it, for this laptop's own questions and,
 * when it is told to listen, for those of others. It starts with the first question.
 */
export class NameSystem implements Startable {
  readonly events = new Emitter<{ changed: void }>()
  readonly clock: Clock
  readonly #init: NameSystemInit
  readonly #log: Logger
  readonly #files: ZoneFiles
  readonly #cleanup = new Cleanup()
  readonly #listeners = new Set<DnsListener>()
  readonly #recent: Resolved[] = []
  /** Where other laptops' servers listen, which DNS cannot tell. */
  readonly #toldPorts = new Map<string, number>()
  /** Zones that are made of who is here, and the ports of the servers they delegate to, by the key of the zone. */
  #laptops: ReadonlyMap<string, ZoneContent> = new Map()
  #laptopsText = ''
  #laptopNames: readonly LaptopName[] = []
  #laptopPorts: ReadonlyMap<string, number> = new Map()
  #answerFirst: Answer = () => undefined
  #running: Running | undefined
  #starting: Promise<Running> | undefined
  #isStopped = false
  #revision = 0
  readonly #announcing: Later

  constructor(init: NameSystemInit) {
    this.#init = init
    this.clock = init.clock
    this.#log = init.log.child('names')
    const work = (): void => this.events.emit('changed', undefined)
    this.#announcing = new Later({ clock: init.clock, waitMs: VIEW_EVERY_MS, work })
    this.#files = new ZoneFiles(init.home, this.#log)
  }

  async start(): Promise<void> {
    await this.#use()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#starting?.catch(() => {})
    this.#announcing.stop()
    for (const listener of this.#listeners) await listener.stop()
    this.#listeners.clear()
    await this.#cleanup.run()
    this.#running = undefined
    this.events.clear()
  }

  /** What laptops are called, this one first. */
  get laptops(): readonly LaptopName[] {
    return this.#laptopNames
  }

  /** The tree while it runs. */
  get tree(): DnsTree | undefined {
    return this.#running?.tree
  }

  /** Where others may ask. */
  get listening(): ServerAddress[] {
    return [...this.#listeners].map(({ host, port }) => ({ address: host, port }))
  }

  get revision(): number {
    return this.#revision
  }

  /** The latest first. */
  get recent(): readonly Resolved[] {
    return this.#recent
  }

  get upstream(): { allowed: boolean; servers: readonly ServerAddress[] } {
    return { allowed: this.#init.asksOthers(), servers: this.#upstreamServers() }
  }

  async resolve(question: Question, options: AbortOptions = {}): Promise<Resolution> {
    const { resolver } = await this.#use()
    return resolver.resolve(question, options)
  }

  /** Opens the resolver to others at one address. Throws `port-taken`, `permission-denied` or `bad-address`. */
  async listen(host: string, port: number): Promise<DnsListener> {
    const { answer } = await this.#use()
    const { clock } = this.#init
    const onFault = (error: unknown): void => this.#log.warn('an answer failed', { error })
    const listener = new DnsListener({
      host,
      port,
      answer: (query, client) => this.#answerFirst(query, client) ?? answer(query, client),
      clock,
      onFault,
    })
    await listener.start()
    this.#listeners.add(listener)
    this.changed()
    return listener
  }

  async closeListener(listener: DnsListener): Promise<void> {
    if (this.#listeners.delete(listener)) this.changed()
    await listener.stop()
  }

  /** Serves the zones of laptops, instead of those it was given before. */
  async setLaptops(
    contents: readonly ZoneContent[],
    ports: ReadonlyMap<string, number>,
    told: readonly LaptopName[],
  ): Promise<void> {
    await this.#starting?.catch(() => {})
    this.#laptopNames = told
    this.changed()
    const zones = contents.map(({ origin, records }) => formatZone(origin, records))
    const text = JSON.stringify([zones, [...ports]])
    if (text === this.#laptopsText) return
    this.#laptopsText = text
    const before = this.#laptops
    this.#laptops = new Map(contents.map((content) => [content.origin.key, content]))
    this.#laptopPorts = ports
    const tree = this.#running?.tree
    if (!tree) return
    for (const { origin } of before.values()) if (!this.#laptops.has(origin.key)) await tree.remove(origin)
    for (const content of contents) await tree.put(content)
    // Who was asked for a moment too early is not kept waiting.
    this.#running?.resolver.clear(SHOAL_INTERNAL)
    this.changed()
  }

  /** What is asked before the resolver; whatever it leaves unanswered goes on. */
  setAnswerFirst(answer: Answer): void {
    this.#answerFirst = answer
  }

  /** Tells the port of another laptop's server of a zone; undefined when it is no more. */
  setPort(zone: Name, address: string, port: number | undefined): void {
    const key = portKey(zone, address)
    if (port === undefined) this.#toldPorts.delete(key)
    else if (this.#toldPorts.size < MAX_TOLD_PORTS || this.#toldPorts.has(key)) this.#toldPorts.set(key, port)
  }

  get cacheSize(): number {
    return this.#running?.resolver.cacheSize ?? 0
  }

  cacheLines(limit?: number): CacheLine[] {
    return this.#running?.resolver.cacheLines(limit) ?? []
  }

  /** Forgets what was learnt, of a zone or altogether. */
  clearCache(zone?: Name): void {
    this.#running?.resolver.clear(zone)
    this.changed()
  }

  /** The text of a zone: as it was written, or as it is served. Throws `not-found`. */
  async zoneText(origin: Name): Promise<string> {
    const { tree } = await this.#use()
    const zone = tree.zone(origin)
    if (!zone) throw new ShoalError('not-found', `there is no zone ${origin.toString()}`)
    return this.#files.text(origin) ?? formatZone(zone.origin, zone.records)
  }

  isWritten(origin: Name): boolean {
    return this.#files.text(origin) !== undefined
  }

  /** Adds or replaces a zone, now and after a restart. Throws `bad-zone`; nothing has changed then. */
  async putZone(origin: Name, text: string): Promise<void> {
    refuseFixed(origin)
    const content = contentOf(origin, text)
    const { tree, resolver } = await this.#use()
    await tree.put(content)
    await this.#files.write(origin, text)
    resolver.clear()
    this.changed()
  }

  async removeZone(origin: Name): Promise<void> {
    refuseFixed(origin)
    const { tree, resolver } = await this.#use()
    if (!this.isWritten(origin))
      throw new ShoalError('not-found', `no zone ${origin.toString()} was added here`)
    await tree.remove(origin)
    await this.#files.remove(origin)
    resolver.clear()
    this.changed()
  }

  /** Something that is shown is different: told soon, and not once for every one of many. */
  changed(): void {
    this.#revision++
    this.#announcing.ask()
  }

  #use(): Promise<Running> {
    if (this.#isStopped) return Promise.reject(new ShoalError('not-running', 'the names are switched off'))
    return (this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = undefined
      throw error
    }))
  }

  async #start(): Promise<Running> {
    const { clock, random } = this.#init
    const contents = [...(await this.#files.read()), ...this.#laptops.values()]
    const tree = new DnsTree({ clock, log: this.#log, contents, ...this.#init.tree })
    await tree.start()
    this.#cleanup.add(() => tree.stop())
    const { root } = tree
    const { address, port } = root
    const resolver = new Resolver({
      exchange: createExchange({ clock, random }),
      roots: [{ name: root.name, addresses: [{ address, port }] }],
      clock,
      random,
      portOf: (zone, at) => this.#portOf(tree, zone, at),
      upstreamOf: (name) => this.#upstreamOf(tree, name),
      onResolved: (resolution) => this.#remember(resolution),
    })
    this.#running = { tree, resolver, answer: createResolverService({ resolver, clock }) }
    this.changed()
    return this.#running
  }

  #portOf(tree: DnsTree, zone: Name, address: string): number {
    const own = tree.servers.find((server) => server.address === address && server.zone.equals(zone))
    return (
      this.#toldPorts.get(portKey(zone, address)) ?? own?.port ?? this.#laptopPorts.get(zone.key) ?? DNS_PORT
    )
  }

  #upstreamOf(tree: DnsTree, name: Name): readonly ServerAddress[] {
    return this.#init.asksOthers() && !isOwnName(name, tree) ? this.#upstreamServers() : []
  }

  #upstreamServers(): readonly ServerAddress[] {
    return this.#init.upstream?.() ?? systemResolvers(this.listening)
  }

  #remember(resolution: Resolution): void {
    this.#recent.unshift({ ...resolution, doneAt: this.#init.clock.wallNow() })
    this.#recent.length = Math.min(this.#recent.length, MAX_RECENT)
    this.changed()
  }
}

function portKey(zone: Name, address: string): string {
  return `${address} ${zone.key}`
}

function refuseFixed(origin: Name): void {
  if (isFixed(origin) || origin.isWithin(SHOAL_INTERNAL))
    throw new ShoalError('bad-zone', `${origin.toString()} is part of the tree itself and stays as it is`)
}
