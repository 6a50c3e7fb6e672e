import { Button } from '@mantine/core'
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import type { CacheLineView } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Card, None, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { tell } from '../ui/tell.ts'
import { useAct } from '../ui/use-act.ts'
import { useCache } from './use-names.ts'

/** What the resolver remembers, each entry counting down. */
export function CacheTable({ size, revision }: { size: number; revision: number }): ReactNode {
  const { t, format } = useText()
  const lines = useCache(revision)
  return (
    <Section title={t('names.cache')} text={t('names.cacheText')} aside={<ClearCache isEmpty={size === 0} />}>
      <Card flush>
        {lines.length === 0 ? (
          <None>{t('names.cacheEmpty')}</None>
        ) : (
          <Table
            label={t('names.cache')}
            items={lines}
            keyOf={({ line }) => `${line.name} ${line.type}`}
            narrow="cards"
            columns={[
              { head: t('names.name'), code: true, render: ({ line }) => line.name },
              { head: t('names.type'), render: ({ line }) => line.type ?? t('names.anyType') },
              { head: t('names.data'), code: true, wide: true, render: ({ line }) => lineWords(line, t) },
              { head: t('names.left'), number: true, render: ({ seconds }) => format.duration(seconds) },
            ]}
          />
        )}
      </Card>
      {size > lines.length && lines.length > 0 && (
        <p className="sh-muted">{t('names.cacheMore', { shown: lines.length, count: size })}</p>
      )}
    </Section>
  )
}

function ClearCache({ isEmpty }: { isEmpty: boolean }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const clear = async (): Promise<void> => {
    const cleared = await act(async () => {
      await client.names.clearCache()
      return true
    })
    if (cleared) tell(t('names.cacheCleared'), t('app.close'))
  }
  return (
    <Button size="compact-sm" variant="default" disabled={isEmpty} onClick={() => void clear()}>
      {t('names.cacheClear')}
    </Button>
  )
}

function lineWords({ is, data }: CacheLineView, t: TFunction): string {
  switch (is) {
    case 'records':
      return data.join(', ')
    case 'no-name':
      return t('names.doesNotExist')
    case 'no-data':
      return t('names.noSuchData')
    case 'failure':
      return t('names.lastFailed')
  }
}
