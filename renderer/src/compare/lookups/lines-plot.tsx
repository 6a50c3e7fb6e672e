import { useRef, type ReactNode } from 'react'
import { useWidth } from '../../ui/use-width.ts'
import { linear, niceAxis } from '../model/scale.ts'
import { Grid, type AxisWords } from '../plots/grid.tsx'
import { Mark } from '../plots/time-plot.tsx'
import plots from '../plots/plots.module.css'
import type { Line, LineKind } from './model.ts'
import { decades, places } from './scales.ts'

const HEIGHT = 240
const MARGIN = { left: 46, right: 14, top: 26, bottom: 44 }
/** Room between the axis and the first and last mark. */
const INSET = 14
/** Colours and shapes of the two architectures, the same as in a race. */
const MODE = { dns: 'http', dht: 'p2p' } as const

/** Lines over a few values at equal distances: solid ones measured, dashed ones expected, thin and hollow the second time. */
export function LinesPlot(props: {
  /** All that can be seen, in words. */
  label: string
  lines: readonly Line[]
  words: AxisWords
  scale: 'linear' | 'decades'
  /** The end of the axis; as far as the values reach unless given. */
  end?: number | undefined
}): ReactNode {
  const { label, lines, words } = props
  const host = useRef<HTMLDivElement>(null)
  const width = useWidth(host)
  const right = Math.max(MARGIN.left + 60, width - MARGIN.right)
  const xs = [...new Set(lines.flatMap(({ at }) => at.map(({ x }) => x)))].sort((a, b) => a - b)
  const across = new Map(places(xs, MARGIN.left + INSET, right - INSET))
  const x = (value: number): number => across.get(value) ?? MARGIN.left
  const { ticks, y } = heightScale(
    lines.flatMap(({ at }) => at.map((point) => point.y)),
    props,
  )
  const path = ({ at }: Line): string =>
    at.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`).join(' ')
  return (
    <div ref={host}>
      {width > 0 && (
        <svg
          className={plots.plot}
          height={HEIGHT}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          role="img"
          aria-label={label}
        >
          <Grid
            ticks={ticks}
            peers={xs}
            left={MARGIN.left}
            right={right}
            bottom={HEIGHT - MARGIN.bottom}
            x={x}
            y={y}
            words={words}
          />
          {lines.map((line) => (
            <g key={`${line.way} ${line.memory} ${line.isExpected}`} className={plots[MODE[line.way]]}>
              <path className={lineClass(line)} d={path(line)} />
              {!line.isExpected &&
                line.at.map((point) => <LineMark key={point.x} kind={line} x={x(point.x)} y={y(point.y)} />)}
            </g>
          ))}
        </svg>
      )}
    </div>
  )
}

/** A line as a legend shows it. */
export function LineSwatch({ kind, isExpected }: { kind: LineKind; isExpected?: boolean }): ReactNode {
  return (
    <svg width={34} height={16} aria-hidden="true" className={plots[MODE[kind.way]]}>
      <path className={lineClass({ ...kind, isExpected: isExpected === true })} d="M1 8H33" />
      {!isExpected && <LineMark kind={kind} x={17} y={8} />}
    </svg>
  )
}

function LineMark({ kind, x, y }: { kind: LineKind; x: number; y: number }): ReactNode {
  return <Mark mode={MODE[kind.way]} x={x} y={y} hollow={kind.memory === 'warm'} />
}

function lineClass({ memory, isExpected }: Pick<Line, 'memory' | 'isExpected'>): string | undefined {
  if (isExpected) return plots.bound
  return memory === 'cold' ? plots.line : plots.earlier
}

function heightScale(
  values: readonly number[],
  { scale, end }: { scale: 'linear' | 'decades'; end?: number | undefined },
): { ticks: readonly number[]; y: (value: number) => number } {
  const range: [number, number] = [HEIGHT - MARGIN.bottom, MARGIN.top]
  if (scale === 'linear') {
    const axis = niceAxis(end ?? Math.max(1, ...values))
    return { ticks: axis.ticks, y: linear([0, axis.end], range) }
  }
  const ticks = decades(values)
  const along = linear([Math.log10(ticks[0]!), Math.log10(ticks.at(-1)!)], range)
  return { ticks, y: (value) => along(Math.log10(Math.max(value, ticks[0]!))) }
}
