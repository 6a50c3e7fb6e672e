import type { Clock, Emitter, ErrorCode, ShoalError } from '../base/index.ts'
import { RETRY_MS } from './limits.ts'
import type { StoredShareEvents } from './types.ts'

type State =
  { readonly is: 'none' } | { readonly is: 'trouble'; readonly error: ShoalError; stop: () => void }

/** What the disk may get over by itself. A changed source or a hostile root it does not. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'disk-full',
  'permission-denied',
  'path-missing',
  'storage-failed',
])

/** Why a share cannot read or write for now. Told once; when it may pass, tried again until it has. */
export class Trouble {
  readonly #events: Emitter<StoredShareEvents>
  readonly #clock: Clock
  readonly #probe: () => Promise<unknown>
  #state: State = { is: 'none' }

  constructor(events: Emitter<StoredShareEvents>, clock: Clock, probe: () => Promise<unknown>) {
    this.#events = events
    this.#clock = clock
    this.#probe = probe
  }

  report(error: ShoalError): void {
    const known = this.#state.is === 'trouble' ? this.#state : undefined
    if (known?.error.code === error.code) return
    known?.stop()
    const stop = PASSING.has(error.code) ? this.#clock.every(RETRY_MS, () => void this.#retry()) : () => {}
    this.#state = { is: 'trouble', error, stop }
    this.#events.emit('trouble', { error })
  }

  /** It works again. */
  clear(): void {
    if (this.#state.is === 'none') return
    this.stop()
    this.#events.emit('recovered', {})
  }

  stop(): void {
    if (this.#state.is === 'trouble') this.#state.stop()
    this.#state = { is: 'none' }
  }

  async #retry(): Promise<void> {
    const before = this.#state
    try {
      await this.#probe()
    } catch {
      return
    }
    if (this.#state === before) this.clear()
  }
}
