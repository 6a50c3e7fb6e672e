import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { ShoalError } from '../../base/index.ts'
import { workerUrl } from '../../store/worker-url.ts'
import { END_TIMEOUT_MS } from '../limits.ts'
import type { RacerOptions, RacerOrder, RacerTold } from './messages.ts'
import { Racer } from './racer-base.ts'

/** A racer that is a process of this machine. */
export class RacerProcess extends Racer {
  readonly #child: ChildProcess
  #errors = ''

  constructor(id: string, options: RacerOptions) {
    super(id)
    // An installed app's program is not Node: it could start nothing but itself.
    if (process.versions['electron'] !== undefined) {
      throw new ShoalError('not-supported', 'the installed app cannot start processes for a race yet')
    }
    this.#child = fork(fileURLToPath(entry()), [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-2000)
    })
    this.#child.on('message', (told: RacerTold) => this.events.emit('told', told))
    this.#child.on('error', (error) => this.gone(error.message))
    this.#child.on('exit', (code, signal) => this.gone(this.#errors.trim() || String(signal ?? code)))
  }

  order(order: RacerOrder): void {
    if (this.isRunning && this.#child.connected) this.#child.send(order, () => {})
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async end(): Promise<void> {
    if (!this.isRunning) return
    const gone = new Promise<void>((resolve) => void this.events.on('gone', () => resolve()))
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.kill(), END_TIMEOUT_MS)
    await gone
    clearTimeout(timer)
  }
}

/** A racer that is a thread of this process: where nothing is shaped and the laptop is one racer, that is enough. */
export class RacerThread extends Racer {
  readonly #worker: Worker

  constructor(id: string, options: RacerOptions) {
    super(id)
    this.#worker = new Worker(entry(), { argv: [JSON.stringify(options)], execArgv: [] })
    this.#worker.on('message', (told: RacerTold) => this.events.emit('told', told))
    this.#worker.on('error', (error) => this.gone(String(error)))
    this.#worker.on('exit', (code) => this.gone(`ended with ${code}`))
  }

  order(order: RacerOrder): void {
    if (this.isRunning) this.#worker.postMessage(order)
  }

  kill(): void {
    void this.#worker.terminate()
  }

  async end(): Promise<void> {
    if (this.isRunning) await this.#worker.terminate()
  }
}

function entry(): URL {
  return workerUrl('racer', import.meta.url)
}
