import { RecentMap, type Clock } from '../../../base/index.ts'
import { MAX_SERVER_BACKOFF_MS, MAX_SERVERS_KNOWN, SERVER_BACKOFF_MS } from './limits.ts'
import type { ServerAddress } from './types.ts'

interface Health {
  readonly failures: number
  readonly restUntil: number
}

/** Which servers stay silent: they are asked last, and more rarely the longer it lasts (RFC 9520 §3.1). */
export class ServerHealth {
  readonly #clock: Clock
  readonly #known = new RecentMap<string, Health>(MAX_SERVERS_KNOWN)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** In the order to ask: those that answer before those that rest; equals stay as they are. */
  sort<T extends ServerAddress>(servers: readonly T[]): T[] {
    const now = this.#clock.now()
    const isResting = (server: T): number => Number((this.#known.get(keyOf(server))?.restUntil ?? 0) > now)
    return servers.toSorted((a, b) => isResting(a) - isResting(b))
  }

  answered(server: ServerAddress): void {
    this.#known.delete(keyOf(server))
  }

  failed(server: ServerAddress): void {
    const failures = (this.#known.get(keyOf(server))?.failures ?? 0) + 1
    const rest = Math.min(SERVER_BACKOFF_MS * 2 ** (failures - 1), MAX_SERVER_BACKOFF_MS)
    this.#known.set(keyOf(server), { failures, restUntil: this.#clock.now() + rest })
  }

  clear(): void {
    this.#known.clear()
  }
}

function keyOf({ address, port }: ServerAddress): string {
  return `${address} ${port}`
}
