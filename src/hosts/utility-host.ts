import {
  errorMessage,
  systemClock,
  toShoalError,
  withDeadline,
  type Clock,
  type Logger,
} from '../base/index.ts'
import type { Host } from '../contract/index.ts'
import { messagePortTransport, type AnyPort, type Heartbeat } from '../rpc/index.ts'
import { parseCoreArguments } from './core-arguments.ts'
import type { CreateCore } from './hosted-core.ts'
import { MAX_SHELL_TEXT, MAX_WAITING_PAGES, PAGE_PING_MS, STOP_DEADLINE_MS } from './limits.ts'
import { ShellClient } from './shell-client.ts'
import { ShellRacers } from './shell-racers.ts'
import { parseShellMessage, type CoreMessage } from './shell-protocol.ts'
import { startCore, type RunningCore } from './start-core.ts'

/** Electron's `process.parentPort`, or what stands for it. */
export interface ParentPort {
  on(name: 'message', listener: (event: { data: unknown; ports: readonly AnyPort[] }) => void): unknown
  postMessage(message: unknown): void
}

export interface UtilityOptions {
  parentPort: ParentPort
  args: readonly string[]
  version: string
  createCore: CreateCore
  log: Logger
  /** Ends the process. */
  exit: (code: number) => void
  clock?: Clock
}

/** A page in a background window answers no ping for as long as it sleeps; its port tells when it is gone. */
const PAGE_HEARTBEAT: Heartbeat = { everyMs: PAGE_PING_MS, silenceMs: Infinity }

type State =
  { is: 'starting'; pages: AnyPort[] } | { is: 'running'; running: RunningCore } | { is: 'stopping' }

/** The core inside Electron's utility process: serves the contract over the ports it is handed, and ends when told to. */
export class UtilityHost {
  readonly #options: UtilityOptions
  readonly #shell: ShellClient
  readonly #racers: ShellRacers
  #state: State = { is: 'starting', pages: [] }

  constructor(options: UtilityOptions) {
    this.#options = options
    this.#shell = new ShellClient((message) => this.#post(message))
    this.#racers = new ShellRacers((message) => this.#post(message))
    options.parentPort.on('message', ({ data, ports }) => this.#receive(data, ports))
  }

  /** Starts the core; when it cannot, tells the shell and ends the process. */
  async run(): Promise<void> {
    try {
      const running = await this.#start()
      if (this.#state.is !== 'starting') return await running.stop()
      const { pages } = this.#state
      this.#state = { is: 'running', running }
      for (const page of pages) this.#serve(running, page)
      void running.core.closed.then(() => this.stop())
    } catch (error) {
      this.#options.log.error('the core cannot start', { error: errorMessage(error) })
      this.#post({ is: 'failed', message: toShoalError(error).message.slice(0, MAX_SHELL_TEXT) })
      this.#options.exit(1)
    }
  }

  /** Ends core and process; a core that cannot say goodbye in time is not waited for. */
  async stop(): Promise<void> {
    const state = this.#state
    if (state.is === 'stopping') return
    this.#state = { is: 'stopping' }
    const { clock = systemClock, log } = this.#options
    try {
      const work = async (): Promise<void> => (state.is === 'running' ? state.running.stop() : undefined)
      await withDeadline(STOP_DEADLINE_MS, 'stopping', work, { clock })
    } catch (error) {
      log.warn('the core did not stop in good order', { error: errorMessage(error) })
    }
    this.#options.exit(0)
  }

  async #start(): Promise<RunningCore> {
    const { args, version, createCore, log } = this.#options
    const { home, downloadDir, options } = parseCoreArguments(args)
    const can = { canReveal: true, canPick: true }
    const host: Host = { kind: 'electron', version, platform: process.platform, home, ...can }
    const ours = { shell: this.#shell, spawnRacer: this.#racers.spawn }
    const config = { ...options, ...ours, home, host, log, defaultDownloadDir: downloadDir }
    return startCore({ config, createCore, practises: true })
  }

  #receive(data: unknown, ports: readonly AnyPort[]): void {
    const message = parseShellMessage(data)
    if (!message) return this.#options.log.warn('the shell said something unknown')
    switch (message.is) {
      case 'page':
        return ports.forEach((port) => this.#page(port))
      case 'picked':
        return this.#shell.picked(message.id, message.paths)
      case 'racer':
        return ports.forEach((port) => this.#racers.started(message.id, messagePortTransport(port)))
      case 'racer-gone':
        return this.#racers.gone(message.id, message.reason)
      case 'stop':
        return void this.stop()
    }
  }

  #page(port: AnyPort): void {
    const state = this.#state
    if (state.is === 'running') this.#serve(state.running, port)
    else if (state.is === 'starting' && state.pages.length < MAX_WAITING_PAGES) state.pages.push(port)
    else port.close?.()
  }

  #serve(running: RunningCore, port: AnyPort): void {
    running.host.rpc.accept(messagePortTransport(port), { heartbeat: PAGE_HEARTBEAT })
  }

  #post(message: CoreMessage): void {
    this.#options.parentPort.postMessage(message)
  }
}
