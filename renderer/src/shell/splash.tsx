import type { ReactNode } from 'react'
import { useAppState, useServices } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Logo } from '../ui/logo.tsx'
import css from './splash.module.css'

/** Before the first snapshot. The explanation fades in late, so that a normal start shows none. */
export function Splash(): ReactNode {
  const { t } = useText()
  const failed = useAppState((state) => state.is === 'lost')
  const inBrowser = useServices().platform.pathForFile === undefined
  return (
    <main className={css.splash}>
      <Logo size={64} />
      {failed ? (
        <div className={css.late} role="status">
          <h1>{t('app.neverReached')}</h1>
          <p>{t('app.neverReachedDetail')}</p>
          {inBrowser && <p>{t('app.neverReachedBrowser')}</p>}
        </div>
      ) : (
        <h1 className={css.quiet} role="status">
          {t('app.loading')}
        </h1>
      )}
    </main>
  )
}
