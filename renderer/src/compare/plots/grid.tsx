import type { ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import css from './plots.module.css'

/** What the axes are of: seconds upwards and downloaders to the right, unless said. */
export interface AxisWords {
  readonly xTitle: string
  readonly yTitle: string
  readonly xText: (value: number) => string
  readonly yText: (value: number) => string
}

/** Lines, numbers and what they are; the first tick is the base. `left`, `right` and `bottom` bound the lines. */
export function Grid(props: {
  ticks: readonly number[]
  peers: readonly number[]
  left: number
  right: number
  bottom: number
  x: (n: number) => number
  y: (value: number) => number
  words?: AxisWords
}): ReactNode {
  const { t } = useText()
  const { ticks, peers, left, right, bottom, x, y, words } = props
  return (
    <>
      {ticks.map((tick, i) => (
        <g key={tick}>
          <line className={i === 0 ? css.base : css.grid} x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text x={left - 8} y={y(tick) + 4} textAnchor="end">
            {words ? words.yText(tick) : tick}
          </text>
        </g>
      ))}
      {peers.map((n) => (
        <text key={n} x={x(n)} y={bottom + 18} textAnchor="middle">
          {words ? words.xText(n) : n}
        </text>
      ))}
      <text x={words ? 0 : left - 8} y={12}>
        {words ? words.yTitle : t('compare.result.axisTime')}
      </text>
      <text x={(left + right) / 2} y={bottom + 38} textAnchor="middle">
        {words ? words.xTitle : t('compare.result.axisPeers')}
      </text>
    </>
  )
}
