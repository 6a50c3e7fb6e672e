import { Button, Radio, Textarea } from '@mantine/core'
import { IconSend2 } from '@tabler/icons-react'
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import type { Person } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { tell } from '../ui/tell.ts'
import { useAct } from '../ui/use-act.ts'
import { Attached, AttachMenu } from './attachments.tsx'
import { MailFields } from './mail-fields.tsx'
import { useAttach, type Attach } from './use-attach.ts'
import { useMailWay, useSendDirect, type How, type MailWay } from './use-send.ts'
import { HereDot } from '../ui/here-dot.tsx'
import css from './composer.module.css'

/** The protocol's bound for a note; the core refuses what is longer. Mail holds more. */
const MAX_NOTE = 4000

/** Where something is written to a person, directly or by mail, and files are put with it as shares. */
export function Composer({ person }: { person: Person }): ReactNode {
  const { t, format } = useText()
  const act = useAct()
  const attach = useAttach()
  const [how, setHow] = useState<How>('direct')
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const mail = useMailWay(person.peerId, how === 'mail')
  const sendDirect = useSendDirect(person.peerId)
  const isTooLong = how === 'direct' && text.length > MAX_NOTE
  const hasSomething = text.trim() !== '' || attach.chosen.length > 0
  const isReady = how === 'direct' || mail.isReady(attach.chosen)
  const canSend = !isTooLong && !attach.isBusy && hasSomething && isReady
  const send = async (): Promise<void> => {
    if (!canSend || busy) return
    setBusy(true)
    const sending = how === 'direct' ? sendDirect : mail.send
    const isSent = await act(() => sending(text, attach.chosen).then(() => true))
    setBusy(false)
    if (!isSent) return
    setText('')
    attach.clear()
    if (how === 'mail') tell(t('messages.mailTaken'), t('app.close'))
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
      <Way person={person} how={how} mail={mail} attach={attach} onHow={setHow} />
      <Attached attach={attach} />
      <Textarea
        aria-label={t('messages.write', { name: person.name })}
        placeholder={t('messages.placeholder')}
        autosize
        minRows={2}
        maxRows={9}
        value={text}
        error={isTooLong && t('messages.tooLong', { most: format.count(MAX_NOTE) })}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (!isSendKey(event)) return
          event.preventDefault()
          void send()
        }}
      />
      <div className={css.actions}>
        <AttachMenu attach={attach} />
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

/** The choice of the way, and what each would mean at this moment. */
function Way(props: {
  person: Person
  how: How
  mail: MailWay
  attach: Attach
  onHow: (how: How) => void
}): ReactNode {
  const { t } = useText()
  const { person, how, mail, attach, onHow } = props
  const { name, here } = person
  const isDirect = how === 'direct'
  const direct = here ? t('messages.directHere', { name }) : t('messages.directAway', { name })
  return (
    <div className={css.way}>
      <Radio.Group
        value={how}
        onChange={(value) => onHow(value === 'mail' ? 'mail' : 'direct')}
        aria-label={t('messages.how')}
      >
        <div className={css.choices}>
          <Radio size="xs" value="direct" label={t('messages.direct')} />
          <Radio size="xs" value="mail" label={t('messages.mail')} />
        </div>
      </Radio.Group>
      <p className={css.how} role="status">
        {isDirect && <HereDot here={here} />} {isDirect ? direct : t('messages.mailText', { name })}
        {attach.chosen.length > 0 && ` ${isDirect ? t('messages.attachHelp') : t('messages.attachMail')}`}
      </p>
      {!isDirect && (
        <MailFields
          name={name}
          {...mail}
          onFrom={(account) => mail.setFrom(account)}
          onTo={(to) => mail.setTo(to)}
        />
      )}
    </div>
  )
}

/** Enter sends and Shift+Enter breaks the line; an Enter that ends a composed syllable does neither. */
function isSendKey({ key, shiftKey, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && !shiftKey && !nativeEvent.isComposing
}
