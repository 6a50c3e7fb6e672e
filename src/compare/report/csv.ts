import type { RacePoint, RaceResult } from '../../contract/index.ts'
import { raceReasonNameSchema } from '../../contract/index.ts'
import { csvOf, thousandths } from '../numbers.ts'

const REASONS = raceReasonNameSchema.options

const HEAD = [
  'mode',
  'n',
  'repeat',
  'size_bytes',
  'seconds',
  'bound_seconds',
  'bound_term',
  'completed',
  'source_bytes',
  'source_payload_bytes',
  'peer_bytes',
  'processor_busy',
  'processor_limited',
  'source_up_bits_per_second',
  ...REASONS.map((reason) => `${reason}_seconds`),
]

/** One line a point. */
export function toCsv({ spec, points }: RaceResult): string {
  return csvOf([HEAD, ...points.map((point) => rowOf(point, spec.size))])
}

function rowOf(point: RacePoint, size: number): (string | number)[] {
  const reason = (name: string): number | string => {
    const found = point.reasons.find(({ is }) => is === name)
    return thousandths(found?.seconds ?? null)
  }
  return [
    point.mode,
    point.n,
    point.repeat,
    size,
    thousandths(point.seconds),
    thousandths(point.bound),
    point.boundTerm,
    point.completed,
    point.sourceBytes,
    point.sourcePayload,
    point.peerBytes,
    thousandths(point.processorBusy),
    point.isProcessorLimited ? 1 : 0,
    Math.round(point.rates.source),
    ...REASONS.map(reason),
  ]
}
