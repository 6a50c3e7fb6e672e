import type { ReactNode } from 'react'
import type { RacePoint } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { verdictOf } from '../model/explain.ts'
import css from './results.module.css'

/** The sentence that says why measured and bound differ. */
export function Verdict({ point }: { point: RacePoint }): ReactNode {
  const { t } = useText()
  const verdict = verdictOf(point)
  const text = ((): string => {
    switch (verdict.is) {
      case 'incomplete':
        return t('compare.verdict.incomplete', { completed: point.completed, n: point.n })
      case 'processor':
        return t('compare.verdict.processor')
      case 'near':
        return t('compare.verdict.near', { percent: Math.max(1, hundredths(verdict.over)) })
      case 'over': {
        const [first, second] = verdict.reasons.map(({ is }) => t(`compare.reasons.${is}`))
        const reasons =
          first === undefined
            ? t('compare.verdict.overNone')
            : second === undefined
              ? t('compare.verdict.overOne', { first })
              : t('compare.verdict.overTwo', { first, second })
        return t('compare.verdict.over', { percent: hundredths(verdict.over), reasons })
      }
    }
  })()
  return (
    <p
      className={css.verdict}
      data-warm={verdict.is === 'incomplete' || verdict.is === 'processor' || undefined}
    >
      {text}
    </p>
  )
}

function hundredths(share: number): number {
  return Math.round(100 * Math.abs(share))
}
