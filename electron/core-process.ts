import type { MessagePortMain, UtilityProcess } from 'electron'
import type { ShellMessage } from '../src/hosts/shell-protocol.ts'
import { HEALTHY_AFTER_MS, RESTART_DELAYS_MS, STOP_DEADLINE_MS } from './limits.ts'

/** What is needed of a utility process. */
export type CoreChild = Pick<UtilityProcess, 'on' | 'once' | 'postMessage' | 'kill'>

export interface CoreProcessOptions {
  /** Starts a core. */
  readonly fork: () => CoreChild
  /** Runs `callback` after `ms`; returns what cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void
  readonly now: () => number
  readonly onStart: () => void
  readonly onMessage: (message: unknown) => void
  /** A core ended by itself and will be started again in `delayMs`. */
  readonly onCrash: (code: number, delayMs: number) => void
}

type State =
  | { readonly is: 'running'; readonly child: CoreChild; readonly since: number; readonly crashes: number }
  | { readonly is: 'waiting'; readonly cancel: () => void }
  | { readonly is: 'stopping'; readonly done: Promise<void> }
  | { readonly is: 'stopped' }

/** The core in a process of its own: started again when it ends by itself, ended in good order when the app does. */
export class CoreProcess {
  readonly #options: CoreProcessOptions
  #state: State = { is: 'stopped' }

  constructor(options: CoreProcessOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#state.is === 'stopped') this.#run(0)
  }

  /** To the core, if there is one now; one that is starting gets it once it has started. */
  send(message: unknown, ports: MessagePortMain[] = []): boolean {
    if (this.#state.is !== 'running') return false
    this.#state.child.postMessage(message, ports)
    return true
  }

  /** Ends the core: asked first, killed at the deadline. It is not started again. */
  stop(): Promise<void> {
    const state = this.#state
    if (state.is === 'stopping') return state.done
    if (state.is === 'waiting') state.cancel()
    const done = state.is === 'running' ? this.#end(state.child) : Promise.resolve()
    this.#state = { is: 'stopping', done }
    return done
  }

  #run(crashes: number): void {
    const { fork, now, onMessage, onStart } = this.#options
    const child = fork()
    const since = now()
    this.#state = { is: 'running', child, since, crashes }
    child.on('message', (message: unknown) => onMessage(message))
    child.once('exit', (code) => this.#ended(child, code))
    onStart()
  }

  #ended(child: CoreChild, code: number): void {
    const state = this.#state
    if (state.is !== 'running' || state.child !== child) return
    const { after, now, onCrash } = this.#options
    const crashes = now() - state.since >= HEALTHY_AFTER_MS ? 0 : state.crashes
    const delayMs = RESTART_DELAYS_MS[Math.min(crashes, RESTART_DELAYS_MS.length - 1)]!
    this.#state = { is: 'waiting', cancel: after(delayMs, () => this.#run(crashes + 1)) }
    onCrash(code, delayMs)
  }

  #end(child: CoreChild): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.after(STOP_DEADLINE_MS, () => {
        child.kill()
      })
      child.once('exit', () => {
        cancel()
        resolve()
      })
      child.postMessage({ is: 'stop' } satisfies ShellMessage)
    })
  }
}
