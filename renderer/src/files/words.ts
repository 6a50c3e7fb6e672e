import type { TFunction } from 'i18next'
import type { Share } from '../../../src/contract/index.ts'
import type { Format } from '../format/format.ts'

/** How urgent a state is: colours one dot and nothing else. */
export type Tone = 'busy' | 'good' | 'warm' | 'quiet'

/** Where a share stands, in words: the first says what, the others what else is worth knowing. */
export function stateWords(share: Share, t: TFunction, format: Format): string[] {
  const { state } = share
  switch (state.is) {
    case 'hashing':
      return [hashingWords(state, t, format)]
    case 'looking':
      return [t('state.looking')]
    case 'downloading':
      return downloadingWords(share, t, format)
    case 'waiting':
      return [
        t('state.waiting', { count: state.missingHere }),
        t('state.downloading', { percent: percent(share, format) }),
      ]
    case 'paused':
      return [t('state.paused', { percent: percent(share, format) })]
    case 'stuck':
      return [t('state.stuck'), t(`error.${state.problem.code}.what`)]
    case 'checking':
      return [t('state.checking', { percent: format.percent(fraction(state.done, state.total)) })]
    case 'serving':
      return servingWords(share, t, format)
    case 'stopped':
      return [t('state.stopped')]
    case 'failed':
      return [t('state.failed'), t(`error.${state.problem.code}.what`)]
  }
}

/** The same beside a large number that already says how much: the first words say what goes on instead. */
export function summaryWords(share: Share, t: TFunction, format: Format): string[] {
  const words = stateWords(share, t, format)
  const { copies, peers, role, state } = share
  if (state.is === 'downloading')
    words[0] = peers > 0 ? t('state.receivingFrom', { count: peers }) : t('state.receiving')
  if (state.is === 'waiting') words.length = 1
  const sending = role === 'source' && state.is === 'serving' && copies.complete < copies.of
  if (sending) words[words.length - 1] = t('state.sendingTo', { count: copies.of - copies.complete })
  return words
}

export function tone(share: Share): Tone {
  switch (share.state.is) {
    case 'hashing':
    case 'looking':
    case 'downloading':
    case 'checking':
      return 'busy'
    case 'waiting':
    case 'stuck':
    case 'failed':
      return 'warm'
    case 'serving':
      return 'good'
    case 'paused':
    case 'stopped':
      return 'quiet'
  }
}

/** How much of the work at hand is done, 0…1. */
export function progressOf(share: Share): number {
  if (share.state.is === 'hashing') return fraction(share.state.bytesDone, share.state.bytesTotal)
  if (share.state.is === 'checking') return fraction(share.state.done, share.state.total)
  if (share.state.is === 'serving' || share.state.is === 'stopped') return 1
  // An empty share has neither bytes nor parts to wait for once its root is known; its state says when it is done.
  return share.size ? fraction(share.bytesHeld, share.size) : fraction(share.partsHeld, share.parts)
}

function hashingWords(
  state: Extract<Share['state'], { is: 'hashing' }>,
  t: TFunction,
  format: Format,
): string {
  if (state.bytesTotal === 0) return t('state.counting', { count: state.filesFound })
  const values = {
    percent: format.percent(fraction(state.bytesDone, state.bytesTotal)),
    rate: `${format.size(state.bytesPerSecond)}/s`,
  }
  if (state.secondsLeft === null) return t('state.hashing', values)
  return t('state.hashingLeft', { ...values, time: format.duration(state.secondsLeft) })
}

function downloadingWords(share: Share, t: TFunction, format: Format): string[] {
  const words = [
    share.peers > 0
      ? t('state.downloadingFrom', { percent: percent(share, format), count: share.peers })
      : t('state.downloading', { percent: percent(share, format) }),
  ]
  if (share.mode === 'http') words.push(t('state.fromServer'))
  else words.push(...fromOthers(share, t, format))
  return words
}

function servingWords(share: Share, t: TFunction, format: Format): string[] {
  const { complete, of } = share.copies
  if (share.role === 'download') {
    const first =
      share.peers > 0 && share.upRate > 0
        ? t('state.completeGiving', { count: share.peers })
        : t('state.complete')
    return [first, ...fromOthers(share, t, format)]
  }
  if (of === 0) return [t('state.servingReady')]
  if (complete === of) return [t('state.allHave', { count: of })]
  const some = t('state.someHave', { complete, of })
  return share.safeToLeave ? [t('state.safe'), some] : [some]
}

function fromOthers(share: Share, t: TFunction, format: Format): string[] {
  return share.fromOthers === null || share.fromOthers === 0
    ? []
    : [t('state.fromOthers', { percent: format.percent(share.fromOthers) })]
}

function percent(share: Share, format: Format): string {
  return format.percent(progressOf(share))
}

function fraction(done: number, total: number): number {
  return total > 0 ? Math.min(1, done / total) : 0
}
