import { Button, Textarea } from '@mantine/core'
import { IconSend2 } from '@tabler/icons-react'
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import type { Person } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { useAct } from '../ui/use-act.ts'
import { Attached, AttachMenu } from './attachments.tsx'
import { useAttach } from './use-attach.ts'
import css from './composer.module.css'

/** The protocol's bound; the core refuses what is longer. */
const MAX_NOTE = 4000

/** Where a note is written, and files are put with it as offers. */
export function Composer({ person }: { person: Person }): ReactNode {
  const { t, format } = useText()
  const client = useClient()
  const act = useAct()
  const attach = useAttach()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const { peerId, name } = person
  const isTooLong = text.length > MAX_NOTE
  const hasWords = text.trim() !== ''
  const canSend = !isTooLong && !attach.isBusy && (hasWords || attach.chosen.length > 0)
  const send = async (): Promise<void> => {
    if (!canSend || busy) return
    setBusy(true)
    const isSent = await act(() => sendAll(text))
    setBusy(false)
    if (!isSent) return
    setText('')
    attach.clear()
  }
  /** The words go with the first offer; without one they are a note. */
  const sendAll = async (words: string): Promise<true> => {
    if (attach.chosen.length === 0) await client.messages.send({ peerId, text: words })
    for (const [i, shareId] of attach.chosen.entries())
      await client.messages.offer({ shareId, to: [peerId], text: i === 0 ? words : '' })
    return true
  }
  return (
    <form
      className={css.composer}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
      onDragOver={(event) => event.dataTransfer.types.includes('Files') && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        attach.drop(event.dataTransfer)
      }}
    >
      <Attached attach={attach} />
      <Textarea
        aria-label={t('messages.write', { name })}
        placeholder={t('messages.placeholder')}
        autosize
        minRows={2}
        maxRows={9}
        value={text}
        error={isTooLong && t('messages.tooLong', { count: format.count(MAX_NOTE) })}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (!isSendKey(event)) return
          event.preventDefault()
          void send()
        }}
      />
      <div className={css.actions}>
        <AttachMenu attach={attach} />
        <p className={css.how} role="status">
          <span className={css.dot} data-here={person.here || undefined} aria-hidden="true" />
          {attach.chosen.length > 0 && <>{t('messages.attachHelp')} </>}
          {person.here ? t('messages.directHere', { name }) : t('messages.directAway', { name })}
        </p>
        <Button
          type="submit"
          loading={busy}
          disabled={!canSend}
          leftSection={<IconSend2 size={16} aria-hidden="true" />}
        >
          {t('messages.send')}
        </Button>
      </div>
    </form>
  )
}

/** Enter sends and Shift+Enter breaks the line; an Enter that ends a composed syllable does neither. */
function isSendKey({ key, shiftKey, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && !shiftKey && !nativeEvent.isComposing
}
