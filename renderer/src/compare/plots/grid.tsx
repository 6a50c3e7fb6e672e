import type { ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import css from './plots.module.css'

/** Seconds upwards, downloaders to the right: lines, numbers and what they are. `left`, `right` and `bottom` bound the lines. */
export function Grid(props: {
  ticks: readonly number[]
  peers: readonly number[]
  left: number
  right: number
  bottom: number
  x: (n: number) => number
  y: (seconds: number) => number
}): ReactNode {
  const { t } = useText()
  const { ticks, peers, left, right, bottom, x, y } = props
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={tick === 0 ? css.base : css.grid} x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text x={left - 8} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      {peers.map((n) => (
        <text key={n} x={x(n)} y={bottom + 18} textAnchor="middle">
          {n}
        </text>
      ))}
      <text x={left - 8} y={12}>
        {t('compare.result.axisTime')}
      </text>
      <text x={(left + right) / 2} y={bottom + 38} textAnchor="middle">
        {t('compare.result.axisPeers')}
      </text>
    </>
  )
}
