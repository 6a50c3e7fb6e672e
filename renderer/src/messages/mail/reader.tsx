import { Button, SegmentedControl } from '@mantine/core'
import { IconArrowLeft, IconDownload, IconPaperclip, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { MailFileWish, MailView, ShownMail } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { navigate } from '../../shell/route.ts'
import { Card } from '../../ui/page.tsx'
import { useAct } from '../../ui/use-act.ts'
import { HtmlFrame } from './html-frame.tsx'
import { mailHref } from './mail-route.ts'
import { useDialogues, useShownMail } from './use-mail.ts'
import { useSave } from './use-save.ts'
import { WaySection } from './way-section.tsx'
import { peopleInFull, subjectText } from './words.ts'
import css from './reader.module.css'

/** Where a mail lies. */
type Place = Omit<MailFileWish, 'what'>

/** One mail: what it says, how it lies in the mailbox, and the way it came. */
export function Reader(props: { mail: MailView; account: string; folder: string; uid: number }): ReactNode {
  const { t } = useText()
  const { mail, account, folder, uid } = props
  const shown = useShownMail(account, folder, uid)
  const dialogues = useDialogues(shown?.messageId, mail)
  return (
    <div className={css.reader}>
      <Button
        className={css.back}
        component="a"
        href={mailHref({ account, folder })}
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={15} aria-hidden="true" />}
      >
        {t('mail.back')}
      </Button>
      {shown && (
        <>
          <Card>
            <article className={css.mail} aria-labelledby="mail-subject">
              <Head shown={shown} />
              <RemoveButton account={account} folder={folder} uid={uid} />
              <Body shown={shown} />
              <Attachments shown={shown} of={{ account, folder, uid }} />
              <Source shown={shown} of={{ account, folder, uid }} />
            </article>
          </Card>
          {dialogues && (
            <Card>
              <WaySection dialogues={dialogues} />
            </Card>
          )}
        </>
      )}
    </div>
  )
}

function Head({ shown }: { shown: ShownMail }): ReactNode {
  const { t, format } = useText()
  const { subject, from, to, cc, receivedAt } = shown
  return (
    <header className={css.head}>
      <h2 id="mail-subject">{subjectText(subject, t)}</h2>
      <dl>
        <dt>{t('mail.from')}</dt>
        <dd>{peopleInFull(from)}</dd>
        <dt>{t('mail.to')}</dt>
        <dd>{peopleInFull(to)}</dd>
        {cc.length > 0 && (
          <>
            <dt>{t('mail.cc')}</dt>
            <dd>{peopleInFull(cc)}</dd>
          </>
        )}
        <dt>{t('mail.received')}</dt>
        <dd>{format.time(receivedAt)}</dd>
      </dl>
    </header>
  )
}

function RemoveButton({ account, folder, uid }: { account: string; folder: string; uid: number }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const remove = async (): Promise<void> => {
    setBusy(true)
    // Gone from the page first: what is not there any more is not asked for again.
    navigate(mailHref({ account, folder }))
    await act(() => client.mail.remove({ account, folder, uid }))
  }
  return (
    <Button
      className={css.remove}
      size="compact-sm"
      variant="default"
      loading={busy}
      leftSection={<IconTrash size={15} aria-hidden="true" />}
      onClick={() => void remove()}
    >
      {folder === 'Trash' ? t('mail.removeForEver') : t('mail.remove')}
    </Button>
  )
}

/** The text where there is one: HTML is only shown when asked for, or when there is nothing else. */
function Body({ shown }: { shown: ShownMail }): ReactNode {
  const { t } = useText()
  const { text, html, isCut } = shown
  const [chosen, setChosen] = useState<'text' | 'html'>('text')
  const view = text === undefined ? 'html' : chosen
  return (
    <div className={css.body}>
      {text !== undefined && html !== undefined && (
        <SegmentedControl
          className={css.choice}
          size="xs"
          value={chosen}
          onChange={(value) => setChosen(value === 'html' ? 'html' : 'text')}
          data={[
            { value: 'text', label: t('mail.asText') },
            { value: 'html', label: t('mail.asHtml') },
          ]}
        />
      )}
      {view === 'html' && html !== undefined ? (
        <HtmlFrame html={html} />
      ) : (
        <pre className={css.text}>{text ?? ''}</pre>
      )}
      {isCut && <p className="sh-muted">{t('mail.cut')}</p>}
    </div>
  )
}

function Attachments({ shown, of }: { shown: ShownMail; of: Place }): ReactNode {
  const { t, format } = useText()
  if (shown.attachments.length === 0) return null
  return (
    <section className={css.attachments}>
      <h3>{t('mail.attachments')}</h3>
      <ul>
        {shown.attachments.map(({ name, size }, i) => (
          <li key={i}>
            <IconPaperclip size={15} aria-hidden="true" />
            <span>
              {name}, {format.size(size)}
            </span>
            <SaveButton wish={{ ...of, what: i + 1 }} label={t('mail.saveNamed', { name })}>
              {t('mail.save')}
            </SaveButton>
          </li>
        ))}
      </ul>
      <p className="sh-muted">{t('mail.attachmentText')}</p>
    </section>
  )
}

function Source({ shown, of }: { shown: ShownMail; of: Place }): ReactNode {
  const { t } = useText()
  return (
    <details className={css.source}>
      <summary>{t('mail.source')}</summary>
      {/* Focusable, since it scrolls. */}
      <pre tabIndex={0} role="group" aria-label={t('mail.source')}>
        {shown.source}
      </pre>
      {shown.isSourceCut && <p className="sh-muted">{t('mail.cut')}</p>}
      <SaveButton wish={{ ...of, what: 'source' }}>{t('mail.saveSource')}</SaveButton>
    </details>
  )
}

function SaveButton(props: {
  wish: MailFileWish
  label?: string | undefined
  children: ReactNode
}): ReactNode {
  const { wish, label, children } = props
  const save = useSave()
  const [busy, setBusy] = useState(false)
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={label}
      loading={busy}
      leftSection={<IconDownload size={15} aria-hidden="true" />}
      onClick={() => {
        setBusy(true)
        void save(wish).finally(() => setBusy(false))
      }}
    >
      {children}
    </Button>
  )
}
