import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import type { Mode } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { useWidth } from '../../ui/use-width.ts'
import { seconds } from '../model/formulas.ts'
import { withGuess, withStroke, type Guess } from '../model/guess.ts'
import { linear, niceAxis } from '../model/scale.ts'
import { Grid } from './grid.tsx'
import { Mark } from './time-plot.tsx'
import css from './guess-plot.module.css'
import plots from './plots.module.css'

const HEIGHT = 300
const MARGIN = { left: 46, right: 20, top: 26, bottom: 46 }
/** Steps of the arrow keys over the whole axis. */
const STEPS = 60

interface Place {
  readonly n: number
  readonly seconds: number
}

/** An empty plot to draw an expectation on: by mouse, by finger, or point by point with the arrow keys. */
export function GuessPlot(props: {
  peers: readonly number[]
  modes: readonly Mode[]
  drawing: Mode
  /** The axis reaches this far at least, seconds. */
  most: number
  guess: Guess
  onChange: (guess: Guess) => void
}): ReactNode {
  const { peers, modes, drawing, guess, onChange } = props
  const { t } = useText()
  const host = useRef<HTMLDivElement>(null)
  const width = useWidth(host)
  const [pen, setPen] = useState<Place | undefined>()
  const axis = niceAxis(props.most)
  const right = Math.max(MARGIN.left + 40, width - MARGIN.right)
  const [low, high] = [peers[0] ?? 1, peers.at(-1) ?? 1]
  const inside: [number, number] = [MARGIN.left + 20, right - 20]
  const x = linear([low, high], inside)
  const y = linear([0, axis.end], [HEIGHT - MARGIN.bottom, MARGIN.top])

  const placeOf = (event: PointerEvent<SVGSVGElement>): Place => {
    const box = event.currentTarget.getBoundingClientRect()
    const at = linear(inside, [low, high])(event.clientX - box.left)
    const n = peers.reduce((best, each) => (Math.abs(each - at) < Math.abs(best - at) ? each : best), low)
    const value = linear([HEIGHT - MARGIN.bottom, MARGIN.top], [0, axis.end])(event.clientY - box.top)
    return { n, seconds: Math.min(axis.end, Math.max(0, value)) }
  }
  const begin = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const place = placeOf(event)
    setPen(place)
    onChange(withGuess(guess, drawing, place.n, place.seconds))
  }
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    if (!pen) return
    const place = placeOf(event)
    onChange(withStroke(guess, drawing, peers, pen, place))
    setPen(place)
  }
  const set = (mode: Mode, n: number, value: number): void =>
    onChange(withGuess(guess, mode, n, Math.min(axis.end, Math.max(0, value))))

  return (
    <div ref={host} className={css.host}>
      {width > 0 && (
        <svg
          className={`${plots.plot} ${css.paper}`}
          height={HEIGHT}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          role="group"
          aria-label={t('compare.guess.plot')}
          onPointerDown={begin}
          onPointerMove={move}
          onPointerUp={() => setPen(undefined)}
          onPointerCancel={() => setPen(undefined)}
        >
          <Grid
            ticks={axis.ticks}
            peers={peers}
            left={MARGIN.left}
            right={right}
            bottom={HEIGHT - MARGIN.bottom}
            x={x}
            y={y}
          />
          {modes.map((mode) => (
            <g key={mode} className={plots[mode]} data-drawing={mode === drawing || undefined}>
              <path className={plots.line} d={lineOf(guess, mode, x, y)} />
              {peers.map((n) => (
                <Handle
                  key={n}
                  mode={mode}
                  n={n}
                  x={x(n)}
                  end={axis.end}
                  y={y}
                  value={guess[mode].get(n)}
                  onSet={set}
                />
              ))}
            </g>
          ))}
        </svg>
      )}
    </div>
  )
}

/** One value of the guess: a slider for the keyboard and for those who cannot see the plot. */
function Handle(props: {
  mode: Mode
  n: number
  x: number
  end: number
  y: (seconds: number) => number
  value: number | undefined
  onSet: (mode: Mode, n: number, seconds: number) => void
}): ReactNode {
  const { mode, n, x, end, y, value, onSet } = props
  const { t } = useText()
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = keyed(event.key, value ?? 0, end)
    if (next === undefined) return
    event.preventDefault()
    onSet(mode, n, next)
  }
  return (
    <g
      className={css.handle}
      role="slider"
      tabIndex={0}
      aria-label={t('compare.guess.point', { mode: t(`compare.modes.${mode}`), n })}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={end}
      aria-valuenow={Number((value ?? 0).toFixed(2))}
      aria-valuetext={value === undefined ? t('compare.guess.unset') : seconds(value)}
      data-unset={value === undefined || undefined}
      onKeyDown={onKeyDown}
    >
      <circle className={css.target} cx={x} cy={y(value ?? 0)} r={16} />
      <Mark mode={mode} x={x} y={y(value ?? 0)} hollow={value === undefined} />
    </g>
  )
}

function keyed(key: string, value: number, end: number): number | undefined {
  const step = end / STEPS
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return value + step
    case 'ArrowDown':
    case 'ArrowLeft':
      return value - step
    case 'PageUp':
      return value + 10 * step
    case 'PageDown':
      return value - 10 * step
    case 'Home':
      return 0
    case 'End':
      return end
    default:
      return undefined
  }
}

function lineOf(guess: Guess, mode: Mode, x: (n: number) => number, y: (seconds: number) => number): string {
  return [...guess[mode]]
    .sort(([a], [b]) => a - b)
    .map(([n, value], i) => `${i === 0 ? 'M' : 'L'}${x(n)} ${y(value)}`)
    .join(' ')
}
