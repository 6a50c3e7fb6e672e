import { useState, type ReactNode } from 'react'
import type { DnsResolution, NamesView } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Page } from '../ui/page.tsx'
import { AmongPeers } from './among-peers.tsx'
import { CacheTable } from './cache-table.tsx'
import { Laptops } from './laptops.tsx'
import { LookUp } from './look-up.tsx'
import { OtherDomains } from './other-domains.tsx'
import { PathSection } from './path-section.tsx'
import { useNames } from './use-names.ts'
import { Zones } from './zones.tsx'

/** Names through servers, at work: ask, watch the question's path, see what is remembered, change a zone. */
export function NamesPage(): ReactNode {
  const { t } = useText()
  const view = useNames()
  const [chosen, setChosen] = useState<DnsResolution | undefined>()
  if (!view) return <Page title={t('names.title')} lead={t('names.lead')} />
  const shown = chosen ?? view.recent[0]
  return (
    <Page title={t('names.title')} lead={t('names.lead')}>
      <LookUp laptop={laptopName(view)} onFound={setChosen} />
      <PathSection shown={shown} recent={view.recent} onChoose={setChosen} />
      <AmongPeers shown={shown} />
      <CacheTable size={view.cacheSize} revision={view.revision} />
      <Laptops laptops={view.laptops} />
      <Zones view={view} />
      <OtherDomains view={view} />
    </Page>
  )
}

/** A laptop's name to try, this one's own if its zone is served. */
function laptopName({ zones, laptops }: NamesView): string | undefined {
  const zone = zones.find(({ origin }) => origin.endsWith('.shoal.internal.'))
  const host = zone?.origin.replace(/\.$/, '')
  return laptops.find((laptop) => laptop.host === host)?.shownHost ?? host
}
