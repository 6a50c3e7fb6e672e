import type { ReactNode } from 'react'
import type { Network } from '../../../src/contract/index.ts'
import { useNetwork } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { CopyLines } from '../ui/copy-line.tsx'
import { NetworkTabs } from '../sockets/network-tabs.tsx'
import { Card, Page, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { addressesToType, whyNoAddress } from './address.ts'
import { InterfaceList } from './interface-list.tsx'
import { ServerSection } from './servers/server-section.tsx'
import { sourceDetailText } from './source-detail.ts'
import css from './network-page.module.css'

/** Facts about this laptop on its network: where it is reached, and how it finds others. */
export function NetworkPage(): ReactNode {
  const { t } = useText()
  const network = useNetwork()
  const addresses = addressesToType(network.addresses)
  return (
    <Page above={<NetworkTabs current="overview" />} title={t('network.title')} lead={t('network.intro')}>
      <Section title={t('network.addresses')} text={t('network.addressesText')}>
        <Card>
          {addresses.length === 0 && <p className="sh-muted">{t(whyNoAddress(network))}</p>}
          <CopyLines texts={addresses} label={t('network.addresses')} />
          <dl className={css.identity}>
            {network.networkName !== null && (
              <>
                <dt>{t('network.range')}</dt>
                <dd>
                  <code>{network.networkName}</code>
                </dd>
              </>
            )}
            <dt>{t('network.identity')}</dt>
            <dd>
              <code>{network.peerId}</code>
            </dd>
          </dl>
        </Card>
      </Section>
      <ServerSection />
      <Section title={t('network.sources')} text={t('network.sourcesText')}>
        <Card flush>
          <Sources sources={network.sources} />
        </Card>
      </Section>
      <Section title={t('network.interfaces')} text={t('network.interfacesText')}>
        <Card flush>
          <InterfaceList />
        </Card>
      </Section>
      <p className="sh-muted">{t('network.version', { version: network.version })}</p>
    </Page>
  )
}

const STATES = {
  off: 'network.stateOff',
  starting: 'network.stateStarting',
  on: 'network.stateOn',
  failed: 'network.stateFailed',
} as const

function Sources({ sources }: { sources: Network['sources'] }): ReactNode {
  const { t, format } = useText()
  return (
    <Table
      label={t('network.sources')}
      items={sources}
      keyOf={({ kind }) => kind}
      narrow="fits"
      columns={[
        { head: t('network.way'), render: ({ kind }) => t(`ways.${kind}`) },
        { head: t('network.state'), render: (source) => <State source={source} /> },
        { head: t('network.found'), number: true, render: ({ found }) => format.count(found) },
      ]}
    />
  )
}

function State({ source: { state, detail } }: { source: Network['sources'][number] }): ReactNode {
  const { t } = useText()
  return (
    <>
      <span className={css.state} data-state={state}>
        {t(STATES[state])}
      </span>
      {detail && <span className={css.detail}>{sourceDetailText(detail, t)}</span>}
    </>
  )
}
