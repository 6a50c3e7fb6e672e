import { deadlineSignal, Emitter, isErrorCode, ShoalError, type AbortOptions } from '../../base/index.ts'
import { PREPARE_TIMEOUT_MS } from '../limits.ts'
import type { RacerOrder, RacerTold } from './messages.ts'

export interface RacerEvents {
  told: RacerTold
  gone: { reason: string }
}

/** One who takes part in a race: a process here, or a laptop elsewhere. */
export abstract class Racer {
  readonly id: string
  readonly name: string
  readonly events = new Emitter<RacerEvents>()
  #state: 'running' | 'ended' = 'running'

  constructor(id: string, name = id) {
    this.id = id
    this.name = name
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  abstract order(order: RacerOrder): void

  /** Ends at once, as a laptop whose battery is taken out. */
  abstract kill(): void

  /** Ends in good order; resolves when nothing of it is left. */
  abstract end(): Promise<void>

  /** The next message of a kind. Rejects when the process says that it failed, ends, or takes too long. */
  async next<K extends RacerTold['is']>(
    is: K,
    options: AbortOptions = {},
  ): Promise<Extract<RacerTold, { is: K }>> {
    const deadline = deadlineSignal(PREPARE_TIMEOUT_MS, this.name, options.signal)
    const stops: (() => void)[] = []
    try {
      return await new Promise((resolve, reject) => {
        const fail = (message: string): void => reject(new ShoalError('internal', `${this.name}: ${message}`))
        if (!this.isRunning) fail('has ended')
        stops.push(
          this.events.on('gone', ({ reason }) => fail(reason)),
          this.events.on('told', (told) => {
            if (told.is === is) resolve(told as Extract<RacerTold, { is: K }>)
            else if (told.is === 'failed') reject(failure(told))
          }),
        )
        deadline.signal.addEventListener('abort', () => reject(deadline.signal.reason as Error), {
          once: true,
        })
        if (deadline.signal.aborted) reject(deadline.signal.reason as Error)
      })
    } finally {
      deadline.clear()
      for (const stop of stops) stop()
    }
  }

  /** It is no more. */
  protected gone(reason: string): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.events.emit('gone', { reason })
  }
}

function failure({ code, message }: Extract<RacerTold, { is: 'failed' }>): ShoalError {
  return new ShoalError(isErrorCode(code) ? code : 'internal', message)
}
