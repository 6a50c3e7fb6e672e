import { Button, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useClient } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { CopyLine } from '../../ui/copy-line.tsx'
import { navigate } from '../../shell/route.ts'
import { useAct } from '../../ui/use-act.ts'
import { mailHref } from './mail-route.ts'
import css from './forms.module.css'

interface MadeAccount {
  readonly name: string
  readonly address: string
  readonly password: string
}

/** One field and one button; then the password, shown this once. */
export function AccountForm({ host }: { host: string }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [name, setName] = useState('')
  const [made, setMade] = useState<MadeAccount | undefined>()
  const create = async (): Promise<void> => {
    const account = await act(() => client.mail.addAccount({ name: name.trim() }))
    if (!account) return
    setName('')
    setMade(account)
  }
  return (
    <>
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
          rightSection={<span className="sh-muted">@{host}</span>}
          rightSectionWidth="auto"
          rightSectionProps={{ style: { paddingInline: 10 } }}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" disabled={name.trim() === ''}>
          {t('mail.create')}
        </Button>
      </form>
      <PasswordModal
        made={made}
        onClose={() => {
          if (made) navigate(mailHref({ account: made.name }))
          setMade(undefined)
        }}
      />
    </>
  )
}

/** The only moment at which a generated password is seen. */
function PasswordModal({ made, onClose }: { made: MadeAccount | undefined; onClose: () => void }): ReactNode {
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
