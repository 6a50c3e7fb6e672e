import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Page } from '../ui/page.tsx'
import { routeTo } from './route.ts'

const NEAREST = { compare: 'files' } as const

/** A route whose part this version does not have: says so, and leads to the nearest thing that is real. */
export function SoonPage({ page }: { page: keyof typeof NEAREST }): ReactNode {
  const { t } = useText()
  const nearest = NEAREST[page]
  const label = { files: t('soon.toFiles') }[nearest]
  return (
    <Page title={t(`soon.${page}`)} lead={t(`soon.${page}Text`)}>
      <Button component="a" href={routeTo(nearest)} variant="default" w="fit-content">
        {label}
      </Button>
    </Page>
  )
}

export function NotFoundPage(): ReactNode {
  const { t } = useText()
  return (
    <Page title={t('app.notFound')}>
      <Button component="a" href={routeTo('files')} variant="default" w="fit-content">
        {t('app.toFiles')}
      </Button>
    </Page>
  )
}
