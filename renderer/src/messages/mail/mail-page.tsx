import { Button, NativeSelect } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { MailAccount, MailView } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { useServers } from '../../network/servers/use-servers.ts'
import { navigate } from '../../shell/route.ts'
import { Empty } from '../../ui/empty.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { AccountForm, PasswordModal, type MadeAccount } from './account-form.tsx'
import { ComposeModal } from './compose-modal.tsx'
import { MailListing } from './mail-list.tsx'
import { mailHref, queueHref, type MailRoute } from './mail-route.ts'
import { Queue } from './queue.tsx'
import { Reader } from './reader.tsx'
import { ProgramSettings, ServerOff } from './server-notes.tsx'
import { useMail } from './use-mail.ts'
import { waiting } from './words.ts'
import { Ways } from './ways.tsx'
import css from './mail-page.module.css'

/** Mail as the textbook draws it: mailbox and message queue of this laptop's server, and what was said on every way. */
export function MailPage({ route }: { route: MailRoute }): ReactNode {
  const { t } = useText()
  const mail = useMail()
  const servers = useServers()
  const [isWriting, setWriting] = useState(false)
  const [made, setMade] = useState<MadeAccount | undefined>()
  const account = mail?.accounts.find(({ name }) => name === route.account) ?? mail?.accounts[0]
  const write = account && (
    <Button leftSection={<IconPencil size={16} aria-hidden="true" />} onClick={() => setWriting(true)}>
      {t('mail.write')}
    </Button>
  )
  return (
    <Page title={t('messages.title')} lead={t('mail.lead')} actions={write}>
      <Ways current="mail" />
      {mail && <ServerOff servers={servers} />}
      {mail && !account && <FirstSteps host={mail.shownHost} onMade={setMade} />}
      {mail && account && (
        <>
          <div className={css.columns} data-open={route.uid !== undefined || undefined}>
            <div className={css.side}>
              <AccountChoice mail={mail} account={account} />
              <Views mail={mail} account={account} route={route} />
              {route.view === 'folder' && (
                <MailListing
                  key={`${account.name}/${route.folder}`}
                  mail={mail}
                  account={account}
                  folder={route.folder}
                  current={route.uid}
                />
              )}
            </div>
            <div className={css.main}>
              <Main mail={mail} account={account} route={route} />
            </div>
          </div>
          <ProgramSettings servers={servers} account={account} host={mail.shownHost} onMade={setMade} />
          <ComposeModal
            accounts={mail.accounts}
            account={account}
            opened={isWriting}
            onClose={() => setWriting(false)}
          />
        </>
      )}
      <PasswordModal
        made={made}
        onClose={() => {
          if (made) navigate(mailHref({ account: made.name }))
          setMade(undefined)
        }}
      />
    </Page>
  )
}

function Main({
  mail,
  account,
  route,
}: {
  mail: MailView
  account: MailAccount
  route: MailRoute
}): ReactNode {
  const { t } = useText()
  if (route.view === 'queue') return <Queue mail={mail} />
  if (route.uid === undefined)
    return (
      <div className={css.none}>
        <Card>
          <Empty title={t('mail.choose')} />
        </Card>
      </div>
    )
  return <Reader mail={mail} account={account.name} folder={route.folder} uid={route.uid} />
}

function AccountChoice({ mail, account }: { mail: MailView; account: MailAccount }): ReactNode {
  const { t } = useText()
  if (mail.accounts.length < 2) return <p className={css.address}>{account.shownAddress}</p>
  return (
    <NativeSelect
      aria-label={t('mail.account')}
      value={account.name}
      onChange={(event) => navigate(mailHref({ account: event.currentTarget.value }))}
      data={mail.accounts.map(({ name, shownAddress }) => ({ value: name, label: shownAddress }))}
    />
  )
}

function Views({
  mail,
  account,
  route,
}: {
  mail: MailView
  account: MailAccount
  route: MailRoute
}): ReactNode {
  const { t, format } = useText()
  const waits = mail.queue.filter((message) => waiting(message).length > 0).length
  const { name, unseen } = account
  const views = [
    {
      key: 'INBOX',
      text: t('mail.inbox'),
      href: mailHref({ account: name, folder: 'INBOX' }),
      count: unseen,
      told: t('mail.unread', { count: unseen }),
    },
    {
      key: 'Sent',
      text: t('mail.sent'),
      href: mailHref({ account: name, folder: 'Sent' }),
      count: 0,
      told: '',
    },
    {
      key: 'Trash',
      text: t('mail.bin'),
      href: mailHref({ account: name, folder: 'Trash' }),
      count: 0,
      told: '',
    },
    {
      key: '@queue',
      text: t('mail.queue'),
      href: queueHref(name),
      count: waits,
      told: t('mail.waiting', { count: waits }),
    },
  ]
  return (
    <nav className={css.views} aria-label={t('mail.views')}>
      {views.map(({ key, text, href, count, told }) => (
        <a key={key} href={href} aria-current={key === route.folder ? 'page' : undefined}>
          {text}
          {count > 0 && (
            <span className={css.count} role="img" aria-label={told}>
              {format.count(count)}
            </span>
          )}
        </a>
      ))}
    </nav>
  )
}

function FirstSteps(props: { host: string; onMade: (made: MadeAccount) => void }): ReactNode {
  const { t } = useText()
  return (
    <Card>
      <div className={css.first}>
        <h2>{t('mail.firstTitle')}</h2>
        <p className="sh-muted">{t('mail.firstText')}</p>
        <AccountForm {...props} />
      </div>
    </Card>
  )
}
