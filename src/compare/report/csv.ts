import type { RacePoint, RaceResult } from '../../contract/index.ts'
import { raceReasonNameSchema } from '../../contract/index.ts'

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

/** One line a point (RFC 4180), numbers with a point whatever the language. */
export function toCsv({ spec, points }: RaceResult): string {
  const rows = points.map((point) => rowOf(point, spec.size))
  return [HEAD, ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

function rowOf(point: RacePoint, size: number): (string | number)[] {
  const reason = (name: string): number | string => {
    const found = point.reasons.find(({ is }) => is === name)
    return found ? round(found.seconds) : ''
  }
  return [
    point.mode,
    point.n,
    point.repeat,
    size,
    point.seconds === null ? '' : round(point.seconds),
    round(point.bound),
    point.boundTerm,
    point.completed,
    point.sourceBytes,
    point.sourcePayload,
    point.peerBytes,
    round(point.processorBusy),
    point.isProcessorLimited ? 1 : 0,
    Math.round(point.rates.source),
    ...REASONS.map(reason),
  ]
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
