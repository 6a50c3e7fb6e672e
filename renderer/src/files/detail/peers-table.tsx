import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import type { Share, SwarmPeer } from '../../../../src/contract/index.ts'
import type { Format } from '../../format/format.ts'
import { useText } from '../../i18n/use-text.ts'
import { shortAddress } from '../../network/address.ts'
import { Card, None, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import css from './peers-table.module.css'

/** Every laptop of the swarm: how much it has, both rates, and who is client and server between the two of us. */
export function PeersTable({ share, peers }: { share: Share; peers: readonly SwarmPeer[] }): ReactNode {
  const { t, format } = useText()
  const isSource = share.role === 'source'
  const title = isSource ? t('detail.receivers') : t('detail.peers')
  // By name, not by rate: rows that change places cannot be read.
  const sorted = [...peers].sort(
    (a, b) => Number(b.isSource) - Number(a.isSource) || a.name.localeCompare(b.name),
  )
  return (
    <Section
      title={title}
      aside={<span className="sh-muted">{t('share.peers', { count: peers.length })}</span>}
    >
      <Card flush>
        {peers.length === 0 ? (
          <None>{isSource ? t('detail.peersNoneSource') : t('detail.peersNone')}</None>
        ) : (
          <Table
            label={title}
            items={sorted}
            keyOf={({ peerId }) => peerId}
            narrow="cards"
            columns={columnsOf(t, format)}
          />
        )}
      </Card>
    </Section>
  )
}

function columnsOf(t: TFunction, format: Format): Column<SwarmPeer>[] {
  return [
    { head: t('detail.peerName'), render: (peer) => <Who peer={peer} /> },
    { head: t('detail.peerHas'), wide: 'bare', render: (peer) => <Has peer={peer} /> },
    { head: t('detail.peerDown'), number: true, render: (peer) => rate(peer.downRate) },
    { head: t('detail.peerUp'), number: true, render: (peer) => rate(peer.upRate) },
    {
      head: t('detail.peerRoles'),
      render: (peer) => (
        <span className={peer.nowServing === null ? css.idle : undefined}>{rolesWords(peer, t)}</span>
      ),
    },
    {
      head: t('detail.peerOpened'),
      render: ({ opened, name }) =>
        opened === 'me' ? t('detail.openedMe') : t('detail.openedThem', { name }),
    },
  ]

  function rate(bitsPerSecond: number): ReactNode {
    return (
      <span className={`${css.rate} ${bitsPerSecond === 0 ? css.idle : ''}`}>
        {format.rate(bitsPerSecond)}
      </span>
    )
  }
}

const LANES = { tls: 'detail.laneTls', stream: 'detail.laneStream', http: 'servers.laneHttp' } as const

function Who({ peer: { name, isSource, address, lane, roundTrip } }: { peer: SwarmPeer }): ReactNode {
  const { t } = useText()
  const trip = roundTrip === null ? '' : ` · ${Math.round(roundTrip)} ms`
  return (
    <>
      <span className={css.name}>
        {name}
        {isSource && <span className={css.source}>{t('detail.source')}</span>}
      </span>
      <span className={css.where} title={address}>
        {shortAddress(address)} · {t(LANES[lane])}
        {trip}
      </span>
    </>
  )
}

function Has({ peer: { name, has } }: { peer: SwarmPeer }): ReactNode {
  const { format } = useText()
  const percent = format.percent(has)
  return (
    <span className={css.has}>
      <Progress value={has} label={`${name}: ${percent}`} tone={has === 1 ? 'good' : 'busy'} slim />
      <span>{percent}</span>
    </span>
  )
}

/** Who uploads the chunk now passing is its server, who downloads it its client. */
function rolesWords({ nowServing, name }: SwarmPeer, t: TFunction): string {
  switch (nowServing) {
    case 'me':
      return t('detail.rolesMe')
    case 'them':
      return t('detail.rolesThem', { name })
    case 'both':
      return t('detail.rolesBoth')
    case null:
      return t('detail.rolesNone')
  }
}
