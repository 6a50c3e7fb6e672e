import type { RacerChildEvents, RacerTold, SpawnRacer } from '../compare/index.ts'
import type { FrameTransport } from '../rpc/index.ts'
import type { CoreMessage } from './shell-protocol.ts'

type State =
  | { readonly is: 'starting' }
  | { readonly is: 'running'; readonly port: FrameTransport }
  | { readonly is: 'released' }

interface ShellRacer {
  readonly events: RacerChildEvents
  state: State
}

/**
 * Racers where the core's own program is not Node and cannot be forked: the shell starts each of them and sends one end of a
 * channel to it, the other here.
 */
export class ShellRacers {
  readonly #post: (message: CoreMessage) => void
  readonly #racers = new Map<number, ShellRacer>()
  #nextId = 1

  constructor(post: (message: CoreMessage) => void) {
    this.#post = post
  }

  readonly spawn: SpawnRacer = (options, events) => {
    const id = this.#nextId++
    const racer: ShellRacer = { events, state: { is: 'starting' } }
    this.#racers.set(id, racer)
    this.#post({ is: 'start-racer', id, options: JSON.stringify(options) })
    return {
      send: (order) => {
        if (racer.state.is === 'running') racer.state.port.send(JSON.stringify(order))
      },
      release: () => release(racer),
      kill: () => this.#post({ is: 'kill-racer', id }),
    }
  }

  /** It was started, and this leads to it. */
  started(id: number, port: FrameTransport): void {
    const racer = this.#racers.get(id)
    // One released meanwhile finds its port closed, as it would have later.
    if (racer?.state.is !== 'starting') return port.close()
    racer.state = { is: 'running', port }
    port.onFrame((frame) => {
      if (racer.state.is === 'running') racer.events.onTold(JSON.parse(String(frame)) as RacerTold)
    })
  }

  /** It ended, or could not be started. */
  gone(id: number, reason: string): void {
    const racer = this.#racers.get(id)
    if (!racer) return
    this.#racers.delete(id)
    release(racer)
    racer.events.onGone(reason)
  }
}

function release(racer: ShellRacer): void {
  if (racer.state.is === 'running') racer.state.port.close()
  racer.state = { is: 'released' }
}
