import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { routeTo } from '../shell/route.ts'
import css from './network-tabs.module.css'

export type NetworkPart = 'overview' | 'lab' | 'segments' | 'connections'

const PARTS = ['overview', 'lab', 'segments', 'connections'] as const

/** The parts of the network page, each with an address of its own. */
export function NetworkTabs({ current }: { current: NetworkPart }): ReactNode {
  const { t } = useText()
  return (
    <nav className={css.tabs} aria-label={t('sockets.tabs.label')}>
      {PARTS.map((part) => (
        <a
          key={part}
          href={part === 'overview' ? routeTo('network') : routeTo('network', part)}
          aria-current={part === current ? 'page' : undefined}
        >
          {t(`sockets.tabs.${part}`)}
        </a>
      ))}
    </nav>
  )
}
