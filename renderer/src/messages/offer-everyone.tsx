import { Button, Modal, Select, Textarea } from '@mantine/core'
import { IconUsersGroup } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useClient, usePicture } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { useAct } from '../ui/use-act.ts'
import { AttachMenu, Attached, useOfferable } from './attachments.tsx'
import { useAttach } from './use-attach.ts'
import css from './conversation.module.css'
import own from './offer-everyone.module.css'

/** One share offered to every laptop nearby at once. */
export function OfferEveryone(): ReactNode {
  const { t } = useText()
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button
        variant="light"
        leftSection={<IconUsersGroup size={17} aria-hidden="true" />}
        onClick={() => setOpened(true)}
      >
        {t('messages.toEveryone')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        centered
        title={t('messages.toEveryoneTitle')}
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        <OfferForm onDone={() => setOpened(false)} />
      </Modal>
    </>
  )
}

function OfferForm({ onDone }: { onDone: () => void }): ReactNode {
  const { t, format } = useText()
  const client = useClient()
  const act = useAct()
  const attach = useAttach()
  const offerable = useOfferable()
  const nearby = usePicture((picture) => picture.nearby.size)
  const [chosen, setChosen] = useState<string | null>(null)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  // A file chosen here counts before what was picked from the list.
  const shareId = attach.chosen.at(-1) ?? chosen ?? offerable[0]?.id
  const offer = async (): Promise<void> => {
    if (shareId === undefined) return
    setBusy(true)
    const round = await act(() => client.messages.offer({ shareId, text }))
    setBusy(false)
    if (round) onDone()
  }
  return (
    <form
      className={own.form}
      onSubmit={(event) => {
        event.preventDefault()
        void offer()
      }}
    >
      <p className="sh-muted">{t('messages.toEveryoneText')}</p>
      {offerable.length > 0 && attach.chosen.length === 0 ? (
        <Select
          label={t('messages.what')}
          data={offerable.map(({ id, title, name, size }) => ({
            value: id,
            label: `${title ?? name}, ${format.size(size ?? 0)}`,
          }))}
          value={shareId ?? null}
          allowDeselect={false}
          onChange={setChosen}
          comboboxProps={{ withinPortal: false }}
        />
      ) : (
        attach.chosen.length === 0 && <p className="sh-muted">{t('messages.nothingToOffer')}</p>
      )}
      <Attached attach={attach} />
      <div>
        <AttachMenu attach={attach} />
      </div>
      <Textarea
        label={t('messages.note')}
        placeholder={t('messages.noteOptional')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={css.modalActions}>
        <Button variant="default" onClick={onDone}>
          {t('app.cancel')}
        </Button>
        <Button
          type="submit"
          loading={busy}
          disabled={shareId === undefined || attach.isBusy || nearby === 0}
        >
          {nearby === 0 ? t('messages.nobodyNearby') : t('messages.offerNow', { count: nearby })}
        </Button>
      </div>
    </form>
  )
}
