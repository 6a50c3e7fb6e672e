import { useEffect } from 'react'
import type { Share } from '../../../src/contract/index.ts'
import { useShares } from '../core/context.tsx'
import { progressOf } from '../files/words.ts'
import { useText } from '../i18n/use-text.ts'
import type { Page } from './route.ts'

/** How far all running downloads are together, 0…1; undefined when none runs. */
export function overallProgress(shares: Iterable<Share>): number | undefined {
  let done = 0
  let total = 0
  for (const share of shares) {
    if (share.state.is !== 'downloading' || !share.size) continue
    done += progressOf(share) * share.size
    total += share.size
  }
  return total > 0 ? done / total : undefined
}

/** The tab tells the progress while another tab is looked at, else the page. */
export function useTabTitle(page: Page | undefined): void {
  const { t, format } = useText()
  const shares = useShares()
  const progress = overallProgress(shares.values())
  const title =
    progress !== undefined
      ? t('tab.progress', { percent: format.percent(progress) })
      : t('tab.page', { page: titleOf(page, t) })
  useEffect(() => {
    document.title = title
  }, [title])
}

function titleOf(page: Page | undefined, t: ReturnType<typeof useText>['t']): string {
  return page === undefined ? t('app.notFound') : t(`nav.${page}`)
}
