import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { useOverview } from './overview.tsx'

/** Unread messages, for the navigation. */
export function UnreadCount({ className }: { className: string | undefined }): ReactNode {
  const { t, format } = useText()
  const count = useOverview()?.unread ?? 0
  if (count === 0) return null
  return (
    <span className={className} role="img" aria-label={t('messages.unread', { count })}>
      {format.count(count)}
    </span>
  )
}
