import {
  IconChartLine,
  IconFiles,
  IconHelpCircle,
  IconMessages,
  IconRadar2,
  IconSettings,
  IconTopologyStar3,
  IconWorldSearch,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { InvitationCount } from '../compare/invitation-count.tsx'
import { usePicture } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { UnreadCount } from '../messages/unread-count.tsx'
import { Logo } from '../ui/logo.tsx'
import { routeTo, useRoute } from './route.ts'
import css from './nav.module.css'

/** The app's pages, in the order of the routes. */
const ITEMS = [
  { page: 'files', icon: IconFiles },
  { page: 'nearby', icon: IconRadar2 },
  { page: 'messages', icon: IconMessages },
  { page: 'names', icon: IconWorldSearch },
  { page: 'network', icon: IconTopologyStar3 },
  { page: 'compare', icon: IconChartLine },
  { page: 'settings', icon: IconSettings },
  { page: 'help', icon: IconHelpCircle },
] as const

export function Nav(): ReactNode {
  const { t } = useText()
  const { page } = useRoute()
  return (
    <nav className={css.nav} aria-label={t('app.navigation')}>
      <div className={css.brand}>
        <Logo size={26} />
        <span>Shoal</span>
      </div>
      <ul className={css.list}>
        {ITEMS.map(({ page: target, icon: Icon }) => (
          <li key={target}>
            <a
              className={css.item}
              href={routeTo(target)}
              aria-current={page === target ? 'page' : undefined}
            >
              <Icon size={19} stroke={1.7} aria-hidden="true" />
              <span>{t(`nav.${target}`)}</span>
              {target === 'nearby' && <NearbyCount />}
              {target === 'messages' && <UnreadCount className={css.count} />}
              {target === 'compare' && <InvitationCount className={css.count} />}
            </a>
          </li>
        ))}
      </ul>
      <Foot />
    </nav>
  )
}

function NearbyCount(): ReactNode {
  const { t, format } = useText()
  const count = usePicture((picture) => picture.nearby.size)
  if (count === 0) return null
  return (
    <span className={css.count} role="img" aria-label={t('nearby.people', { count })}>
      {format.count(count)}
    </span>
  )
}

/** Whose laptop this is, where, and what passes through it now. */
function Foot(): ReactNode {
  const { t, format } = useText()
  const { name, networkName } = usePicture((picture) => picture.network)
  const shares = usePicture((picture) => picture.shares)
  let down = 0
  let up = 0
  for (const share of shares.values()) {
    down += share.downRate
    up += share.upRate
  }
  return (
    <div className={css.foot}>
      <dl className={css.rates}>
        <dt>{t('share.down')}</dt>
        <dd>{format.rate(down)}</dd>
        <dt>{t('share.up')}</dt>
        <dd>{format.rate(up)}</dd>
      </dl>
      <div className={css.who}>
        <strong>{name}</strong>
        <span>{networkName}</span>
      </div>
    </div>
  )
}
