import { performance } from 'node:perf_hooks'
import type { Connection, Libp2p } from '@libp2p/interface'
import { errorMessage, type Clock, type Logger, type Random } from '../../base/index.ts'
import {
  CALM_UTILIZATION,
  IDENTIFY_AT_ONCE,
  IDENTIFY_LATEST_MS,
  IDENTIFY_LOOK_MS,
  IDENTIFY_WHEN_CALM,
} from './limits.ts'

export interface IdentifyPaceInit {
  readonly libp2p: Pick<Libp2p, 'addEventListener' | 'removeEventListener' | 'getConnections'>
  /** Asks one peer who it is: libp2p's identify. */
  readonly identify: (connection: Connection) => Promise<unknown>
  /** How busy this thread was since it was asked last, 0…1. */
  readonly utilization: () => number
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/**
 * When those who connect are asked for their protocols and addresses (libp2p identify): the first at once, the others when
 * there is nothing better to do. The DHT alone needs the answers, and not everybody's; the library asks each the moment it
 * connects, and when a class begins to download that is the moment in which everybody has most to do.
 */
export class IdentifyPace {
  readonly #init: IdentifyPaceInit
  /** Who waits, in the order in which they came, and until when at most. */
  readonly #waiting = new Map<Connection, number>()
  readonly #onOpen = ({ detail }: CustomEvent<Connection>): void => this.#opened(detail)
  readonly #onClose = ({ detail }: CustomEvent<Connection>): void => void this.#waiting.delete(detail)
  /** How many more are asked at once until the next look. */
  #free = IDENTIFY_AT_ONCE
  #stopTimer: (() => void) | undefined

  constructor(init: IdentifyPaceInit) {
    this.#init = init
    init.libp2p.addEventListener('connection:open', this.#onOpen)
    init.libp2p.addEventListener('connection:close', this.#onClose)
    for (const connection of init.libp2p.getConnections()) this.#opened(connection)
  }

  stop(): void {
    this.#init.libp2p.removeEventListener('connection:open', this.#onOpen)
    this.#init.libp2p.removeEventListener('connection:close', this.#onClose)
    this.#stopTimer?.()
    this.#waiting.clear()
  }

  #opened(connection: Connection): void {
    const { clock, random } = this.#init
    if (this.#free > 0) {
      this.#free--
      this.#ask(connection)
    } else this.#waiting.set(connection, clock.now() + (1 + random.next()) * IDENTIFY_LATEST_MS)
    this.#lookLater()
  }

  #lookLater(): void {
    if (this.#stopTimer) return
    const { clock, random, utilization } = this.#init
    utilization()
    // Laptops that met at one moment look at moments of their own.
    this.#stopTimer = clock.after((0.5 + random.next()) * IDENTIFY_LOOK_MS, () => {
      this.#stopTimer = undefined
      this.#look()
    })
  }

  #look(): void {
    const isCalm = this.#init.utilization() < CALM_UTILIZATION
    if (isCalm) this.#free = IDENTIFY_AT_ONCE
    const now = this.#init.clock.now()
    const due = [...this.#waiting].filter(([, latest]) => isCalm || latest <= now)
    for (const [connection] of due.slice(0, IDENTIFY_WHEN_CALM)) {
      this.#waiting.delete(connection)
      this.#ask(connection)
    }
    if (this.#waiting.size > 0 || this.#free < IDENTIFY_AT_ONCE) this.#lookLater()
  }

  #ask(connection: Connection): void {
    this.#init.identify(connection).catch((error: unknown) => {
      const peer = connection.remotePeer.toString()
      this.#init.log.debug('not identified', { peer, reason: errorMessage(error) })
    })
  }
}

/** Of the event loop of this thread. */
export function loopUtilization(): () => number {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization
  }
}
