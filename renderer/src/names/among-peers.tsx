import { Button } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useState, type ReactNode } from 'react'
import type { DnsResolution, PeerLookup } from '../../../src/contract/index.ts'
import { useClient, usePicture } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import { SequenceDiagram } from '../ui/sequence-diagram.tsx'
import { useAct } from '../ui/use-act.ts'
import { milliseconds } from './path.ts'
import { peerPathOf } from './peer-path.ts'
import css from './path-section.module.css'

/** What DNS calls laptops by; only those have a record among peers. */
const LAPTOPS = /^[^.]+\.shoal\.internal\.$/

/** The same name found without servers: its owner's signed record in the DHT, hop by hop. */
export function AmongPeers({ shown }: { shown: DnsResolution | undefined }): ReactNode {
  const { t } = useText()
  const name = shown && LAPTOPS.test(shown.name) ? shown.name : undefined
  return (
    <Section title={t('names.peers')} text={t('names.peersText')}>
      <Card>
        {shown === undefined || name === undefined ? (
          <p className="sh-muted">{t('names.peersOnlyLaptops')}</p>
        ) : (
          <PeerPath key={name} name={name} dns={shown} />
        )}
      </Card>
    </Section>
  )
}

function PeerPath({ name, dns }: { name: string; dns: DnsResolution }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const nearby = usePicture((picture) => picture.nearby)
  const [found, setFound] = useState<PeerLookup | undefined>()
  const [busy, setBusy] = useState(false)
  const lookUp = async (): Promise<void> => {
    setBusy(true)
    const answer = await act(() => client.names.amongPeers({ name }))
    setBusy(false)
    if (answer) setFound(answer)
  }
  const nameOf = (peerId: string): string => nearby.get(peerId)?.name ?? `…${peerId.slice(-6)}`
  return (
    <>
      <header className={css.head}>
        <div>
          <h3>{name}</h3>
          <p role="status">{found && foundWords(found, nameOf, t)}</p>
        </div>
        <Button variant="default" size="compact-md" loading={busy} onClick={() => void lookUp()}>
          {t('names.peersGo')}
        </Button>
      </header>
      {found && (
        <>
          <SequenceDiagram label={t('names.peersPathOf', { name })} {...peerPathOf(found, nameOf, t)} />
          <p className={css.page}>{comparison(found, dns, t)}</p>
        </>
      )}
    </>
  )
}

function foundWords({ record }: PeerLookup, nameOf: (peerId: string) => string, t: TFunction): string {
  if (!record) return t('names.peersNobody')
  return t('names.peersFound', { owner: nameOf(record.owner), addresses: record.addresses.join(', ') })
}

/** `Through servers: 4 questions, 7.1 ms. Among peers: 3 questions, 12 ms.` */
function comparison(found: PeerLookup, dns: DnsResolution, t: TFunction): string {
  const asked = dns.steps.filter(({ cached }) => !cached).length
  const servers = t('names.comparedServers', { count: asked, ms: milliseconds(dns.ms) })
  const peers = t('names.comparedPeers', { count: found.messages, ms: milliseconds(found.ms) })
  return `${servers} ${peers}`
}
