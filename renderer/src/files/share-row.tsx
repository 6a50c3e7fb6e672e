import { IconFile, IconFolder } from '@tabler/icons-react'
import { memo, type ReactNode } from 'react'
import type { Share } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { routeTo } from '../shell/route.ts'
import { Progress } from '../ui/progress.tsx'
import { ShareActionButtons } from './share-actions.tsx'
import { progressOf, stateWords, tone } from './words.ts'
import css from './share-row.module.css'

/** One share in the list: what it is, where it stands in words, how fast, and what can be done. */
export const ShareRow = memo(function ShareRow({ share }: { share: Share }): ReactNode {
  const { t, format } = useText()
  const words = stateWords(share, t, format)
  const shown = tone(share)
  const moving = share.state.is !== 'serving' && share.state.is !== 'stopped'
  const Icon = share.kind === 'file' ? IconFile : IconFolder
  return (
    <li className={css.row} data-share={share.id}>
      <span className={css.icon} data-role={share.role}>
        <Icon size={19} stroke={1.6} aria-hidden="true" />
      </span>
      <div className={css.what}>
        <div className={css.title}>
          <a className={css.name} href={routeTo('files', share.id)}>
            {share.title ?? share.name}
          </a>
          <span className={css.meta}>{metaWords(share, t, format)}</span>
        </div>
        <p className={css.state} data-tone={shown}>
          {words.map((word, i) => (
            <span key={i}>{word}</span>
          ))}
        </p>
      </div>
      <Numbers share={share} />
      <div className={css.actions}>
        <ShareActionButtons share={share} />
      </div>
      {moving && (
        <div className={css.progress}>
          <Progress
            value={progressOf(share)}
            label={t('share.progressLabel', { name: share.name })}
            tone={shown}
            slim
          />
        </div>
      )}
    </li>
  )
})

function Numbers({ share }: { share: Share }): ReactNode {
  const { t, format } = useText()
  // What came last still counts in the average for a moment; nothing comes to a share that is complete.
  const down = share.state.is === 'serving' ? 0 : share.downRate
  const left = share.state.is === 'downloading' ? share.secondsLeft : null
  return (
    <dl className={css.numbers}>
      <div hidden={down === 0}>
        <dt className="sh-visually-hidden">{t('share.down')}</dt>
        <dd>
          <span aria-hidden="true">↓</span> {format.rate(down)}
        </dd>
      </div>
      <div hidden={share.upRate === 0}>
        <dt className="sh-visually-hidden">{t('share.up')}</dt>
        <dd>
          <span aria-hidden="true">↑</span> {format.rate(share.upRate)}
        </dd>
      </div>
      <div hidden={left === null}>
        <dt className="sh-visually-hidden">{t('share.left', { time: '' })}</dt>
        <dd className={css.left}>{left !== null && t('share.left', { time: format.duration(left) })}</dd>
      </div>
    </dl>
  )
}

function metaWords(
  share: Share,
  t: ReturnType<typeof useText>['t'],
  format: ReturnType<typeof useText>['format'],
): string {
  const words: string[] = []
  if (share.size !== null) {
    words.push(
      share.kind === 'file' || share.files === null
        ? format.size(share.size)
        : t('share.sizeFiles', { size: format.size(share.size), count: share.files }),
    )
  }
  if (share.role === 'source') words.push(share.openly ? t('share.openly') : t('share.linkOnly'))
  if (share.mode === 'http') words.push(t('share.viaServer'))
  return words.join(' · ')
}
