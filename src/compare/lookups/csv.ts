import type { LookupPoint, LookupResult } from '../../contract/index.ts'

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

/** One line a point (RFC 4180), numbers with a point whatever the language. */
export function lookupsToCsv({ points }: LookupResult): string {
  return [HEAD, ...points.map(rowOf)].map((row) => `${row.join(',')}\r\n`).join('')
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
    ...[point.messages, point.rounds, point.medianMs, point.longestMs].map(rounded),
    ...[expected.messages, expected.rounds, expected.found].map(rounded),
  ]
}

function rounded(value: number | null): string | number {
  return value === null ? '' : Math.round(value * 1000) / 1000
}
