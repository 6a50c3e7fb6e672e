import { END_TIMEOUT_MS } from '../limits.ts'
import type { RacerOptions, RacerOrder } from './messages.ts'
import { Racer } from './racer-base.ts'
import type { RacerChild, SpawnRacer } from './spawn-racer.ts'

/** A racer that is a process of this machine. */
export class RacerProcess extends Racer {
  readonly #child: RacerChild

  constructor(id: string, options: RacerOptions, spawn: SpawnRacer) {
    super(id)
    this.#child = spawn(options, {
      onTold: (told) => this.events.emit('told', told),
      onGone: (reason) => this.gone(reason),
    })
  }

  order(order: RacerOrder): void {
    if (this.isRunning) this.#child.send(order)
  }

  kill(): void {
    this.#child.kill()
  }

  async end(): Promise<void> {
    if (!this.isRunning) return
    const gone = new Promise<void>((resolve) => void this.events.on('gone', () => resolve()))
    this.#child.release()
    const timer = setTimeout(() => this.kill(), END_TIMEOUT_MS)
    await gone
    clearTimeout(timer)
  }
}
