import { IconAlertTriangle, IconGauge } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Problem, Share, SwarmPeer } from '../../../../src/contract/index.ts'
import { problemText } from '../../core/problem-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { progressOf, summaryWords, tone } from '../words.ts'
import css from './summary.module.css'

/** Where the share stands: one large number, the words, the rates, and what limits it now. */
export function Summary({ share, peers }: { share: Share; peers: readonly SwarmPeer[] }): ReactNode {
  const { t, format } = useText()
  const [first, ...others] = summaryWords(share, t, format)
  const shown = tone(share)
  const sending = share.role === 'source' && share.state.is === 'serving' && share.copies.of > 0
  const value = sending ? meanOf(peers) : progressOf(share)
  const problem = share.state.is === 'stuck' || share.state.is === 'failed' ? share.state.problem : undefined
  const active =
    share.state.is === 'downloading' || share.state.is === 'serving' || share.state.is === 'waiting'
  return (
    <Card>
      <div className={css.summary}>
        <p className={css.big}>
          {sending
            ? `${format.count(share.copies.complete)}\u2009/\u2009${format.count(share.copies.of)}`
            : format.percent(value)}
          {sending && <span>{t('detail.haveAll')}</span>}
        </p>
        <div className={css.words} data-tone={shown}>
          <p role="status">{first}</p>
          {others.map((word) => (
            <p key={word}>{word}</p>
          ))}
        </div>
        <Numbers share={share} />
        <div className={css.bar}>
          <Progress
            value={value}
            label={t('share.progressLabel', { name: share.name })}
            tone={sending && value < 1 ? 'busy' : shown}
          />
        </div>
      </div>
      {problem && <ProblemLine problem={problem} />}
      {active && !problem && (
        <p className={css.limit}>
          <IconGauge size={17} stroke={1.7} aria-hidden="true" />
          <span>
            <b>{t('limit.label')}:</b> {share.limit ? t(`limit.${share.limit}`) : t('limit.none')}
          </span>
        </p>
      )}
    </Card>
  )
}

/** How much of the share the receivers have on average, 0…1. */
function meanOf(peers: readonly SwarmPeer[]): number {
  return peers.length === 0 ? 0 : peers.reduce((sum, { has }) => sum + has, 0) / peers.length
}

function Numbers({ share }: { share: Share }): ReactNode {
  const { t, format } = useText()
  return (
    <dl className={css.numbers}>
      <div>
        <dt>{t('share.down')}</dt>
        <dd>{format.rate(share.downRate)}</dd>
      </div>
      <div>
        <dt>{t('share.up')}</dt>
        <dd>{format.rate(share.upRate)}</dd>
      </div>
      <div>
        <dt>{share.secondsLeft === null ? t('detail.peersShort') : t('detail.timeLeft')}</dt>
        <dd>{share.secondsLeft === null ? format.count(share.peers) : format.duration(share.secondsLeft)}</dd>
      </div>
    </dl>
  )
}

function ProblemLine({ problem }: { problem: Problem }): ReactNode {
  const { t } = useText()
  const { why, todo, about } = problemText(problem, t)
  return (
    <p className={css.limit} data-problem>
      <IconAlertTriangle size={17} stroke={1.7} aria-hidden="true" />
      <span>
        {about && <b>{about} </b>}
        {why} {todo}
      </span>
    </p>
  )
}
