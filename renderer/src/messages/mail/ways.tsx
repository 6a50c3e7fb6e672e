import type { ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { routeTo } from '../../shell/route.ts'
import { mailHref } from './mail-route.ts'
import css from './ways.module.css'

/** The two ways of sending, side by side as everything in this app. */
export function Ways({ current }: { current: 'direct' | 'mail' }): ReactNode {
  const { t } = useText()
  return (
    <nav className={css.ways} aria-label={t('messages.ways')}>
      <a href={routeTo('messages')} aria-current={current === 'direct' ? 'page' : undefined}>
        {t('messages.tabDirect')}
      </a>
      <a href={mailHref()} aria-current={current === 'mail' ? 'page' : undefined}>
        {t('messages.tabMail')}
      </a>
    </nav>
  )
}
