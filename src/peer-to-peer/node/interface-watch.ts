import { Emitter, type Clock, type EventSource } from '../../base/index.ts'
import { INTERFACE_POLL_MS } from './limits.ts'
import type { NetworkInterface, ReadInterfaces } from './interfaces.ts'

export interface InterfaceEvents {
  change: { interfaces: readonly NetworkInterface[] }
}

/**
 * The interfaces now, and an event when they change (a cable is plugged in, Wi-Fi moves to another network) or the user
 * excludes one. Polls: no system notification reaches Node.
 */
export class InterfaceWatch {
  readonly events: EventSource<InterfaceEvents>
  readonly #emitter = new Emitter<InterfaceEvents>()
  readonly #read: ReadInterfaces
  readonly #stopPolling: () => void
  #excluded: ReadonlySet<string>
  #current: readonly NetworkInterface[]
  #fingerprint: string

  constructor(options: { read: ReadInterfaces; excluded: readonly string[]; clock: Clock }) {
    this.events = this.#emitter
    this.#read = options.read
    this.#excluded = new Set(options.excluded)
    this.#current = this.#readNow()
    this.#fingerprint = JSON.stringify(this.#current)
    this.#stopPolling = options.clock.every(INTERFACE_POLL_MS, () => this.check())
  }

  list(): readonly NetworkInterface[] {
    return this.#current
  }

  /** Those the user has not excluded. */
  usable(): readonly NetworkInterface[] {
    return this.#current.filter((each) => !each.excluded)
  }

  setExcluded(names: readonly string[]): void {
    this.#excluded = new Set(names)
    this.check()
  }

  /** Reads again now, instead of at the next poll. */
  check(): void {
    const next = this.#readNow()
    const fingerprint = JSON.stringify(next)
    if (fingerprint === this.#fingerprint) return
    this.#current = next
    this.#fingerprint = fingerprint
    this.#emitter.emit('change', { interfaces: next })
  }

  stop(): void {
    this.#stopPolling()
    this.#emitter.clear()
  }

  #readNow(): NetworkInterface[] {
    return this.#read().map((each) => ({ ...each, excluded: this.#excluded.has(each.name) }))
  }
}
