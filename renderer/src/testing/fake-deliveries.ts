import {
  deliverySpecSchema,
  type DeliveryComparison,
  type DeliveryCondition,
  type DeliveryTrial,
  type DeliveryWay,
} from '../../../src/contract/index.ts'
import type { CoreClient } from '../core/client.ts'

const INTERVAL_MS = 150

function way(messages: number, arrives: (sentAt: number) => number | null): DeliveryWay {
  const traced = Array.from({ length: messages }, (_, i) => {
    const sentAt = i * INTERVAL_MS
    return { sentAt, arrivedAt: arrives(sentAt) }
  })
  const delays = traced.flatMap(({ sentAt, arrivedAt }) => (arrivedAt === null ? [] : [arrivedAt - sentAt]))
  delays.sort((a, b) => a - b)
  const medianMs = delays[delays.length >> 1] ?? null
  return { messages: traced, delivered: delays.length, medianMs, longestMs: delays.at(-1) ?? null }
}

function trial(condition: DeliveryCondition, messages: number): DeliveryTrial {
  const lengthMs = messages * INTERVAL_MS + 400
  const trouble =
    condition === 'awake' ? null : { from: 0.3 * messages * INTERVAL_MS, to: 0.7 * messages * INTERVAL_MS }
  const isIn = (at: number): boolean => trouble !== null && at > trouble.from && at < trouble.to
  const direct = way(messages, (at) => (condition === 'asleep' && isIn(at) ? null : at + 4))
  const mail = way(messages, (at) => (isIn(at) ? trouble!.to + 90 + (at % 7) * 20 : at + 70 + (at % 11) * 5))
  return { condition, lengthMs, trouble, direct, mail }
}

/** Comparisons of direct messages and mail that exist only in this page: made up, and there at once. */
export function fakeDeliveries(): CoreClient['compare']['deliveries'] {
  return {
    compare: async (input) => {
      const spec = deliverySpecSchema.parse(input)
      const trials = spec.conditions.map((condition) => trial(condition, spec.messages))
      return whole({ state: 'done', spec, trials }) as never
    },
  }
}

async function* whole(comparison: DeliveryComparison): AsyncGenerator<DeliveryComparison> {
  yield comparison
}
