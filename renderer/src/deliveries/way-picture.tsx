import type { ReactNode } from 'react'
import type { DeliveryTrial } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { strokesOf } from './scale.ts'
import css from './deliveries.module.css'

const WIDTH = 600
const HEIGHT = 74
const TOP = 12
const BOTTOM = 62
/** How far a line gets that arrives nowhere. */
const LOST_AT = 0.45

/** Messages as the textbook draws them: time runs to the right, each line goes from who sends to who receives. */
export function WayPicture({ trial, way }: { trial: DeliveryTrial; way: 'direct' | 'mail' }): ReactNode {
  const { t } = useText()
  const { lengthMs, trouble } = trial
  const { delivered, messages } = trial[way]
  const label = t('deliveries.picture', {
    way: t(`deliveries.${way}`),
    condition: t(`deliveries.${trial.condition}`),
    delivered,
    sent: messages.length,
  })
  const x = (part: number): number => part * WIDTH
  return (
    <svg
      className={css.picture}
      viewBox={`-8 0 ${WIDTH + 16} ${HEIGHT}`}
      role="img"
      aria-label={label}
      data-way={way}
      preserveAspectRatio="none"
    >
      {trouble && lengthMs > 0 && (
        <rect
          className={css.trouble}
          x={x(trouble.from / lengthMs)}
          width={x(Math.max(0, trouble.to - trouble.from) / lengthMs)}
          y={0}
          height={HEIGHT}
        />
      )}
      <line className={css.axis} x1={-8} x2={WIDTH + 8} y1={TOP} y2={TOP} />
      <line className={css.axis} x1={-8} x2={WIDTH + 8} y1={BOTTOM} y2={BOTTOM} />
      {strokesOf(trial[way], lengthMs).map(({ from, to }, i) =>
        to === undefined ? (
          <path
            key={i}
            className={css.lost}
            d={`M${x(from)} ${TOP}V${TOP + LOST_AT * (BOTTOM - TOP)}m-4 -4l8 8m0 -8l-8 8`}
          />
        ) : (
          <line key={i} className={css.arrived} x1={x(from)} y1={TOP} x2={x(to)} y2={BOTTOM} />
        ),
      )}
    </svg>
  )
}
