import { Button } from '@mantine/core'
import { IconDownload, IconFile, IconFolder } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { DirectMessage, Offer } from '../../../src/contract/index.ts'
import { useClient, useShares } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { routeTo } from '../shell/route.ts'
import { Progress } from '../ui/progress.tsx'
import { useAct } from '../ui/use-act.ts'
import { fractionOf, offerWords, toneOf } from './offer-words.ts'
import css from './offer-card.module.css'

interface Props {
  readonly message: DirectMessage
  readonly offer: Offer
  readonly person: string
}

/** An offered share in a conversation: what it is, where it stands, and what can be done about it. */
export function OfferCard({ message, offer, person }: Props): ReactNode {
  const { t, format } = useText()
  const { state, size } = offer
  const Icon = offer.kind === 'file' ? IconFile : IconFolder
  const bytes = format.size(size)
  const fraction = fractionOf(state, size)
  return (
    <div className={css.card} data-state={state.is}>
      <div className={css.head}>
        <Icon size={20} stroke={1.6} aria-hidden="true" />
        <div className={css.what}>
          <strong>{offer.title ?? offer.name}</strong>
          <span>
            {offer.kind === 'file' ? bytes : t('share.sizeFiles', { size: bytes, count: offer.files })}
          </span>
        </div>
      </div>
      {fraction !== undefined && (
        <Progress
          slim
          value={fraction}
          tone={toneOf({ delivery: message.delivery, state })}
          label={t('messages.progress', { name: offer.name })}
        />
      )}
      <p className={css.state}>{offerWords(state, { mine: message.mine, size }, t, format)}</p>
      {!message.mine && <Answer message={message} offer={offer} person={person} />}
    </div>
  )
}

function Answer({ message, offer, person }: Props): ReactNode {
  const { t } = useText()
  const { id, peerId } = message
  const client = useClient()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const shares = useShares()
  const share = [...shares.values()].find(({ cid }) => cid === offer.cid)
  const answer = async (accept: boolean): Promise<void> => {
    setBusy(true)
    await act(() => client.messages.answer({ peerId, id, accept }))
    setBusy(false)
  }
  const names = { name: offer.title ?? offer.name, person }
  const { is } = offer.state
  const isAnswerable = is === 'open' || is === 'failed' || is === 'declined'
  return (
    <div className={css.actions}>
      {isAnswerable && (
        <Button
          size="compact-md"
          loading={busy}
          leftSection={<IconDownload size={15} aria-hidden="true" />}
          aria-label={t('messages.acceptNamed', names)}
          onClick={() => void answer(true)}
        >
          {t('messages.accept')}
        </Button>
      )}
      {is === 'open' && (
        <Button
          size="compact-md"
          variant="default"
          disabled={busy}
          aria-label={t('messages.declineNamed', names)}
          onClick={() => void answer(false)}
        >
          {t('messages.decline')}
        </Button>
      )}
      {!isAnswerable && share && (
        <Button
          component="a"
          size="compact-md"
          variant="default"
          href={routeTo('files', share.id)}
          aria-label={t('messages.showNamed', { name: share.name })}
        >
          {t('messages.show')}
        </Button>
      )}
    </div>
  )
}
