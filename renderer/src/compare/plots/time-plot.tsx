import { useId, useRef, type ReactNode } from 'react'
import type { Mode, RacePoint } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { useWidth } from '../../ui/use-width.ts'
import { curveOf, MODES, modesOf, type CurvePoint } from '../model/curves.ts'
import { seconds } from '../model/formulas.ts'
import type { Guess } from '../model/guess.ts'
import { linear, niceAxis } from '../model/scale.ts'
import { Grid } from './grid.tsx'
import css from './plots.module.css'

const HEIGHT = 360
const MARGIN = { left: 46, right: 92, top: 26, bottom: 46 }

export interface TimePlotProps {
  /** Bounds are drawn for every N that will be run; what is not measured yet has no mark. */
  readonly bounds: Readonly<Record<Mode, readonly { n: number; seconds: number }[]>>
  readonly points: readonly RacePoint[]
  readonly guess?: Guess | undefined
  readonly earlier?: readonly RacePoint[] | undefined
}

interface Scales {
  readonly x: (n: number) => number
  readonly y: (seconds: number) => number
}

/** The picture of the race: time against N for both ways, the bounds beneath, the gap between them filled. */
export function TimePlot(props: TimePlotProps): ReactNode {
  const { t } = useText()
  const host = useRef<HTMLDivElement>(null)
  const width = useWidth(host)
  const lines = useLines(props.points)
  const { bounds, points, earlier = [], guess } = props
  const curves = MODES.map((mode) => ({ mode, curve: curveOf(points, mode) }))
  const peers = [...new Set([...bounds.http, ...bounds.p2p].map(({ n }) => n))].sort((a, b) => a - b)
  const axis = niceAxis(highest(props))
  const right = Math.max(MARGIN.left + 40, width - MARGIN.right)
  const scales: Scales = {
    x: linear([peers[0] ?? 1, peers.at(-1) ?? 1], [MARGIN.left + 18, right - 6]),
    y: linear([0, axis.end], [HEIGHT - MARGIN.bottom, MARGIN.top]),
  }
  return (
    <div ref={host}>
      {width > 0 && (
        <svg
          className={css.plot}
          height={HEIGHT}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          role="img"
          aria-label={t('compare.result.timeAlt', { lines })}
        >
          <Grid
            ticks={axis.ticks}
            peers={peers}
            left={MARGIN.left}
            right={right}
            bottom={HEIGHT - MARGIN.bottom}
            {...scales}
          />
          {MODES.map((mode) => (
            <g key={mode} className={css[mode]}>
              <Earlier curve={curveOf(earlier, mode)} scales={scales} />
            </g>
          ))}
          {curves.map(({ mode, curve }) => (
            <g key={mode} className={css[mode]}>
              <Glow curve={curve} scales={scales} />
              <Gap curve={curve} scales={scales} />
              <path className={css.bound} d={boundPath(bounds[mode], scales)} />
              {guess && <path className={css.guess} d={path(guessLine(guess, mode), scales)} />}
              <path className={css.line} d={path(measuredOf(curve), scales)} />
              <Marks mode={mode} curve={curve} scales={scales} />
            </g>
          ))}
          <EndLabels curves={curves} scales={scales} x={right + 4} />
        </svg>
      )}
      <Legend points={points} hasGuess={guess !== undefined} hasEarlier={earlier.length > 0} />
    </div>
  )
}

function useLines(points: readonly RacePoint[]): string {
  const { t } = useText()
  return modesOf(points)
    .map((mode) => {
      const words = measuredOf(curveOf(points, mode)).map(
        (point) => `N = ${point.n}: ${seconds(point.seconds)}`,
      )
      return t('compare.result.line', { mode: t(`compare.modes.${mode}`), points: words.join(', ') })
    })
    .join(' ')
}

function highest({ bounds, points, guess, earlier = [] }: TimePlotProps): number {
  const guessed = guess ? [...guess.http.values(), ...guess.p2p.values()] : []
  const all = [...bounds.http, ...bounds.p2p].map((each) => each.seconds)
  const measured = [...points, ...earlier].map((point) => point.seconds ?? 0)
  return 1.04 * Math.max(0.1, ...all, ...measured, ...guessed)
}

/** Water under the line, thinning out downwards. */
function Glow({ curve, scales }: { curve: readonly CurvePoint[]; scales: Scales }): ReactNode {
  const id = useId()
  const measured = measuredOf(curve)
  if (measured.length < 2) return null
  const [first, last] = [measured[0]!, measured.at(-1)!]
  const floor = scales.y(0)
  return (
    <>
      <linearGradient id={id} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" className={css.glowTop} />
        <stop offset="1" className={css.glowEnd} />
      </linearGradient>
      <path
        fill={`url(#${id})`}
        d={`${path(measured, scales)} L${scales.x(last.n)} ${floor} L${scales.x(first.n)} ${floor} Z`}
      />
    </>
  )
}

/** The area between what was possible and what was measured. */
function Gap({ curve, scales }: { curve: readonly CurvePoint[]; scales: Scales }): ReactNode {
  const measured = measuredOf(curve)
  if (measured.length < 2) return null
  const back = measured.toReversed().map(({ n, bound }) => `L${scales.x(n)} ${scales.y(bound)}`)
  return <path className={css.gap} d={`${path(measured, scales)} ${back.join(' ')} Z`} />
}

function Earlier({ curve, scales }: { curve: readonly CurvePoint[]; scales: Scales }): ReactNode {
  return <path className={css.earlier} d={path(measuredOf(curve), scales)} />
}

function Marks({
  mode,
  curve,
  scales,
}: {
  mode: Mode
  curve: readonly CurvePoint[]
  scales: Scales
}): ReactNode {
  return curve.map(({ n, seconds: mean, bound, runs }) => {
    const x = scales.x(n)
    if (mean === undefined)
      return (
        <text key={n} className={css.cross} x={x} y={scales.y(bound) - 8} textAnchor="middle">
          ×
        </text>
      )
    const single = runs.length > 1 ? runs.flatMap((run) => (run.seconds === null ? [] : [run.seconds])) : []
    return (
      <g key={n}>
        {single.map((each, i) => (
          <circle key={i} className={css.run} cx={x} cy={scales.y(each)} r={2.5} />
        ))}
        <Mark mode={mode} x={x} y={scales.y(mean)} hollow={runs.some((run) => run.isProcessorLimited)} />
      </g>
    )
  })
}

/** Told apart by shape too. */
export function Mark(props: { mode: Mode; x: number; y: number; hollow?: boolean }): ReactNode {
  const { mode, x, y, hollow } = props
  const common = { className: css.mark, 'data-hollow': hollow || undefined }
  return mode === 'http' ? (
    <rect {...common} x={x - 6} y={y - 6} width={12} height={12} rx={2} />
  ) : (
    <circle {...common} cx={x} cy={y} r={6.5} />
  )
}

/** The last value of each line beside its end, pushed apart where they would lie on each other. */
function EndLabels(props: {
  curves: readonly { mode: Mode; curve: readonly CurvePoint[] }[]
  scales: Scales
  x: number
}): ReactNode {
  const { t } = useText()
  const ends = props.curves
    .flatMap(({ mode, curve }) => {
      const last = measuredOf(curve).at(-1)
      return last ? [{ mode, y: props.scales.y(last.seconds), value: last.seconds }] : []
    })
    .sort((a, b) => a.y - b.y)
  const [first, second] = ends
  if (first && second && second.y - first.y < 34) second.y = first.y + 34
  return ends.map(({ mode, y, value }) => (
    <g key={mode} className={css[mode]}>
      <text className={css.end} x={props.x} y={y - 1}>
        {seconds(value)}
      </text>
      <text x={props.x} y={y + 14}>
        {t(`compare.modesShort.${mode}`)}
      </text>
    </g>
  ))
}

function Legend(props: { points: readonly RacePoint[]; hasGuess: boolean; hasEarlier: boolean }): ReactNode {
  const { t } = useText()
  const line = (className: string | undefined): ReactNode => (
    <svg width={26} height={10} aria-hidden="true" className={css.p2p}>
      <path className={className} d="M1 5H25" />
    </svg>
  )
  return (
    <ul className={css.legend}>
      {MODES.map((mode) => (
        <li key={mode}>
          <svg width={16} height={16} aria-hidden="true" className={css[mode]}>
            <Mark mode={mode} x={8} y={8} />
          </svg>
          {t(`compare.modes.${mode}`)}
        </li>
      ))}
      <li>
        {line(css.bound)} {t('compare.result.bound')}
      </li>
      {props.hasGuess && (
        <li>
          {line(css.guess)} {t('compare.result.yourGuess')}
        </li>
      )}
      {props.hasEarlier && (
        <li>
          {line(css.earlier)} {t('compare.result.earlier')}
        </li>
      )}
      {props.points.some(({ isProcessorLimited }) => isProcessorLimited) && (
        <li>{t('compare.result.legendProcessor')}</li>
      )}
      {props.points.some((point) => point.seconds === null) && (
        <li>{t('compare.result.legendIncomplete')}</li>
      )}
    </ul>
  )
}

function measuredOf(curve: readonly CurvePoint[]): { n: number; seconds: number; bound: number }[] {
  return curve.flatMap(({ n, seconds: mean, bound }) =>
    mean === undefined ? [] : [{ n, seconds: mean, bound }],
  )
}

function guessLine(guess: Guess, mode: Mode): { n: number; seconds: number }[] {
  return [...guess[mode]].map(([n, value]) => ({ n, seconds: value })).sort((a, b) => a.n - b.n)
}

/** A single N has no line: a stroke at its height. */
function boundPath(line: readonly { n: number; seconds: number }[], scales: Scales): string {
  const [only] = line
  if (!only || line.length > 1) return path(line, scales)
  return `M${scales.x(only.n) - 22} ${scales.y(only.seconds)} h44`
}

function path(line: readonly { n: number; seconds: number }[], { x, y }: Scales): string {
  return line.map(({ n, seconds: value }, i) => `${i === 0 ? 'M' : 'L'}${x(n)} ${y(value)}`).join(' ')
}
