import { Button, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useClient } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { CopyLine } from '../../ui/copy-line.tsx'
import { useAct } from '../../ui/use-act.ts'
import css from './forms.module.css'

/** An account just made, with the password nobody will see again. */
export interface MadeAccount {
  readonly name: string
  readonly address: string
  readonly password: string
}

/** One field and one button. Whoever shows it outlives it, and shows the password. */
export function AccountForm(props: { host: string; onMade: (made: MadeAccount) => void }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [name, setName] = useState('')
  const create = async (): Promise<void> => {
    const account = await act(() => client.mail.addAccount({ name: name.trim() }))
    if (!account) return
    setName('')
    props.onMade(account)
  }
  return (
    <form
      className={css.account}
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <TextInput
        label={t('mail.name')}
        description={t('mail.nameHelp')}
        value={name}
        maxLength={64}
        autoComplete="off"
        rightSection={<span className="sh-muted">@{props.host}</span>}
        rightSectionWidth="auto"
        rightSectionProps={{ style: { paddingInline: 10 } }}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" disabled={name.trim() === ''}>
        {t('mail.create')}
      </Button>
    </form>
  )
}

/** The only moment at which a generated password is seen. */
export function PasswordModal(props: { made: MadeAccount | undefined; onClose: () => void }): ReactNode {
  const { made, onClose } = props
  const { t } = useText()
  return (
    <Modal
      opened={made !== undefined}
      onClose={onClose}
      centered
      closeOnClickOutside={false}
      title={t('mail.created')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {made && (
        <div className={css.form}>
          <p className="sh-muted">{t('mail.createdText')}</p>
          <dl className={css.facts}>
            <dt>{t('mail.address')}</dt>
            <dd>
              <CopyLine text={made.address} />
            </dd>
            <dt>{t('mail.password')}</dt>
            <dd>
              <CopyLine text={made.password} />
            </dd>
          </dl>
          <Button onClick={onClose}>{t('mail.done')}</Button>
        </div>
      )}
    </Modal>
  )
}
