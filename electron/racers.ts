import type { MessagePortMain, UtilityProcess } from 'electron'
import type { ShellMessage } from '../src/hosts/shell-protocol.ts'
import { MAX_RACERS, RACER_END_MS } from './limits.ts'

/** What is needed of a racer's process. */
export type RacerChild = Pick<UtilityProcess, 'once' | 'postMessage' | 'kill'>

export interface RacersOptions {
  /** Starts the racer's own program, and no other. */
  readonly fork: (options: string) => RacerChild
  readonly channel: () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain }
  readonly tell: (message: ShellMessage, ports?: MessagePortMain[]) => void
  /** Runs `callback` after `ms`; returns what cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void
}

/**
 * The processes of races. The core cannot fork: it asks, and gets one end of a channel to each. From then on the two speak
 * without the shell. A racer whose channel closes, because the race or the core is over, cleans up and ends by itself.
 */
export class Racers {
  readonly #options: RacersOptions
  /** Of the core that runs now, by its numbers. */
  readonly #named = new Map<number, RacerChild>()
  /** All of them, with those of a core that is gone. */
  readonly #all = new Set<RacerChild>()

  constructor(options: RacersOptions) {
    this.#options = options
  }

  start(id: number, options: string): void {
    if (this.#named.has(id)) return
    const { fork, channel, tell } = this.#options
    if (this.#all.size >= MAX_RACERS) return tell({ is: 'racer-gone', id, reason: 'too many racers' })
    const child = fork(options)
    this.#named.set(id, child)
    this.#all.add(child)
    child.once('exit', (code) => this.#ended(id, child, code))
    const { port1, port2 } = channel()
    child.postMessage({}, [port2])
    tell({ is: 'racer', id }, [port1])
  }

  kill(id: number): void {
    this.#named.get(id)?.kill()
  }

  /** The core is gone, so its races are: resolves once nothing of them runs. */
  end(): Promise<void> {
    this.#named.clear()
    const left = [...this.#all]
    const cancel = this.#options.after(RACER_END_MS, () => {
      for (const child of this.#all) if (left.includes(child)) child.kill()
    })
    return Promise.all(left.map(untilEnded)).then(cancel)
  }

  #ended(id: number, child: RacerChild, code: number): void {
    this.#all.delete(child)
    if (this.#named.get(id) !== child) return
    this.#named.delete(id)
    this.#options.tell({ is: 'racer-gone', id, reason: `it ended with code ${code}` })
  }
}

function untilEnded(child: RacerChild): Promise<void> {
  return new Promise((resolve) => void child.once('exit', () => resolve()))
}
