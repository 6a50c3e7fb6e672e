import { Select, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { MailAccount } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { routeTo } from '../shell/route.ts'
import css from './composer.module.css'

interface Props {
  readonly name: string
  /** Undefined while they are being asked for. */
  readonly accounts: readonly MailAccount[] | undefined
  readonly from: string | undefined
  readonly to: string
  readonly onFrom: (account: string) => void
  readonly onTo: (address: string) => void
}

/** From which mailbox, and to which address: mail knows people by these, not by their laptop. */
export function MailFields({ name, accounts, from, to, onFrom, onTo }: Props): ReactNode {
  const { t } = useText()
  if (accounts?.length === 0) {
    return (
      <p className={css.how}>
        {t('messages.noAccount')} <a href={routeTo('messages', 'mail')}>{t('messages.makeAccount')}</a>
      </p>
    )
  }
  return (
    <div className={css.mail}>
      <Select
        label={t('messages.mailFrom')}
        data={(accounts ?? []).map(({ name: value, address }) => ({ value, label: address }))}
        value={from ?? null}
        allowDeselect={false}
        onChange={(account) => account !== null && onFrom(account)}
        comboboxProps={{ withinPortal: false }}
      />
      <TextInput
        label={t('messages.mailTo', { name })}
        placeholder="bob@laptop.shoal.internal"
        type="email"
        value={to}
        maxLength={320}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onTo(event.currentTarget.value)}
      />
    </div>
  )
}
