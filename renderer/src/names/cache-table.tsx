import { Button } from '@mantine/core'
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import type { CacheLineView } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import { tell } from '../ui/tell.ts'
import { useAct } from '../ui/use-act.ts'
import { useCache } from './use-names.ts'
import css from './table.module.css'

/** What the resolver remembers, each entry counting down. */
export function CacheTable({ size, revision }: { size: number; revision: number }): ReactNode {
  const { t, format } = useText()
  const lines = useCache(revision)
  return (
    <Section title={t('names.cache')} text={t('names.cacheText')} aside={<ClearCache isEmpty={size === 0} />}>
      <Card flush>
        {lines.length === 0 ? (
          <p className={css.none}>{t('names.cacheEmpty')}</p>
        ) : (
          <table className={css.table} role="table" aria-label={t('names.cache')}>
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">
                  {t('names.name')}
                </th>
                <th role="columnheader" scope="col">
                  {t('names.type')}
                </th>
                <th role="columnheader" scope="col">
                  {t('names.data')}
                </th>
                <th role="columnheader" scope="col" data-number>
                  {t('names.left')}
                </th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              {lines.map(({ line, seconds }) => (
                <tr role="row" key={`${line.name} ${line.type}`}>
                  <th role="rowheader" scope="row" className={css.mono}>
                    {line.name}
                  </th>
                  <td role="cell" data-label={t('names.type')}>
                    {line.type ?? t('names.anyType')}
                  </td>
                  <td role="cell" data-label={t('names.data')} className={css.mono}>
                    {lineWords(line, t)}
                  </td>
                  <td role="cell" data-label={t('names.left')} data-number>
                    {format.duration(seconds)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
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
