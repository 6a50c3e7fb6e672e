import { ShoalError, type Logger } from '../../base/index.ts'
import type { DeliveryComparison, DeliverySpec } from '../../contract/index.ts'
import { compareDeliveries } from './compare-deliveries.ts'

/** Direct messages beside mail; one comparison at a time, since each measures delays. */
export class Deliveries {
  readonly #log: Logger
  #state: 'idle' | 'running' = 'idle'

  constructor(log: Logger) {
    this.#log = log.child('deliveries')
  }

  async *compare(spec: DeliverySpec, signal?: AbortSignal): AsyncGenerator<DeliveryComparison> {
    if (this.#state === 'running')
      throw new ShoalError('already-running', 'messages are being compared already')
    this.#state = 'running'
    try {
      yield* compareDeliveries(spec, this.#log, signal)
    } finally {
      this.#state = 'idle'
    }
  }
}
