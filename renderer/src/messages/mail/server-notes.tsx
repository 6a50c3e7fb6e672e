import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { MailAccount, ServersView } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Table } from '../../ui/table.tsx'
import { useAct } from '../../ui/use-act.ts'
import { AccountForm, type MadeAccount } from './account-form.tsx'
import css from './forms.module.css'

/** Says so when nothing can come in, with the switch beside it. */
export function ServerOff({ servers }: { servers: ServersView | undefined }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const isOff = servers?.roles.some(
    ({ name, state }) => name === 'mail' && state.is !== 'on' && state.is !== 'starting',
  )
  if (!isOff) return null
  return (
    <div className={css.off} role="status">
      <span>{t('mail.serverOff')}</span>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => void act(() => client.servers.start({ roles: ['dns', 'mail'], keep: true }))}
      >
        {t('mail.serverOn')}
      </Button>
    </div>
  )
}

/** What a mail program must be told, and the way to a further account. */
export function ProgramSettings(props: {
  servers: ServersView | undefined
  account: MailAccount
  host: string
  onMade: (made: MadeAccount) => void
}): ReactNode {
  const { t } = useText()
  const { servers, account, host, onMade } = props
  const { smtp, pop3, imap } = servers?.ports ?? {}
  const server = servers?.hosts[0] ?? '127.0.0.1'
  const lines = [
    [t('mail.sending'), smtp],
    [t('mail.fetching', { protocol: 'IMAP' }), imap],
    [t('mail.fetching', { protocol: 'POP3' }), pop3],
  ] as const
  return (
    <details className={css.details}>
      <summary>{t('mail.settings')}</summary>
      <div>
        <CopyLine text={account.address} />
        <p className="sh-muted">{t('mail.settingsText')}</p>
        {lines.some(([, port]) => port !== undefined) && (
          <Table
            label={t('mail.settings')}
            items={lines}
            keyOf={([what]) => what}
            narrow="fits"
            inText
            columns={[
              { head: t('mail.program'), render: ([what]) => what },
              {
                head: t('mail.at'),
                code: true,
                render: ([, port]) => (port === undefined ? '–' : `${server}:${port}`),
              },
            ]}
          />
        )}
        <h3 className="sh-visually-hidden">{t('mail.other')}</h3>
        <AccountForm host={host} onMade={onMade} />
      </div>
    </details>
  )
}
