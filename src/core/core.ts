import { Cleanup, ShoalError, systemClock, systemRandom, type Startable } from '../base/index.ts'
import type { CoreOptions, Network, Settings, Status } from '../contract/index.ts'
import { parseTypedAddress } from '../peer-to-peer/discovery/index.ts'
import type { NameDirectory } from '../peer-to-peer/names/index.ts'
import { DEFAULT_PORT, type ShoalNode } from '../peer-to-peer/node/index.ts'
import { createRouter, type Router } from './api/router.ts'
import type { CoreConfig, Shell } from './config.ts'
import { Handouts } from './handouts/index.ts'
import type { Mail } from './mail/index.ts'
import type { Messages } from './messages/index.ts'
import type { NameSystem } from './names/index.ts'
import { joinRooms, makeRooms, startRooms, type Ground, type Rooms } from './rooms/index.ts'
import type { FilesDoors, Servers } from './servers/index.ts'
import { bytesPerSecond, inForce, type SettingsChange } from './settings.ts'
import type { Shares } from './shares/shares.ts'
import { SocketRoom } from './sockets/index.ts'
import { Uploads } from './uploads/uploads.ts'
import { ViewHub } from './view/hub.ts'
import { networkView } from './view/network.ts'

/** Makes a core. Nothing happens before `start`. */
export function createCore(config: CoreConfig): Core {
  return new Core(config)
}

/** The composition root: has the rooms made and started, ends them in order, and answers what concerns all of them. */
export class Core implements Startable {
  readonly config: CoreConfig
  readonly hub: ViewHub
  readonly uploads: Uploads
  readonly handouts: Handouts
  readonly sockets: SocketRoom
  readonly router: Router
  /** Resolves when the core has stopped. */
  readonly closed: Promise<void>
  readonly #ground: Ground
  readonly #cleanup = new Cleanup()
  #rooms: Rooms | undefined
  /** What the command line said holds until a person says otherwise in the settings. */
  #overrides: CoreOptions
  #resolveClosed: () => void = () => {}

  constructor(config: CoreConfig) {
    const { clock = systemClock, random = systemRandom, home, log } = config
    this.config = config
    this.#overrides = { ...config }
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve))
    this.hub = new ViewHub(clock, () => ({
      host: config.host,
      network: this.network(),
      settings: this.settings(),
    }))
    this.uploads = new Uploads({ home, clock, random })
    this.handouts = new Handouts({ clock, random })
    this.#cleanup.add(() => this.handouts.stop())
    this.sockets = new SocketRoom({ clock, random })
    this.router = createRouter(this)
    const { hub, uploads, sockets } = this
    this.#ground = {
      config,
      clock,
      random,
      log,
      hub,
      uploads,
      sockets,
      cleanup: this.#cleanup,
      settings: () => this.settings(),
      rooms: () => this.#running,
    }
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
    return inForce(this.#running.settings.current, this.#overrides)
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
      addresses: node.addresses().map(String),
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
    this.#cleanup.add(() => this.sockets.stop())
    this.sockets.start()
    this.#rooms = await makeRooms(this.#ground)
    joinRooms(this.#ground, this.#rooms, () => this.hub.setNetwork(this.network()))
    await startRooms(this.#ground, this.#rooms)
  }
}
