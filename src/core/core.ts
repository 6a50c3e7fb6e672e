import { mkdir } from 'node:fs/promises'
import type { PeerId } from '@libp2p/interface'
import {
  Cleanup,
  ShoalError,
  systemClock,
  systemRandom,
  type Clock,
  type Random,
  type Startable,
} from '../base/index.ts'
import type { CoreOptions, Network, Settings, Status } from '../contract/index.ts'
import { parseTypedAddress } from '../peer-to-peer/discovery/index.ts'
import { nameRecordRules, type NameDirectory } from '../peer-to-peer/names/index.ts'
import { Nearby } from '../peer-to-peer/nearby/index.ts'
import {
  createNode,
  DEFAULT_PORT,
  loadIdentity,
  systemResolver,
  type ShoalNode,
} from '../peer-to-peer/node/index.ts'
import { createSwarm, type Swarm } from '../peer-to-peer/swarm/index.ts'
import { createStore, type Store } from '../store/index.ts'
import { createRouter, type Router } from './api/router.ts'
import type { CoreConfig, Shell } from './config.ts'
import { createFinding, type Finding } from './finding.ts'
import { nearbyView } from './nearby-view.ts'
import { lookupWith } from './resolve-host.ts'
import { createServing, type FilesDoors, type Servers, type Serving } from './servers/index.ts'
import { Handouts } from './handouts/index.ts'
import { Mail, patientResolver } from './mail/index.ts'
import { createMessages, type Messages } from './messages/index.ts'
import { NameSystem } from './names/index.ts'
import {
  createLaptopNames,
  createPeerNames,
  hostResolver,
  isOnThisMachine,
  labelOf,
  mailResolver,
  type LaptopNames,
} from './laptop-names/index.ts'
import { SettingsFile, type SettingsChange } from './settings.ts'
import { Shares } from './shares/shares.ts'
import { socketFacts, SocketRoom } from './sockets/index.ts'
import { Uploads } from './uploads/uploads.ts'
import { ViewHub } from './view/hub.ts'
import { networkView } from './view/network.ts'

/** The rooms of a running core. */
interface Rooms {
  readonly settings: SettingsFile
  readonly store: Store
  readonly node: ShoalNode
  readonly finding: Finding
  readonly nearby: Nearby
  readonly swarm: Swarm
  readonly shares: Shares
  readonly mail: Mail
  readonly messages: Messages
  readonly names: NameSystem
  readonly laptopNames: LaptopNames
  readonly peerNames: NameDirectory | undefined
  readonly serving: Serving
}

/** Makes a core. Nothing happens before `start`. */
export function createCore(config: CoreConfig): Core {
  return new Core(config)
}

/** The composition root: makes the rooms, passes each what it needs of the others, and ends them in order. */
export class Core implements Startable {
  readonly config: CoreConfig
  readonly hub: ViewHub
  readonly uploads: Uploads
  readonly handouts: Handouts
  readonly sockets: SocketRoom
  readonly router: Router
  /** Resolves when the core has stopped. */
  readonly closed: Promise<void>
  readonly #clock: Clock
  readonly #random: Random
  readonly #cleanup = new Cleanup()
  #rooms: Rooms | undefined
  /** What the command line said holds until a person says otherwise in the settings. */
  #overrides: CoreOptions
  #resolveClosed: () => void = () => {}

  constructor(config: CoreConfig) {
    this.config = config
    this.#clock = config.clock ?? systemClock
    this.#random = config.random ?? systemRandom
    this.#overrides = { ...config }
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve))
    this.hub = new ViewHub(this.#clock, () => ({
      host: config.host,
      network: this.network(),
      settings: this.settings(),
    }))
    this.uploads = new Uploads({ home: config.home, clock: this.#clock, random: this.#random })
    this.handouts = new Handouts({ clock: this.#clock, random: this.#random })
    this.#cleanup.add(() => this.handouts.stop())
    this.sockets = new SocketRoom({ clock: this.#clock, random: this.#random })
    this.router = createRouter(this)
  }

  get shell(): Shell | undefined {
    return this.config.shell
  }

  get shares(): Shares {
    return this.#running.shares
  }

  /** For rooms above the core that speak protocols of their own. */
  get libp2p(): ShoalNode['libp2p'] {
    return this.#running.node.libp2p
  }

  get servers(): Servers {
    return this.#running.serving.servers
  }

  get doors(): FilesDoors {
    return this.#running.serving.doors
  }

  addressOf(cid: string): { page: string; spoken: string } | null {
    return this.#running.serving.addressOf(cid)
  }

  get names(): NameSystem {
    return this.#running.names
  }

  get mail(): Mail {
    return this.#running.mail
  }

  get peerNames(): NameDirectory | undefined {
    return this.#running.peerNames
  }

  get messages(): Messages {
    return this.#running.messages
  }

  async start(): Promise<void> {
    try {
      await this.#startRooms()
    } catch (error) {
      await this.stop().catch(() => {})
      throw error
    }
  }

  async stop(): Promise<void> {
    try {
      this.hub.close()
      await this.#cleanup.run()
    } finally {
      this.#resolveClosed()
    }
  }

  /** Settings in force, what the command line said included. */
  settings(): Settings {
    const { current } = this.#running.settings
    const { name, limitUp, limitDown } = this.#overrides
    return {
      ...current,
      name: name ?? current.name,
      limitUp: limitUp ?? current.limitUp,
      limitDown: limitDown ?? current.limitDown,
    }
  }

  async updateSettings(change: SettingsChange): Promise<Settings> {
    const { settings, node, nearby, swarm } = this.#running
    await settings.update(change)
    for (const key of ['name', 'limitUp', 'limitDown'] as const) {
      if (change[key] !== undefined) this.#overrides = { ...this.#overrides, [key]: undefined }
    }
    const now = this.settings()
    swarm.setLimits(bytesPerSecond(now))
    nearby.setVisible(now.visible)
    if (change.excludedInterfaces) node.setExcludedInterfaces(now.excludedInterfaces)
    if (change.name !== undefined) nearby.changed()
    if (change.name !== undefined || change.visible !== undefined) this.#running.laptopNames.changed()
    this.hub.setSettings(now)
    this.hub.setNetwork(this.network())
    return now
  }

  network(): Network {
    const { node, finding } = this.#running
    return networkView({
      peerId: node.peerId.toString(),
      name: this.settings().name,
      version: this.config.host.version,
      addresses: this.#addresses(),
      interfaces: node.interfaces(),
      sources: finding.discovery.sources(),
      off: finding.off,
    })
  }

  /** The options that hold for this whole core, as they were given. */
  options(): CoreOptions {
    const { name, listen, mdns, dht, lane, limitUp, limitDown, trackers } = this.config
    const entries = Object.entries({ name, listen, mdns, dht, lane, limitUp, limitDown, trackers })
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }

  status(): Status {
    const { swarm, finding, shares } = this.#running
    const sources = finding.discovery
      .sources()
      .map(({ kind, state }) => ({ kind, state: state.is as string }))
    return {
      pid: process.pid,
      rssBytes: process.memoryUsage.rss(),
      lanePort: swarm.lanePort || null,
      sources: [...sources, ...finding.off.map((kind) => ({ kind, state: 'off' }))],
      transfers: shares.transfers(),
    }
  }

  /** Connects to an address a person typed. */
  async connect(address: string): Promise<string> {
    const { node, finding } = this.#running
    const target = parseTypedAddress(address, DEFAULT_PORT)
    const connection = await node.dial(target)
    finding.typed.add(target)
    return connection.remotePeer.toString()
  }

  get #running(): Rooms {
    if (!this.#rooms) throw new ShoalError('not-running', 'the core is not running')
    return this.#rooms
  }

  async #startRooms(): Promise<void> {
    const { config } = this
    const clock = this.#clock
    const random = this.#random
    const log = config.log
    this.#cleanup.add(() => this.sockets.stop())
    this.sockets.start()
    await mkdir(config.home, { recursive: true, mode: 0o700 })
    const defaults = config.defaultDownloadDir === undefined ? {} : { downloadDir: config.defaultDownloadDir }
    const settings = await SettingsFile.open(config.home, log, defaults)
    const store = createStore({ clock, log }, { home: config.home })
    this.#cleanup.add(() => store.stop())
    await store.start()
    const asksOthers = (): boolean => settings.current.otherNames
    const names = new NameSystem({ home: config.home, clock, random, log, asksOthers })
    this.#cleanup.add(() => names.stop())
    const identity = await loadIdentity(config.home)
    const resolver = hostResolver(names, systemResolver)
    const rules = nameRecordRules(clock)
    const lookup = lookupWith(resolver)
    const node = await createNode({
      identity,
      resolver,
      ...(config.listen ? { listen: { addresses: config.listen } } : {}),
      excludedInterfaces: settings.current.excludedInterfaces,
      version: config.host.version,
      dht: config.dht,
      records: { validators: rules.validators, selectors: rules.selectors },
      clock,
      log,
    })
    this.#cleanup.add(() => node.stop())
    const { privateKey } = identity
    const facts = store.facts
    const finding = createFinding({ node, privateKey, lookup, facts, options: config, clock, random, log })
    this.#cleanup.add(() => finding.discovery.stop())
    const name = (): string => this.settings().name
    const swarm = createSwarm({
      libp2p: node.libp2p,
      clock,
      random,
      log,
      buffers: store.buffers,
      limits: bytesPerSecond({
        limitUp: config.limitUp ?? settings.current.limitUp,
        limitDown: config.limitDown ?? settings.current.limitDown,
      }),
      lanes: config.lane === false ? 'stream' : 'tls',
      name,
    })
    this.#cleanup.add(() => swarm.stop())
    const shares = new Shares({
      store,
      swarm,
      discovery: finding.discovery,
      uploads: this.uploads,
      hub: this.hub,
      clock,
      random,
      log,
      self: () => ({ peerId: node.peerId.toString(), name: name() }),
      addresses: () => this.#addresses(),
      origins: () => serving.origins(),
      trackers: config.trackers ?? [],
      lookup,
      useTracker: (url, key) => finding.trackers.add(url, key),
      downloadDir: () => this.settings().downloadDir,
      onListedChange: () => {
        nearby.changed()
        laptopNames.changed()
      },
      onTransferring: (transferring) => config.shell?.setTransferring?.(transferring),
    })
    const hostName = (): string => laptopNames.hostName(node.peerId) ?? `${labelOf(name())}.shoal.internal`
    const resolveMail = patientResolver(mailResolver(names))
    const mail = new Mail({
      home: config.home,
      hostName,
      personName: name,
      resolver: resolveMail,
      downloadDir: () => this.settings().downloadDir,
      clock,
      random,
      log,
    })
    this.#cleanup.add(() => mail.stop())
    const serving = createServing({
      config,
      shares,
      mail,
      node,
      name,
      pace: swarm.limits.up,
      names,
      hostName: () => laptopNames.hostName(node.peerId),
      clock,
      random,
      log,
    })
    const nearby = new Nearby({
      network: node,
      card: (to) => ({
        name: name(),
        version: config.host.version,
        shares: shares.listed(),
        servers: serving.servers.forOthers(isHere(node, to)),
      }),
      visible: settings.current.visible,
      clock,
      log,
    })
    const isVisible = (): boolean => this.settings().visible
    const listed = (): ReturnType<typeof shares.listed> => (isVisible() ? shares.listed() : [])
    const laptopNames = createLaptopNames({
      names,
      node,
      nearby,
      servers: serving.servers,
      name,
      listed,
      clock,
      log,
    })
    this.#cleanup.add(() => laptopNames.stop())
    const peerNames =
      config.dht === false
        ? undefined
        : createPeerNames({ node, laptopNames, rules, privateKey, isVisible, clock, log })
    this.#cleanup.add(() => peerNames?.stop())
    const { discovery } = finding
    const { home } = config
    const messages = createMessages({
      home,
      node,
      nearby,
      discovery,
      shares,
      hub: this.hub,
      name,
      clock,
      random,
      log,
    })
    this.#cleanup.add(() => messages.stop())
    this.sockets.setFacts(() =>
      socketFacts({
        addresses: () => this.#addresses(),
        links: () => node.libp2p.getConnections(),
        lanePort: () => swarm.lanePort,
        servers: () => serving.servers.view(),
        origins: () => serving.doors.origins(),
        dns: () => names.listening,
        nameOf: (id) => this.hub.nearby().find(({ peerId }) => peerId === id)?.name,
      }),
    )
    this.#rooms = {
      settings,
      store,
      node,
      finding,
      nearby,
      swarm,
      shares,
      mail,
      messages,
      names,
      laptopNames,
      peerNames,
      serving,
    }
    this.#listen(this.#rooms)
    await swarm.start()
    this.#cleanup.add(() => nearby.stop())
    await nearby.start()
    this.#cleanup.add(() => shares.stop())
    await this.uploads.clean(store.records().flatMap(({ path }) => path ?? []))
    this.#cleanup.add(() => this.uploads.stop())
    await shares.start()
    await messages.start()
    await laptopNames.start()
    await peerNames?.start()
    await mail.start()
    this.#cleanup.add(() => serving.close())
    await serving.servers.restore()
    // Last, so that whoever it finds can be served: and not waited for, since none of its sources is required.
    void finding.discovery.start()
  }

  #listen({ node, finding, nearby, shares, serving, mail, laptopNames }: Rooms): void {
    const showNetwork = (): void => this.hub.setNetwork(this.network())
    this.#cleanup.add(finding.discovery.events.on('sources', showNetwork))
    this.#cleanup.add(
      node.events.on('interfaces-changed', () => {
        showNetwork()
        shares.addressesChanged()
        finding.trackers.addressesChanged()
        serving.addressesChanged()
      }),
    )
    this.#cleanup.add(
      serving.onChange(() => {
        nearby.changed()
        shares.addressesChanged()
      }),
    )
    this.#cleanup.add(
      nearby.events.on('peer', ({ peerId, card }) => {
        const connections = node.libp2p.getConnections(peerId)
        const foundBy = finding.discovery.foundBy(peerId)
        this.hub.putNearby(nearbyView({ peerId, card, connections, foundBy }))
        const host = card.servers.smtp === undefined ? undefined : laptopNames.hostName(peerId)
        if (host !== undefined) void mail.laptopIsHere(host)
        const dialled = connections.filter(({ direction }) => direction === 'outbound')
        if (dialled.length > 0)
          finding.remembered.remember(
            peerId,
            dialled.map((c) => c.remoteAddr),
          )
      }),
    )
    this.#cleanup.add(nearby.events.on('gone', ({ peerId }) => this.hub.removeNearby(peerId.toString())))
  }

  #addresses(): string[] {
    return this.#running.node.addresses().map((address) => address.toString())
  }
}

/** Whether somebody connected is another installation on this machine. */
function isHere(node: ShoalNode, peerId: PeerId): boolean {
  const connectedFrom = node.libp2p.getConnections(peerId).map(({ remoteAddr }) => remoteAddr)
  return isOnThisMachine(connectedFrom, node.interfaces())
}

/** People speak of bits per second, buckets of bytes. */
function bytesPerSecond(settings: Pick<Settings, 'limitUp' | 'limitDown'>): { up: number; down: number } {
  return { up: settings.limitUp / 8, down: settings.limitDown / 8 }
}
