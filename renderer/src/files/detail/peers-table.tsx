import type { ReactNode } from 'react'
import type { Share, SwarmPeer } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { shortAddress } from '../../network/address.ts'
import { Card, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import css from './peers-table.module.css'

/** Every laptop of the swarm: how much it has, both rates, and who is client and server between the two of us. */
export function PeersTable({ share, peers }: { share: Share; peers: readonly SwarmPeer[] }): ReactNode {
  const { t } = useText()
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
          <p className={css.none}>{isSource ? t('detail.peersNoneSource') : t('detail.peersNone')}</p>
        ) : (
          <table className={css.table} role="table" aria-label={title}>
            <thead role="rowgroup">
              <tr role="row">
                <Head>{t('detail.peerName')}</Head>
                <Head>{t('detail.peerHas')}</Head>
                <Head number>{t('detail.peerDown')}</Head>
                <Head number>{t('detail.peerUp')}</Head>
                <Head>{t('detail.peerRoles')}</Head>
                <Head>{t('detail.peerOpened')}</Head>
              </tr>
            </thead>
            <tbody role="rowgroup">
              {sorted.map((peer) => (
                <PeerRow key={peer.peerId} peer={peer} />
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </Section>
  )
}

function Head({ number, children }: { number?: boolean; children: ReactNode }): ReactNode {
  return (
    <th role="columnheader" scope="col" data-number={number || undefined}>
      {children}
    </th>
  )
}

const LANES = { tls: 'detail.laneTls', stream: 'detail.laneStream', http: 'servers.laneHttp' } as const

function PeerRow({ peer }: { peer: SwarmPeer }): ReactNode {
  const { t, format } = useText()
  const lane = t(LANES[peer.lane])
  const trip = peer.roundTrip === null ? '' : ` · ${Math.round(peer.roundTrip)} ms`
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <span className={css.name}>
          {peer.name}
          {peer.isSource && <span className={css.source}>{t('detail.source')}</span>}
        </span>
        <span className={css.where} title={peer.address}>
          {shortAddress(peer.address)} · {lane}
          {trip}
        </span>
      </th>
      <td role="cell" data-label={t('detail.peerHas')}>
        <span className={css.has}>
          <Progress
            value={peer.has}
            label={`${peer.name}: ${format.percent(peer.has)}`}
            tone={peer.has === 1 ? 'good' : 'busy'}
            slim
          />
          <span>{format.percent(peer.has)}</span>
        </span>
      </td>
      <td
        role="cell"
        data-number
        data-label={t('detail.peerDown')}
        data-idle={peer.downRate === 0 || undefined}
      >
        {format.rate(peer.downRate)}
      </td>
      <td role="cell" data-number data-label={t('detail.peerUp')} data-idle={peer.upRate === 0 || undefined}>
        {format.rate(peer.upRate)}
      </td>
      <td role="cell" data-label={t('detail.peerRoles')} data-idle={peer.nowServing === null || undefined}>
        {rolesWords(peer, t)}
      </td>
      <td role="cell" data-label={t('detail.peerOpened')}>
        {peer.opened === 'me' ? t('detail.openedMe') : t('detail.openedThem', { name: peer.name })}
      </td>
    </tr>
  )
}

/** Who uploads the chunk now passing is its server, who downloads it its client. */
function rolesWords({ nowServing, name }: SwarmPeer, t: ReturnType<typeof useText>['t']): string {
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
