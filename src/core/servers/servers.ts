import { Emitter, errorMessage, ShoalError, Turns, type Logger } from '../../base/index.ts'
import type { Ports, PortName, Reach, ServerRoleName, ServersView, TreeZone } from '../../contract/index.ts'
import type { ServerPorts } from '../../peer-to-peer/nearby/index.ts'
import { isLoopbackIp, type NetworkInterface } from '../../peer-to-peer/node/index.ts'
import { toProblem } from '../shares/problem.ts'
import { hostsOf, originsOf } from './hosts.ts'
import type { HttpHouse, HttpLease } from './http-house.ts'
import type { KeptServers, KeptServersFile } from './kept-servers.ts'
import { listenFrom } from './ports.ts'
import type { HttpMount, RunningRole, ServerRole, Where } from './role.ts'
import { watchChanges } from '../view/watch-changes.ts'

export interface ServersInit {
  /** In the order they are started: who needs another comes after it. */
  readonly roles: readonly ServerRole[]
  readonly house: HttpHouse
  readonly kept: KeptServersFile
  readonly interfaces: () => readonly NetworkInterface[]
  /** Multiaddresses of `--listen`. */
  readonly listen: readonly string[] | undefined
  readonly log: Logger
}

export interface StartWish {
  /** Left out: every role there is. */
  readonly roles?: readonly ServerRoleName[] | undefined
  readonly reach?: Reach | undefined
  readonly ports?: Ports | undefined
  /** On again when the core starts next. */
  readonly keep?: boolean | undefined
}

type RoleState =
  | { readonly is: 'off' }
  | { readonly is: 'starting' }
  | { readonly is: 'on'; readonly running: RunningRole }
  | { readonly is: 'failed'; readonly error: unknown }

const THIS_LAPTOP: Reach = { is: 'this-laptop' }

/** What this laptop is for others: starts and stops roles together or one by one, and owns their one HTTP server. */
export class Servers {
  readonly events = new Emitter<{ changed: void }>()
  readonly #init: ServersInit
  readonly #states = new Map<ServerRoleName, RoleState>()
  #reach: Reach = THIS_LAPTOP
  #hosts: readonly string[] = []
  /** Ports asked for by number. */
  #wanted: Ports = {}
  #http: HttpLease | undefined
  readonly #turns = new Turns()

  constructor(init: ServersInit) {
    this.#init = init
    for (const { name } of init.roles) this.#states.set(name, { is: 'off' })
  }

  view(): ServersView {
    const running = this.#running()
    return {
      roles: [...this.#states].map(([name, state]) => ({ name, state: shownState(state) })),
      reach: this.#reach,
      hosts: running.length > 0 ? [...this.#hosts] : [],
      ports: this.ports(),
      origins: this.origins(),
      tree: running.flatMap(({ running: { tree = [] } }) => tree.map((zone): TreeZone => ({ ...zone }))),
    }
  }

  watch(signal?: AbortSignal): AsyncGenerator<ServersView> {
    return watchChanges(this.events, () => this.view(), signal)
  }

  isOn(name: ServerRoleName): boolean {
    return this.#states.get(name)?.is === 'on'
  }

  /** Of the roles that run. */
  ports(): Ports {
    const own = this.#running().map(({ running }) => running.ports)
    return Object.assign({}, this.#http && { http: this.#http.port }, ...own) as Ports
  }

  /** What others are told: nothing while only this laptop can reach it, unless they are on it themselves. */
  forOthers(areHere = false): ServerPorts {
    if (areHere) return this.#told()
    if (this.#reach.is === 'this-laptop' || this.#hosts.every(isLoopbackIp)) return {}
    return this.#told()
  }

  #told(): ServerPorts {
    const { http, dns, smtp, pop3, imap } = this.ports()
    const all = {
      http: this.isOn('files') ? http : undefined,
      tracker: this.isOn('tracker') ? http : undefined,
    }
    const entries = Object.entries({ ...all, dns, smtp, pop3, imap })
    return Object.fromEntries(entries.filter(([, port]) => port !== undefined))
  }

  /** Where files are reached by others: what a link may name. */
  fileOrigins(): string[] {
    return this.isOn('files') && this.#reach.is !== 'this-laptop' ? this.origins() : []
  }

  /** Where HTTP is reached from, best first. */
  origins(): string[] {
    return this.#http ? originsOf(this.#http.hosts, this.#http.port, this.#init.interfaces()) : []
  }

  /** Switches roles on; all or none. Those that run already stay. Throws `port-taken`, `bad-address`, what a role throws. */
  start(wish: StartWish): Promise<ServersView> {
    return this.#turns.next(async () => {
      await this.#start(wish)
      if (wish.keep) await this.#keep()
      return this.view()
    })
  }

  /** Moves what runs, and what is switched on later, to other addresses. Throws `bad-address`. */
  setReach(reach: Reach): Promise<ServersView> {
    return this.#turns.next(async () => {
      await this.#move(reach)
      await this.#keep()
      this.#changed()
      return this.view()
    })
  }

  /** Switches roles off; all when none is named. */
  stop(roles?: readonly ServerRoleName[], keep = false): Promise<ServersView> {
    return this.#turns.next(async () => {
      await this.#stop(this.#named(roles).map(({ name }) => name))
      if (keep) await this.#keep()
      return this.view()
    })
  }

  /** Switches on what a person left on. What cannot start shows why. */
  async restore(): Promise<void> {
    const { roles, reach, ports } = await this.#init.kept.read()
    this.#reach = reach
    for (const role of roles) {
      await this.start({ roles: [role], ports }).catch((error: unknown) => {
        this.#init.log.warn('a server could not be switched on again', { role, why: errorMessage(error) })
      })
    }
  }

  /** Ends everything, and nothing is remembered of it. */
  async close(): Promise<void> {
    await this.stop()
    this.events.clear()
  }

  /** Follows the network: what everybody is to reach is bound to the addresses there are now. */
  addressesChanged(): Promise<void> {
    return this.#turns
      .next(async () => {
        if (this.#reach.is === 'network' && this.#running().length > 0) await this.#move(this.#reach)
        this.#changed()
      })
      .catch((error: unknown) => {
        this.#init.log.warn('the servers could not follow the network', { why: errorMessage(error) })
      })
  }

  async #start({ roles, reach = this.#reach, ports = {} }: StartWish): Promise<void> {
    const wanted = this.#named(roles).filter(({ name }) => !this.isOn(name))
    const begun: ServerRoleName[] = []
    const before = this.#wanted
    this.#wanted = { ...this.#wanted, ...ports }
    try {
      await this.#move(reach)
      for (const role of wanted) {
        begun.push(role.name)
        await this.#startRole(role)
      }
      await this.#serveHttp()
    } catch (error) {
      await this.#stop(begun)
      this.#wanted = before
      for (const name of begun) this.#set(name, { is: 'failed', error })
      throw error
    }
  }

  async #startRole(role: ServerRole): Promise<void> {
    this.#set(role.name, { is: 'starting' })
    this.#set(role.name, { is: 'on', running: await role.start(this.#where()) })
  }

  async #stop(names: readonly ServerRoleName[]): Promise<void> {
    // Last first: who needs another ends before it. HTTP goes first, so that nobody is answered by half a server.
    const states = names.toReversed().map((name) => [name, this.#states.get(name)!] as const)
    for (const [name] of states) this.#set(name, { is: 'off' })
    await this.#serveHttp()
    for (const [name, state] of states) {
      if (state.is !== 'on') continue
      await state.running.stop().catch((error: unknown) => {
        this.#init.log.warn('a server did not stop in good order', { name, why: errorMessage(error) })
      })
    }
    if (this.#running().length === 0) this.#wanted = {}
  }

  /** Roles that run go on at other addresses, at the ports they have. */
  async #move(reach: Reach): Promise<void> {
    const hosts = hostsOf(reach, this.#init.interfaces(), this.#init.listen)
    if (hosts.join() !== this.#hosts.join()) {
      // First, since it finds out whether the addresses are this laptop's.
      const before = this.#http
      if (before) {
        this.#http = await this.#init.house.open(hosts, before.port, this.#mounts(), 'leave-out')
        await before.close()
      }
      this.#hosts = hosts
      this.#wanted = { ...this.#wanted, ...this.ports() }
      for (const { name, running } of this.#running()) {
        if (Object.keys(running.ports).length > 0) await this.#restart(name, running)
      }
    }
    this.#reach = reach
  }

  async #restart(name: ServerRoleName, running: RunningRole): Promise<void> {
    await running.stop()
    await this.#startRole(this.#init.roles.find((role) => role.name === name)!).catch((error: unknown) => {
      this.#set(name, { is: 'failed', error })
    })
  }

  /** Opens, changes or closes the one HTTP server so that it serves what runs. */
  async #serveHttp(): Promise<void> {
    const mounts = this.#mounts()
    if (mounts.length === 0) {
      const lease = this.#http
      this.#http = undefined
      await lease?.close()
    } else if (this.#http) this.#http.serve(mounts)
    else this.#http = await this.#openHttp(mounts)
    this.#changed()
  }

  #openHttp(mounts: readonly HttpMount[]): Promise<HttpLease> {
    return listenFrom('http', this.#wanted.http, (port) => this.#init.house.open(this.#hosts, port, mounts))
  }

  #mounts(): HttpMount[] {
    return this.#running().flatMap(({ running }) => running.mounts ?? [])
  }

  #where(): Where {
    return {
      hosts: this.#hosts,
      listen: (name: PortName, open) => listenFrom(name, this.#wanted[name], open),
      origins: () => this.origins(),
    }
  }

  #running(): { name: ServerRoleName; running: RunningRole }[] {
    return [...this.#states].flatMap(([name, state]) =>
      state.is === 'on' ? [{ name, running: state.running }] : [],
    )
  }

  #named(names: readonly ServerRoleName[] | undefined): ServerRole[] {
    const missing = names?.find((name) => !this.#states.has(name))
    if (missing) throw new ShoalError('not-supported', `there is no ${missing} server`)
    return this.#init.roles.filter(({ name }) => !names || names.includes(name))
  }

  async #keep(): Promise<void> {
    const kept: KeptServers = {
      roles: this.#running().map(({ name }) => name),
      reach: this.#reach,
      ports: this.#wanted,
    }
    await this.#init.kept.write(kept)
  }

  #set(name: ServerRoleName, state: RoleState): void {
    this.#states.set(name, state)
    this.#changed()
  }

  #changed(): void {
    this.events.emit('changed', undefined)
  }
}

function shownState(state: RoleState): ServersView['roles'][number]['state'] {
  if (state.is === 'failed') return { is: 'failed', problem: toProblem(state.error) }
  return { is: state.is }
}
