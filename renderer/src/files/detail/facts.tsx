import { IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Share } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import css from './facts.module.css'

/** The share in figures. What does not apply is not there. */
export function Facts({ share }: { share: Share }): ReactNode {
  const { t, format } = useText()
  const { fromOthers, leftOut } = share
  const isDownload = share.role === 'download'
  return (
    <>
      <dl className={css.facts}>
        <Fact label={t('detail.held')}>
          {format.size(share.bytesHeld)}
          {share.size !== null && <span> / {format.size(share.size)}</span>}
        </Fact>
        <Fact label={t('detail.received')} show={isDownload}>
          {format.size(share.bytesReceived)}
        </Fact>
        <Fact label={t('detail.sent')}>{format.size(share.bytesSent)}</Fact>
        <Fact label={t('detail.fromOthers')} show={isDownload && fromOthers !== null}>
          {format.percent(fromOthers ?? 0)}
        </Fact>
        <Fact label={t('detail.copies')}>
          {format.count(share.copies.complete)} / {format.count(share.copies.of)}
        </Fact>
        <Fact label={t('detail.added')}>{format.time(share.addedAt)}</Fact>
        <Fact label={t('detail.finished')} show={share.completedAt !== null}>
          {format.time(share.completedAt ?? 0)}
        </Fact>
        <Fact label={t('detail.where')} show={share.path !== null} wide>
          {share.path}
        </Fact>
        <Fact label={t('detail.code')} show={share.cid !== null} wide>
          <code>{share.cid}</code>
        </Fact>
      </dl>
      {isDownload && share.mode === 'p2p' && fromOthers !== null && (
        <p className={css.note}>
          <IconInfoCircle size={16} aria-hidden="true" />
          {fromOthers > 0
            ? t('detail.selfScalability', { percent: format.percent(fromOthers) })
            : t('detail.selfScalabilityNone')}
        </p>
      )}
      <LeftOut leftOut={leftOut} />
    </>
  )
}

function Fact(props: { label: string; show?: boolean; wide?: boolean; children: ReactNode }): ReactNode {
  if (props.show === false) return null
  return (
    <div data-wide={props.wide || undefined}>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}

/** What the sharer could not take along, and why: nothing is dropped in silence. */
function LeftOut({ leftOut }: { leftOut: Share['leftOut'] }): ReactNode {
  const { t } = useText()
  const { symbolicLinks, specialFiles, unportableNames, unreadable, examples } = leftOut
  const total = symbolicLinks + specialFiles + unportableNames + unreadable
  if (total === 0) return null
  const reasons = [
    symbolicLinks > 0 && t('share.leftOutLinks', { count: symbolicLinks }),
    specialFiles > 0 && t('share.leftOutSpecial', { count: specialFiles }),
    unportableNames > 0 && t('share.leftOutNames', { count: unportableNames }),
    unreadable > 0 && t('share.leftOutUnreadable', { count: unreadable }),
  ].filter((reason) => reason !== false)
  return (
    <p className={css.note} data-warm>
      <IconInfoCircle size={16} aria-hidden="true" />
      <span>
        <b>{t('share.leftOut', { count: total })}</b> — {reasons.join(', ')}.{' '}
        {examples.length > 0 && t('share.leftOutExamples', { names: examples.slice(0, 3).join(', ') })}
      </span>
    </p>
  )
}
