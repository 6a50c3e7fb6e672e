import type { ReactNode } from 'react'
import type { MailDialogue } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { SequenceDiagram } from '../../ui/sequence-diagram.tsx'
import { isPush, smtpWords, wayOf } from './way.ts'
import css from './way.module.css'

/** The way a message took, from the recorded sessions, and the words of push and pull beside each other. */
export function WaySection({ dialogues }: { dialogues: readonly MailDialogue[] }): ReactNode {
  const { t, format } = useText()
  const way = wayOf(dialogues, {
    push: t('mail.push'),
    pull: t('mail.pull'),
    cutHere: t('mail.cutHere'),
    endOfSmtp: t('mail.endOfSmtp'),
    inQueue: t('mail.inQueue'),
    thisServer: t('mail.thisServer'),
    theirServer: t('mail.theirServer'),
    otherServer: t('mail.otherServer'),
    userAgent: t('mail.userAgent'),
    thisLaptop: t('mail.thisLaptop'),
    time: (at) => format.time(at),
  })
  return (
    <section className={css.way} aria-labelledby="mail-way">
      <h3 id="mail-way">{t('mail.wayTitle')}</h3>
      <p className="sh-muted">{way.messages.length === 0 ? t('mail.wayNone') : t('mail.wayText')}</p>
      {way.messages.length > 0 && (
        <SequenceDiagram label={t('mail.diagram')} actors={way.actors} messages={way.messages} />
      )}
      <Protocols dialogues={dialogues} />
    </section>
  )
}

const SMTP = [
  ['HELO', 'mail.helo'],
  ['MAIL', 'mail.mail'],
  ['RCPT', 'mail.rcpt'],
  ['DATA', 'mail.data'],
  ['QUIT', 'mail.quit'],
] as const

function Protocols({ dialogues }: { dialogues: readonly MailDialogue[] }): ReactNode {
  const { t } = useText()
  const said = smtpWords(dialogues)
  const isHttp = dialogues.some(({ protocol }) => protocol === 'http')
  const isPulled = dialogues.some((dialogue) => !isPush(dialogue))
  return (
    <div className={css.protocols} role="group" aria-label={t('mail.protocolsTitle')}>
      <div>
        <h4>
          SMTP <span className={css.kind}>{t('mail.push')}</span>
        </h4>
        <p className="sh-muted">{t('mail.smtpText')}</p>
        <dl className={css.words}>
          {SMTP.map(([word, key]) => (
            <Word key={word} word={word} meaning={t(key)} isSaid={said.has(word)} />
          ))}
        </dl>
      </div>
      <div>
        <h4>
          HTTP <span className={css.kind}>{t('mail.pull')}</span>
        </h4>
        <p className="sh-muted">{t('mail.httpText')}</p>
        <dl className={css.words}>
          <Word word="GET" meaning={t('mail.request')} isSaid={isHttp} />
          <Word word="200 OK" meaning={t('mail.response')} isSaid={isHttp} />
        </dl>
        <p className="sh-muted" data-said={isPulled || undefined}>
          {t('mail.popText')}
        </p>
      </div>
    </div>
  )
}

function Word({ word, meaning, isSaid }: { word: string; meaning: string; isSaid: boolean }): ReactNode {
  const { t } = useText()
  return (
    <div data-said={isSaid || undefined}>
      <dt>
        <code>{word}</code>
        {isSaid && <span className="sh-visually-hidden"> ({t('mail.saidHere')})</span>}
      </dt>
      <dd>{meaning}</dd>
    </div>
  )
}
