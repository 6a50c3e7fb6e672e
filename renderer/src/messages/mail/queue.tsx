import { Button, SegmentedControl } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useEffect, useState, type ReactNode } from 'react'
import type { MailView, QueuedMail } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import type { Format } from '../../format/format.ts'
import { useText } from '../../i18n/use-text.ts'
import { Empty } from '../../ui/empty.tsx'
import { Card } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useDialogues } from './use-mail.ts'
import { WaySection } from './way-section.tsx'
import { recipientState, subjectText, waiting } from './words.ts'
import css from './queue.module.css'

/** The message queue: what waits to be pushed on, why, and when it is tried again. */
export function Queue({ mail }: { mail: MailView }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const now = useNow(mail.queue.some((message) => waiting(message).length > 0))
  const [opened, setOpened] = useState<number | undefined>()
  return (
    <div className={css.queue}>
      <p className="sh-muted">{t(mail.profile === 'lab' ? 'mail.queueTextLab' : 'mail.queueText')}</p>
      <SegmentedControl
        className={css.patience}
        size="xs"
        aria-label={t('mail.patience')}
        value={mail.profile}
        onChange={(profile) =>
          void act(() => client.mail.setProfile({ profile: profile === 'lab' ? 'lab' : 'normal' }))
        }
        data={[
          { value: 'normal', label: t('mail.patienceNormal') },
          { value: 'lab', label: t('mail.patienceLab') },
        ]}
      />
      {mail.queue.length === 0 ? (
        <Card>
          <Empty title={t('mail.queueEmpty')} text={t('mail.queueEmptyText')} />
        </Card>
      ) : (
        <ul className={css.list}>
          {mail.queue.map((message) => (
            <li key={message.id}>
              <Card>
                <QueuedRow
                  mail={mail}
                  message={message}
                  now={now}
                  isOpen={opened === message.id}
                  onToggle={() => setOpened(opened === message.id ? undefined : message.id)}
                />
              </Card>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function QueuedRow(props: {
  mail: MailView
  message: QueuedMail
  now: number
  isOpen: boolean
  onToggle: () => void
}): ReactNode {
  const { t, format } = useText()
  const { mail, message, now, isOpen, onToggle } = props
  const subject = subjectText(message.subject, t)
  return (
    <article className={css.message}>
      <header>
        <h2>{subject}</h2>
        <span className="sh-muted">
          {message.from === '' ? t('mail.notification') : message.from} · {format.size(message.size)} ·{' '}
          {format.time(message.queuedAt)}
        </span>
        {waiting(message).length > 0 && <Buttons message={message} subject={subject} />}
      </header>
      <Recipients message={message} now={now} label={subject} />
      <Button
        className={css.toggle}
        variant="subtle"
        size="compact-xs"
        aria-expanded={isOpen}
        aria-label={`${t('mail.wayTitle')}: ${subject}`}
        onClick={onToggle}
      >
        {t('mail.wayTitle')}
      </Button>
      {isOpen && <QueuedWay mail={mail} messageId={message.messageId} />}
    </article>
  )
}

function Buttons({ message, subject }: { message: QueuedMail; subject: string }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  return (
    <span className={css.buttons}>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('mail.nowTryNamed', { subject })}
        onClick={() => void act(() => client.mail.retry({ id: message.id }))}
      >
        {t('mail.nowTry')}
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        aria-label={t('mail.dropNamed', { subject })}
        onClick={() => void act(() => client.mail.drop({ id: message.id }))}
      >
        {t('mail.drop')}
      </Button>
    </span>
  )
}

function Recipients({ message, now, label }: { message: QueuedMail; now: number; label: string }): ReactNode {
  const { t, format } = useText()
  return (
    <Table
      label={label}
      items={message.recipients}
      keyOf={({ address }) => address}
      toneOf={({ state }) => state}
      narrow="cards"
      inText
      className={css.recipients}
      columns={[
        { head: t('mail.recipient'), render: ({ address }) => address },
        {
          head: t('mail.state'),
          render: (recipient) => <span className={css.state}>{recipientState(recipient, t)}</span>,
        },
        { head: t('mail.tries'), number: true, render: ({ attempts }) => format.count(attempts) },
        { head: t('mail.next'), number: true, render: (recipient) => nextTry(recipient, now, t, format) },
        {
          head: t('mail.reason'),
          wide: true,
          render: ({ reason }) => (reason === '' ? t('mail.notYet') : reason),
        },
      ]}
    />
  )
}

function nextTry(
  { state, isActive, nextAt }: QueuedMail['recipients'][number],
  now: number,
  t: TFunction,
  format: Format,
): string {
  if (state !== 'waiting' || isActive) return '–'
  return nextAt <= now ? t('mail.soon') : t('mail.inTime', { time: format.duration((nextAt - now) / 1000) })
}

function QueuedWay({ mail, messageId }: { mail: MailView; messageId: string }): ReactNode {
  const dialogues = useDialogues(messageId, mail)
  return dialogues ? <WaySection dialogues={dialogues} /> : null
}

/** Milliseconds since 1970, once a second while `isNeeded`. */
function useNow(isNeeded: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!isNeeded) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isNeeded])
  return now
}
