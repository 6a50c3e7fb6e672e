import type { LookupPoint, LookupResult } from '../../contract/index.ts'
import { csvOf, thousandths } from '../numbers.ts'

const HEAD = [
  'way',
  'memory',
  'n',
  'off',
  'lookups',
  'found',
  'messages',
  'rounds',
  'median_ms',
  'longest_ms',
  'expected_messages',
  'expected_rounds',
  'expected_found',
]

/** One line a point. */
export function lookupsToCsv({ points }: LookupResult): string {
  return csvOf([HEAD, ...points.map(rowOf)])
}

function rowOf(point: LookupPoint): (string | number)[] {
  const { expected } = point
  return [
    point.way,
    point.memory,
    point.n,
    point.off,
    point.lookups,
    point.found,
    ...[point.messages, point.rounds, point.medianMs, point.longestMs].map(thousandths),
    ...[expected.messages, expected.rounds, expected.found].map(thousandths),
  ]
}
