import { Button } from '@mantine/core'
import { IconRadar2 } from '@tabler/icons-react'
import { useMemo, type ReactNode } from 'react'
import type { Share } from '../../../src/contract/index.ts'
import { useHost, useServices, useShares } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { routeTo } from '../shell/route.ts'
import { Empty, SwarmArt } from '../ui/empty.tsx'
import { Card, Page, Section } from '../ui/page.tsx'
import { useUploadViews } from '../upload/uploads-context.tsx'
import { DropTarget } from './drop-target.tsx'
import { LinkField } from './link-field.tsx'
import { ShareRow } from './share-row.tsx'
import { UploadRows } from './upload-rows.tsx'
import css from './files-page.module.css'

export function FilesPage({ linkFromRoute }: { linkFromRoute: string | undefined }): ReactNode {
  const { t } = useText()
  const shares = useShares()
  const uploads = useUploadViews()
  const sorted = useMemo(() => [...shares.values()].sort((a, b) => b.addedAt - a.addedAt), [shares])
  const downloads = sorted.filter((share) => share.role === 'download')
  const sources = sorted.filter((share) => share.role === 'source')
  return (
    <Page title={t('files.title')} actions={<LinkField linkFromRoute={linkFromRoute} />}>
      <div className={css.targets}>
        <DropTarget openly />
        <DropTarget openly={false} />
      </div>
      <UploadRows />
      <ShareList title={t('files.downloads')} shares={downloads} />
      <ShareList title={t('files.shared')} shares={sources} />
      {sorted.length === 0 && uploads.length === 0 && <NothingYet />}
    </Page>
  )
}

function ShareList({ title, shares }: { title: string; shares: readonly Share[] }): ReactNode {
  if (shares.length === 0) return null
  return (
    <Section title={title}>
      <Card flush>
        <ul className={css.list} aria-label={title}>
          {shares.map((share) => (
            <ShareRow key={share.id} share={share} />
          ))}
        </ul>
      </Card>
    </Section>
  )
}

function NothingYet(): ReactNode {
  const { t } = useText()
  // A browser hands over bytes, not the place where they are.
  const { platform } = useServices()
  const { canPick } = useHost()
  const isCopied = platform.pathForFile === undefined && !canPick
  return (
    <Empty
      art={<SwarmArt />}
      title={t('files.emptyTitle')}
      text={
        <>
          {t(isCopied ? 'files.emptyTextCopied' : 'files.emptyText')}
          <br />
          {t('files.emptyReceive')}
        </>
      }
    >
      <Button
        component="a"
        href={routeTo('nearby')}
        variant="default"
        mt="sm"
        leftSection={<IconRadar2 size={16} aria-hidden="true" />}
      >
        {t('files.emptyNearby')}
      </Button>
    </Empty>
  )
}
