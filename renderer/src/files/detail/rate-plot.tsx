import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import uPlot from 'uplot'
import type { ShareDetail } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import type { Format } from '../../format/format.ts'
import { useWidth } from '../../ui/use-width.ts'
import css from './rate-plot.module.css'

const HEIGHT = 168
/** Steps of the time axis, seconds. */
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300]

type Rates = ShareDetail['rates']

/** Rates of the last minutes: what comes in as water, what goes out as a warm line. */
export function RatePlot({ rates }: { rates: Rates }): ReactNode {
  const { t, format } = useText()
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const latest = useRef(rates)
  latest.current = rates
  const width = useWidth(host)
  const scheme = useComputedColorScheme('light')
  const drawable = width > 0 && rates.length > 0

  // uPlot reads its colours and words once: another scheme or language is another plot.
  useEffect(() => {
    if (!drawable || !host.current) return
    const made = new uPlot(optionsOf(host.current, width, format), dataOf(latest.current), host.current)
    plot.current = made
    return () => {
      made.destroy()
      plot.current = undefined
    }
  }, [drawable, width, scheme, format])
  useEffect(() => plot.current?.setData(dataOf(rates)), [rates])

  const last = rates.at(-1)
  const down = format.rate(last?.down ?? 0)
  const up = format.rate(last?.up ?? 0)
  return (
    <figure className={css.figure}>
      <figcaption className={css.legend}>
        <span data-series="down">
          {t('share.down')} <b>{down}</b>
        </span>
        <span data-series="up">
          {t('share.up')} <b>{up}</b>
        </span>
      </figcaption>
      <div ref={host} className={css.host} role="img" aria-label={t('detail.ratesLabel', { down, up })}>
        {rates.length === 0 && <p>{t('detail.ratesEmpty')}</p>}
      </div>
    </figure>
  )
}

function dataOf(rates: Rates): uPlot.AlignedData {
  return [rates.map(({ at }) => at / 1000), rates.map(({ down }) => down), rates.map(({ up }) => up)]
}

function optionsOf(host: HTMLElement, width: number, format: Format): uPlot.Options {
  const style = getComputedStyle(host)
  const colour = (name: string): string => style.getPropertyValue(`--sh-${name}`).trim()
  const axis = {
    stroke: colour('muted'),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
  }
  return {
    width,
    height: HEIGHT,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(1e6, max * 1.15)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        space: 80,
        incrs: SECONDS,
        values: (_plot, ticks) => ticks.map((tick) => clockOf(tick)),
      },
      {
        ...axis,
        size: 74,
        splits: rateTicks,
        values: (_plot, ticks) => ticks.map((tick) => format.rate(tick)),
      },
    ],
    series: [
      {},
      { stroke: colour('accent'), fill: `${colour('accent')}26`, width: 1.75, points: { show: false } },
      { stroke: colour('warm'), width: 1.75, points: { show: false } },
    ],
  }
}

/** Round numbers, four lines at most. */
function rateTicks(_plot: uPlot, _axis: number, min: number, max: number): number[] {
  const rough = (max - min) / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, i) => i * step)
}

function clockOf(seconds: number): string {
  const at = new Date(seconds * 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
