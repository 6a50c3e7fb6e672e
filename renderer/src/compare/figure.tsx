import { Popover, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { IN_MAIN } from '../ui/overlay.ts'
import type { Formula } from './model/formulas.ts'
import css from './figure.module.css'

/** A number that opens how it came about, with this run's values. */
export function Figure(props: {
  /** What the number is, in words. */
  what: string
  formula: Formula
  /** Across laptops rates are measured, here they are set. */
  measuredRates?: boolean
  children: ReactNode
}): ReactNode {
  const { t } = useText()
  const { what, formula, children } = props
  return (
    <Popover width={420} position="bottom" withArrow shadow="md" portalProps={IN_MAIN} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={css.figure} aria-description={t('compare.result.openFormula', { what })}>
          {children}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('compare.result.openFormula', { what })}>
        <div className={css.formula} tabIndex={0} data-autofocus>
          <strong>{what}</strong>
          {formula.lines.map((line, i) => (
            <code key={i}>{line}</code>
          ))}
          <p>{t('compare.formula.where_N')}</p>
          <p>{t(props.measuredRates ? 'compare.formula.notTypedLaptops' : 'compare.formula.notTyped')}</p>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
