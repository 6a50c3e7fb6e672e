import { Button, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { IconSend2 } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { MailAccount } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { tell } from '../../ui/tell.ts'
import { useAct } from '../../ui/use-act.ts'
import { parseRecipients } from './words.ts'
import css from './forms.module.css'

/** Where a mail is written: handed to this laptop's server, which pushes it on. */
export function ComposeModal(props: {
  accounts: readonly MailAccount[]
  account: MailAccount
  opened: boolean
  onClose: () => void
}): ReactNode {
  const { t } = useText()
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      size="lg"
      title={t('mail.compose')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <ComposeForm {...props} />
    </Modal>
  )
}

function ComposeForm(props: {
  accounts: readonly MailAccount[]
  account: MailAccount
  onClose: () => void
}): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [from, setFrom] = useState(props.account.name)
  const [to, setTo] = useState('')
  const [subject, setSubject] = useState('')
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const recipients = parseRecipients(to)
  const send = async (): Promise<void> => {
    setBusy(true)
    const sent = await act(() => client.mail.send({ from, to: recipients, subject, text }))
    setBusy(false)
    if (!sent) return
    tell(t('mail.sentNow'), t('app.close'))
    props.onClose()
  }
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {props.accounts.length > 1 && (
        <NativeSelect
          label={t('mail.from')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          data={props.accounts.map(({ name, shownAddress }) => ({ value: name, label: shownAddress }))}
        />
      )}
      <TextInput
        label={t('mail.to')}
        description={t('mail.toHelp')}
        value={to}
        maxLength={20_000}
        inputMode="email"
        data-autofocus
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <TextInput
        label={t('mail.subject')}
        value={subject}
        maxLength={900}
        onChange={(event) => setSubject(event.currentTarget.value)}
      />
      <Textarea
        label={t('mail.text')}
        autosize
        minRows={6}
        maxRows={16}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button
        type="submit"
        loading={busy}
        disabled={recipients.length === 0}
        leftSection={<IconSend2 size={16} aria-hidden="true" />}
      >
        {t('mail.send')}
      </Button>
    </form>
  )
}
