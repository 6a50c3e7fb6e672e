import { IconPlugConnectedX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useAppState } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import css from './lost-banner.module.css'

/** The live region is always there: one that appears together with its text is not read out. */
export function LostBanner(): ReactNode {
  const { t } = useText()
  const lost = useAppState((state) => state.is === 'lost')
  return (
    <div role="status" aria-live="polite">
      {lost && (
        <div className={css.banner}>
          <IconPlugConnectedX size={18} aria-hidden="true" />
          <strong>{t('app.lost')}</strong>
          <span>{t('app.lostDetail')}</span>
        </div>
      )}
    </div>
  )
}
