import { Button } from '@mantine/core'
import { IconDownload, IconFile, IconFolder, IconMessage } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { NearbyPeer, OfferedShare, Share } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { progressOf } from '../files/words.ts'
import { useText } from '../i18n/use-text.ts'
import { routeTo } from '../shell/route.ts'
import { Progress } from '../ui/progress.tsx'
import { useAct } from '../ui/use-act.ts'
import { Avatar } from './avatar.tsx'
import { foundWords } from './ways.ts'
import css from './person-card.module.css'

interface Props {
  readonly peer: NearbyPeer
  /** What this laptop already has or fetches, by CID. */
  readonly shareOf: (cid: string) => Share | undefined
}

/** Somebody on this network and what they list openly. */
export function PersonCard({ peer, shareOf }: Props): ReactNode {
  const { t } = useText()
  return (
    <li className={css.card} aria-label={peer.name}>
      <header className={css.head}>
        <Avatar name={peer.name} />
        <div className={css.who}>
          <h2>{peer.name}</h2>
          <p>{peer.connected ? foundWords(peer.foundBy, t) : t('nearby.offline')}</p>
        </div>
        <Button
          component="a"
          size="compact-sm"
          variant="default"
          href={routeTo('messages', peer.peerId)}
          leftSection={<IconMessage size={15} aria-hidden="true" />}
          aria-label={t('messages.sendMessageTo', { name: peer.name })}
        >
          {t('messages.sendMessage')}
        </Button>
      </header>
      {peer.shares.length === 0 ? (
        <p className={css.nothing}>{t('nearby.noShares')}</p>
      ) : (
        <ul className={css.shares}>
          {peer.shares.map((offer) => (
            <Offer key={offer.cid} offer={offer} person={peer.name} share={shareOf(offer.cid)} />
          ))}
        </ul>
      )}
    </li>
  )
}

function Offer(props: { offer: OfferedShare; person: string; share: Share | undefined }): ReactNode {
  const { offer, person, share } = props
  const { t, format } = useText()
  const Icon = offer.kind === 'file' ? IconFile : IconFolder
  const size = format.size(offer.size)
  return (
    <li className={css.offer}>
      <Icon size={18} stroke={1.6} aria-hidden="true" />
      <div className={css.what}>
        <strong>{offer.title ?? offer.name}</strong>
        <span>{offer.kind === 'file' ? size : t('share.sizeFiles', { size, count: offer.files })}</span>
      </div>
      {share ? <Already share={share} /> : <DownloadButton offer={offer} person={person} />}
    </li>
  )
}

function DownloadButton({ offer, person }: { offer: OfferedShare; person: string }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const download = async (): Promise<void> => {
    setBusy(true)
    await act(() => client.shares.download({ link: offer.link }))
    setBusy(false)
  }
  return (
    <Button
      size="compact-sm"
      variant="light"
      loading={busy}
      leftSection={<IconDownload size={15} aria-hidden="true" />}
      aria-label={t('nearby.downloadNamed', { name: offer.name, person })}
      onClick={() => void download()}
    >
      {t('nearby.download')}
    </Button>
  )
}

/** Where the button was: how far it is, and the way to it. */
function Already({ share }: { share: Share }): ReactNode {
  const { t, format } = useText()
  const value = progressOf(share)
  const done = share.state.is === 'serving' || share.state.is === 'stopped'
  return (
    <div className={css.already}>
      {!done && <span className={css.percent}>{format.percent(value)}</span>}
      <Button
        component="a"
        size="compact-sm"
        variant="default"
        href={routeTo('files', share.id)}
        aria-label={t('nearby.showNamed', { name: share.name })}
      >
        {done ? t('state.complete') : t('nearby.show')}
      </Button>
      {!done && (
        <div className={css.bar}>
          <Progress value={value} label={t('share.progressLabel', { name: share.name })} slim />
        </div>
      )}
    </div>
  )
}
