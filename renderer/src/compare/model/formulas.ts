import type { RacePoint, RaceSpec } from '../../../../src/contract/index.ts'
import type { Format } from '../../format/format.ts'

/** A number's formula, in the signs a course uses: as it stands, with this run's values, and what comes out. */
export interface Formula {
  readonly lines: readonly string[]
}

/** Seconds with three digits, as a table has them. */
export function seconds(value: number): string {
  const digits = Math.abs(value) < 9.995 ? 2 : Math.abs(value) < 99.95 ? 1 : 0
  return `${value.toFixed(digits)} s`
}

/** The bound of a run, each term with its values; the largest decides. */
export function boundFormula(
  point: RacePoint,
  spec: Pick<RaceSpec, 'size' | 'servers'>,
  format: Format,
): Formula {
  const { mode, n, rates, terms, bound } = point
  const f = bits(spec.size, format)
  const source = format.rate(rates.source)
  const slowest = format.rate(Math.min(...rates.peers.map(({ down }) => down)))
  const uplinks = format.rate(rates.peers.reduce((sum, { up }) => sum + up, 0))
  const air = rates.medium === null ? '' : format.rate(rates.medium)
  const signs: string[] = []
  const values: string[] = []
  const add = (sign: string, value: string): void => void (signs.push(sign), values.push(value))
  if (mode === 'http') add('N·F ÷ (K·uₛ)', `${n}·${f} ÷ (${spec.servers}·${source})`)
  else add('F ÷ uₛ', `${f} ÷ ${source}`)
  add('F ÷ d_min', `${f} ÷ ${slowest}`)
  if (mode === 'p2p') add('N·F ÷ (uₛ + Σuᵢ)', `${n}·${f} ÷ (${source} + ${uplinks})`)
  if (rates.medium !== null) {
    if (mode === 'http') add('N·F ÷ C', `${n}·${f} ÷ ${air}`)
    else add('max(N·F ÷ C, 2·N·F ÷ (uₛ + C))', `max(${n}·${f} ÷ ${air}, 2·${n}·${f} ÷ (${source} + ${air}))`)
  }
  return {
    lines: [
      `D ≥ max(${signs.join(',  ')})`,
      `= max(${values.join(',  ')})`,
      `= max(${terms.map((term) => seconds(term.seconds)).join(',  ')})`,
      `= ${seconds(bound)}`,
    ],
  }
}

/** Measured time: when the last of N had everything. */
export function measuredFormula(point: RacePoint): Formula {
  const ends = point.peers.flatMap((peer) => (peer.seconds === null ? [] : [peer.seconds]))
  const shown =
    ends.length > 8 ? [...ends.slice(0, 7).map(seconds), '…', seconds(ends.at(-1)!)] : ends.map(seconds)
  return {
    lines: [
      'D = max(t₁, …, t_N)',
      `= max(${shown.join(',  ')})`,
      `= ${point.seconds === null ? '—' : seconds(point.seconds)}`,
    ],
  }
}

/** Measured over bound. */
export function ratioFormula({ seconds: measured, bound }: RacePoint): Formula {
  if (measured === null) return { lines: ['—'] }
  return {
    lines: [
      'D ÷ D_bound',
      `= ${seconds(measured)} ÷ ${seconds(bound)}`,
      `= ${(measured / bound).toFixed(2)}`,
    ],
  }
}

/** What the sources sent, in copies of the file. */
export function sourceFormula(point: RacePoint, size: number, format: Format): Formula {
  const { sourceBytes } = point
  return {
    lines: [
      'Σ bytes(sources) ÷ F',
      `= ${format.size(sourceBytes)} ÷ ${format.size(size)}`,
      `= ${(sourceBytes / size).toFixed(2)}`,
    ],
  }
}

/** Which part of all that was sent came from downloaders. */
export function peerShareFormula({ sourceBytes, peerBytes }: RacePoint, format: Format): Formula {
  const [s, p] = [format.size(sourceBytes), format.size(peerBytes)]
  return {
    lines: [
      'Σ bytes(peers) ÷ Σ bytes',
      `= ${p} ÷ (${p} + ${s})`,
      `= ${format.percent(shareOfPeers({ sourceBytes, peerBytes }))}`,
    ],
  }
}

export function shareOfPeers({
  sourceBytes,
  peerBytes,
}: Pick<RacePoint, 'sourceBytes' | 'peerBytes'>): number {
  const all = sourceBytes + peerBytes
  return all === 0 ? 0 : peerBytes / all
}

/** The reasons add up to the difference. */
export function gapFormula(point: RacePoint): Formula {
  const { seconds: measured, bound, reasons } = point
  if (measured === null) return { lines: ['—'] }
  return {
    lines: [
      'D − D_bound = Σ reasons',
      `${seconds(measured)} − ${seconds(bound)} = ${reasons.map((each) => seconds(each.seconds)).join(' + ')}`,
      `${seconds(measured - bound)} = ${seconds(reasons.reduce((sum, each) => sum + each.seconds, 0))}`,
    ],
  }
}

/** How many times as fast the one way was. */
export function speedFormula(http: number, p2p: number): Formula {
  return { lines: ['D_cs ÷ D_p2p', `= ${seconds(http)} ÷ ${seconds(p2p)}`, `= ${(http / p2p).toFixed(1)}`] }
}

/** A file is spoken of in bytes, a link in bits: the same thing for both. */
function bits(bytes: number, format: Format): string {
  return format.rate(bytes * 8).replace(/\/s$/, '')
}
