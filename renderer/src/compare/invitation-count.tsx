import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { useLaptops } from './use-laptops.ts'

/** Invitations to races that wait for an answer, for the navigation. */
export function InvitationCount({ className }: { className: string | undefined }): ReactNode {
  const { t, format } = useText()
  const count = useLaptops().invitations.length
  if (count === 0) return null
  return (
    <span className={className} role="img" aria-label={t('compare.laptops.waiting', { count })}>
      {format.count(count)}
    </span>
  )
}
