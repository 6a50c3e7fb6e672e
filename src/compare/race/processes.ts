import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { deadlineSignal, Emitter, isErrorCode, ShoalError, type AbortOptions } from '../../base/index.ts'
import { workerUrl } from '../../store/worker-url.ts'
import { END_TIMEOUT_MS, PREPARE_TIMEOUT_MS } from '../limits.ts'
import type { RacerOptions, RacerOrder, RacerTold } from './messages.ts'

interface RacerEvents {
  told: RacerTold
  gone: { reason: string }
}

/** One process of a race. */
export class RacerProcess {
  readonly id: string
  readonly #child: ChildProcess
  readonly events = new Emitter<RacerEvents>()
  #state: 'running' | 'ended' = 'running'
  #errors = ''

  constructor(id: string, options: RacerOptions) {
    this.id = id
    const entry = fileURLToPath(workerUrl('racer', import.meta.url))
    this.#child = fork(entry, [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-2000)
    })
    this.#child.on('message', (told: RacerTold) => this.events.emit('told', told))
    this.#child.on('error', (error) => this.#gone(error.message))
    this.#child.on('exit', (code, signal) => this.#gone(this.#errors.trim() || String(signal ?? code)))
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  order(order: RacerOrder): void {
    if (this.isRunning && this.#child.connected) this.#child.send(order, () => {})
  }

  /** The next message of a kind. Rejects when the process says that it failed, ends, or takes too long. */
  async next<K extends RacerTold['is']>(
    is: K,
    options: AbortOptions = {},
  ): Promise<Extract<RacerTold, { is: K }>> {
    const deadline = deadlineSignal(PREPARE_TIMEOUT_MS, `racer ${this.id}`, options.signal)
    const stops: (() => void)[] = []
    try {
      return await new Promise((resolve, reject) => {
        const fail = (message: string): void =>
          reject(new ShoalError('internal', `racer ${this.id}: ${message}`))
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

  /** Ends at once, as a laptop whose battery is taken out. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Ends; resolves when the process is gone. */
  async end(): Promise<void> {
    if (this.#state === 'ended') return
    const gone = new Promise<void>((resolve) => void this.events.on('gone', () => resolve()))
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.kill(), END_TIMEOUT_MS)
    await gone
    clearTimeout(timer)
  }

  #gone(reason: string): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.events.emit('gone', { reason })
  }
}

function failure({ code, message }: Extract<RacerTold, { is: 'failed' }>): ShoalError {
  return new ShoalError(isErrorCode(code) ? code : 'internal', message)
}
