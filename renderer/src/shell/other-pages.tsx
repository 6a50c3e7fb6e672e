import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Page } from '../ui/page.tsx'
import { routeTo } from './route.ts'

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
