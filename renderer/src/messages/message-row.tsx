import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { DirectMessage } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { problemText } from '../core/problem-text.ts'
import { useText } from '../i18n/use-text.ts'
import { useAct } from '../ui/use-act.ts'
import { OfferCard } from './offer-card.tsx'
import css from './message-row.module.css'

/** One message of a conversation, at the side of who sent it. */
export function MessageRow({ message, person }: { message: DirectMessage; person: string }): ReactNode {
  const { t, format } = useText()
  const { mine, offer, text, at } = message
  const time = format.time(at)
  const label = mine ? t('messages.saidByYou', { time }) : t('messages.saidBy', { name: person, time })
  return (
    <li className={css.row} data-mine={mine || undefined} aria-label={label}>
      {text !== '' && <p className={css.bubble}>{text}</p>}
      {offer && <OfferCard message={message} offer={offer} person={person} />}
      <p className={css.foot}>
        <span>{time}</span>
        {mine && <DeliveryWords message={message} />}
      </p>
    </li>
  )
}

/** Whether it arrived; if not, why, and the way to try again. */
function DeliveryWords({ message }: { message: DirectMessage }): ReactNode {
  const { t } = useText()
  const { delivery, peerId, id } = message
  const client = useClient()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  if (delivery.is !== 'undeliverable') return <span>{t(`messages.${delivery.is}`)}</span>
  const { what } = problemText(delivery.problem, t)
  const resend = async (): Promise<void> => {
    setBusy(true)
    await act(() => client.messages.resend({ peerId, id }))
    setBusy(false)
  }
  return (
    <>
      <span className={css.failed}>
        {t('messages.undeliverable')} {what}
      </span>
      <Button
        size="compact-xs"
        variant="subtle"
        loading={busy}
        leftSection={<IconRefresh size={13} aria-hidden="true" />}
        aria-label={t('messages.againNamed', { text: message.text || (message.offer?.name ?? '') })}
        onClick={() => void resend()}
      >
        {t('messages.again')}
      </Button>
    </>
  )
}
