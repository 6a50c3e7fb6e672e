import { ShoalError, type Clock, type Random } from '../../base/index.ts'
import type { ConnectionsView } from '../../contract/index.ts'
import { SocketLedger } from '../../transport/sockets/index.ts'
import { watchConnections, type SocketFacts } from './connections.ts'
import { Labs } from './labs.ts'

/** The core's part about sockets: the labs that are open, and the app's own connections. */
export class SocketRoom {
  readonly labs: Labs
  readonly clock: Clock
  readonly #ledger = new SocketLedger()
  #facts: (() => SocketFacts) | undefined

  constructor(init: { clock: Clock; random: Random }) {
    this.clock = init.clock
    this.labs = new Labs(init)
  }

  /** Counts from here on: to be called before any socket is opened. */
  start(): void {
    this.#ledger.start()
  }

  /** What the sockets of the other rooms are for, once there are rooms. */
  setFacts(facts: () => SocketFacts): void {
    this.#facts = facts
  }

  connections(pagePort: number | undefined, signal?: AbortSignal): AsyncGenerator<ConnectionsView> {
    const facts = this.#facts
    if (!facts) throw new ShoalError('not-running', 'the core is not running')
    return watchConnections({ ledger: this.#ledger, facts, clock: this.clock }, pagePort, signal)
  }

  async stop(): Promise<void> {
    this.#ledger.stop()
    await this.labs.close()
  }
}
