import { useEffect, useMemo, useState, type ReactNode } from 'react'
import type { NearbyPeer } from '../../../src/contract/index.ts'
import { usePicture, useShares } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Card, Page, Section } from '../ui/page.tsx'
import { ConnectForm } from './connect-form.tsx'
import { MeCard } from './me-card.tsx'
import { Nobody, Searching } from './nobody.tsx'
import { PersonCard } from './person-card.tsx'
import css from './nearby-page.module.css'

/** Long enough for mDNS to find everybody who is there, short enough to help those who wait in vain. */
const NOBODY_AFTER_MS = 10_000

export function NearbyPage(): ReactNode {
  const { t } = useText()
  const nearby = usePicture((picture) => picture.nearby)
  const shares = useShares()
  const people = useMemo(
    () => [...nearby.values()].sort((a, b) => rank(b) - rank(a) || a.name.localeCompare(b.name)),
    [nearby],
  )
  const byCid = useMemo(() => new Map([...shares.values()].map((share) => [share.cid, share])), [shares])
  const waitedLong = useWaited(people.length === 0, NOBODY_AFTER_MS)
  const count = people.length
  return (
    <Page
      title={t('nearby.title')}
      lead={<span role="status">{count > 0 ? t('nearby.people', { count }) : ''}</span>}
    >
      <MeCard />
      {count > 0 ? (
        <ul className={css.people} aria-label={t('nearby.title')}>
          {people.map((peer) => (
            <PersonCard key={peer.peerId} peer={peer} shareOf={(cid) => byCid.get(cid)} />
          ))}
        </ul>
      ) : waitedLong ? (
        <Nobody />
      ) : (
        <Searching />
      )}
      {/* At one place in all three: what somebody is typing stays when the picture above changes. */}
      <Missing />
    </Page>
  )
}

/** The way to somebody the network hides. */
function Missing(): ReactNode {
  const { t } = useText()
  return (
    <Section title={t('nearby.missing')} text={t('nearby.missingText')}>
      <Card>
        <ConnectForm />
      </Card>
    </Section>
  )
}

/** Those who offer something come first, those who are gone last. */
function rank(peer: NearbyPeer): number {
  return Number(peer.connected) * 2 + Number(peer.shares.length > 0)
}

/** True once `waiting` has held for `ms`. */
function useWaited(waiting: boolean, ms: number): boolean {
  const [waited, setWaited] = useState(false)
  useEffect(() => {
    setWaited(false)
    if (!waiting) return
    const timer = setTimeout(() => setWaited(true), ms)
    return () => clearTimeout(timer)
  }, [waiting, ms])
  return waiting && waited
}
