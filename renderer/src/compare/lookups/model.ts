import type { LookupMemory, LookupPoint, LookupWay } from '../../../../src/contract/index.ts'

/** What a line of a plot is of: measured, or expected by theory. */
export interface LineKind {
  readonly way: LookupWay
  readonly memory: LookupMemory
}

export const KINDS: readonly LineKind[] = [
  { way: 'dns', memory: 'cold' },
  { way: 'dns', memory: 'warm' },
  { way: 'dht', memory: 'cold' },
  { way: 'dht', memory: 'warm' },
]

export interface Line extends LineKind {
  readonly isExpected: boolean
  /** x is a number of laptops, or a part switched off. */
  readonly at: readonly { readonly x: number; readonly y: number }[]
}

/** A thing that is plotted: what was measured of a point, and what theory says of it. */
export interface Measure {
  readonly of: (point: LookupPoint) => number | null
  readonly expected: (point: LookupPoint) => number | null
  /** Against laptops with everybody on, or against the part that is off with the most laptops. */
  readonly against: 'n' | 'off'
}

export const MEASURES = {
  messages: { of: ({ messages }) => messages, expected: ({ expected }) => expected.messages, against: 'n' },
  rounds: { of: ({ rounds }) => rounds, expected: ({ expected }) => expected.rounds, against: 'n' },
  time: { of: ({ medianMs }) => medianMs, expected: () => null, against: 'n' },
  found: {
    of: ({ found, lookups }) => found / lookups,
    expected: ({ expected }) => expected.found,
    against: 'off',
  },
} as const satisfies Record<string, Measure>
export type MeasureName = keyof typeof MEASURES

/** Points that a measure is plotted for. */
export function pointsFor(points: readonly LookupPoint[], { against }: Measure): LookupPoint[] {
  if (against === 'n') return points.filter(({ off }) => off === 0)
  const most = Math.max(...points.map(({ n }) => n))
  return points.filter(({ n }) => n === most)
}

/** Every line of a measure: measured ones, and those of theory where it says something of a first look-up. */
export function linesOf(points: readonly LookupPoint[], measure: Measure): Line[] {
  const chosen = pointsFor(points, measure).toSorted((a, b) => a[measure.against] - b[measure.against])
  const lineOf = (kind: LineKind, isExpected: boolean): Line => ({
    ...kind,
    isExpected,
    at: chosen
      .filter(({ way, memory }) => way === kind.way && memory === kind.memory)
      .flatMap((point) => {
        const y = isExpected ? measure.expected(point) : measure.of(point)
        return y === null ? [] : [{ x: point[measure.against], y }]
      }),
  })
  const expected = KINDS.filter(({ memory }) => memory === 'cold').map((kind) => lineOf(kind, true))
  const measured = KINDS.map((kind) => lineOf(kind, false))
  return [...expected, ...measured].filter(({ at }) => at.length > 0)
}

/** Messages of a first look-up each way, with the most laptops that both were measured with. */
export function headlineOf(
  points: readonly LookupPoint[],
): { n: number; dns: number; dht: number } | undefined {
  const first = points.filter(({ memory, off }) => memory === 'cold' && off === 0)
  const of = (way: LookupWay): Map<number, number> =>
    new Map(first.flatMap((point) => (point.way === way ? [[point.n, point.messages]] : [])))
  const [dns, dht] = [of('dns'), of('dht')]
  const n = Math.max(...[...dns.keys()].filter((each) => dht.has(each)))
  return Number.isFinite(n) ? { n, dns: dns.get(n)!, dht: dht.get(n)! } : undefined
}
