import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Share } from '../../../../src/contract/index.ts'
import { ChunkMap } from '../../chunk-map/chunk-map.tsx'
import { useShare } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { routeTo } from '../../shell/route.ts'
import { Card, Page, Section } from '../../ui/page.tsx'
import { ShareActionButtons } from '../share-actions.tsx'
import { Facts } from './facts.tsx'
import { FileList } from './file-list.tsx'
import { PeersTable } from './peers-table.tsx'
import { RatePlot } from './rate-plot.tsx'
import { Summary } from './summary.tsx'
import { useDetail } from './use-detail.ts'
import css from './detail-page.module.css'

/** One share in full. */
export function DetailPage({ id }: { id: string }): ReactNode {
  const { t } = useText()
  const share = useShare(id)
  if (share) return <Detail share={share} />
  return (
    <Page title={t('detail.gone')} lead={t('detail.goneText')} above={<BackLink />}>
      <Button component="a" href={routeTo('files')} variant="default" w="fit-content">
        {t('app.toFiles')}
      </Button>
    </Page>
  )
}

function Detail({ share }: { share: Share }): ReactNode {
  const { t } = useText()
  const detail = useDetail(share.id)
  const isSource = share.role === 'source'
  return (
    <Page
      title={share.title ?? share.name}
      above={<BackLink />}
      lead={isSource ? (share.openly ? t('share.openly') : t('share.linkOnly')) : undefined}
      actions={<ShareActionButtons share={share} />}
    >
      <Summary share={share} peers={detail?.peers ?? []} />
      <Section title={t('detail.map')}>
        <Card>
          {detail && detail.chunkGivers.length > 0 ? (
            <ChunkMap detail={detail} isSource={isSource} isAsking={isAsking(share)} />
          ) : (
            <p className="sh-muted">{t('detail.mapWaiting')}</p>
          )}
        </Card>
      </Section>
      <PeersTable share={share} peers={detail?.peers ?? []} />
      <div className={css.columns}>
        <Section title={t('detail.rates')}>
          <Card>
            <RatePlot rates={detail?.rates ?? []} />
          </Card>
        </Section>
        <Section title={t('detail.facts')}>
          <Card>
            <Facts share={share} />
          </Card>
        </Section>
      </div>
      <FileList id={share.id} known={share.files !== null && share.cid !== null} />
    </Page>
  )
}

/** Others are asked for chunks, so that “nobody has it” can be said. */
function isAsking({ state }: Share): boolean {
  return state.is === 'downloading' || state.is === 'waiting'
}

function BackLink(): ReactNode {
  const { t } = useText()
  return (
    <a className={css.back} href={routeTo('files')}>
      <IconArrowLeft size={15} aria-hidden="true" />
      {t('detail.back')}
    </a>
  )
}
