import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ListedMail, MailAccount, MailView } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Empty } from '../../ui/empty.tsx'
import { Card } from '../../ui/page.tsx'
import { mailHref } from './mail-route.ts'
import { useMailList } from './use-mail.ts'
import { isUnread, peopleText, subjectText } from './words.ts'
import css from './mail-list.module.css'

/** A folder, the newest mail first. */
export function MailListing(props: {
  mail: MailView
  account: MailAccount
  folder: string
  current: number | undefined
}): ReactNode {
  const { t } = useText()
  const { mail, account, folder, current } = props
  const { list, showOlder } = useMailList(account.name, folder, mail)
  if (!list || list.folder !== folder) return null
  if (list.total === 0) return <NoMail account={account} folder={folder} />
  return (
    <div>
      <ul className={css.list}>
        {list.messages.map((message) => (
          <li key={message.uid}>
            <MailLink
              message={message}
              isSent={folder === 'Sent'}
              href={mailHref({ account: account.name, folder, uid: message.uid })}
              isCurrent={message.uid === current}
            />
          </li>
        ))}
      </ul>
      {list.before !== null && (
        <Button variant="subtle" size="compact-sm" onClick={showOlder}>
          {t('mail.older')}
        </Button>
      )}
    </div>
  )
}

function MailLink(props: {
  message: ListedMail
  isSent: boolean
  href: string
  isCurrent: boolean
}): ReactNode {
  const { t, format } = useText()
  const { message, isSent, href, isCurrent } = props
  const unread = isUnread(message)
  return (
    <a
      className={css.mail}
      href={href}
      aria-current={isCurrent ? 'page' : undefined}
      data-unread={unread || undefined}
    >
      <span className={css.who}>
        {unread && <span className="sh-visually-hidden">{t('mail.unread', { count: 1 })}: </span>}
        <span className={css.name}>{peopleText(isSent ? message.to : message.from, t)}</span>
        <time className={css.time}>{format.time(message.receivedAt)}</time>
      </span>
      <span className={css.subject}>{subjectText(message.subject, t)}</span>
    </a>
  )
}

function NoMail({ account, folder }: { account: MailAccount; folder: string }): ReactNode {
  const { t } = useText()
  return (
    <Card>
      {folder === 'Trash' ? (
        <Empty title={t('mail.emptyBin')} />
      ) : folder === 'Sent' ? (
        <Empty title={t('mail.emptySent')} text={t('mail.emptySentText')} />
      ) : (
        <Empty
          title={t('mail.emptyInbox')}
          text={t('mail.emptyInboxText', { address: account.shownAddress })}
        />
      )}
    </Card>
  )
}
