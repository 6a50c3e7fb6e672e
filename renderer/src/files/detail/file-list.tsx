import { useVirtualizer } from '@tanstack/react-virtual'
import { IconFile, IconFolder, IconTerminal2 } from '@tabler/icons-react'
import { memo, useEffect, useRef, type ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Card, None, Section } from '../../ui/page.tsx'
import { useEntries, type EntryView } from './use-entries.ts'
import css from './file-list.module.css'

const ROW_HEIGHT = 34
const MAX_HEIGHT = 420

/** Every file of the share; only the rows in view exist, and the transfer's movement does not touch them. */
export const FileList = memo(function FileList({ id, known }: { id: string; known: boolean }): ReactNode {
  const { t } = useText()
  const entries = useEntries(id, known)
  const total = entries.total ?? 0
  return (
    <Section
      title={t('detail.entries')}
      aside={total > 0 && <span className="sh-muted">{t('detail.entriesCount', { count: total })}</span>}
    >
      <Card flush>
        {total === 0 ? (
          <None>{known ? t('detail.entryLoading') : t('detail.entriesLater')}</None>
        ) : (
          <Rows entries={entries} total={total} />
        )}
      </Card>
    </Section>
  )
})

function Rows({ entries, total }: { entries: ReturnType<typeof useEntries>; total: number }): ReactNode {
  const { t } = useText()
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  })
  const items = rows.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? -1
  const { want } = entries
  useEffect(() => want(first, last), [want, first, last])
  return (
    <div role="table" aria-label={t('detail.entries')} aria-rowcount={total + 1}>
      <div role="row" aria-rowindex={1} className={css.head}>
        <span role="columnheader">{t('detail.entryName')}</span>
        <span role="columnheader">{t('detail.entrySize')}</span>
      </div>
      <div
        ref={scroller}
        className={css.scroller}
        style={{ height: Math.min(MAX_HEIGHT, total * ROW_HEIGHT) }}
        role="rowgroup"
        tabIndex={0}
        aria-label={t('detail.entries')}
      >
        <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="presentation">
          {items.map((item) => (
            <div
              key={item.key}
              role="row"
              aria-rowindex={item.index + 2}
              className={css.row}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <EntryCells entry={entries.get(item.index)} />
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

function EntryCells({ entry }: { entry: EntryView | undefined }): ReactNode {
  const { t, format } = useText()
  if (!entry) {
    return (
      <span role="cell" className={css.path}>
        <i className={css.ghost}>{t('detail.entryLoading')}</i>
      </span>
    )
  }
  const isFolder = entry.path.endsWith('/')
  const cut = entry.path.replace(/\/$/, '').lastIndexOf('/') + 1
  const Icon = isFolder ? IconFolder : entry.executable ? IconTerminal2 : IconFile
  return (
    <>
      <span role="cell" className={css.path} title={entry.path}>
        <Icon size={15} stroke={1.6} aria-hidden="true" />
        <span className={css.text}>
          <span className={css.folder}>{entry.path.slice(0, cut)}</span>
          {entry.path.slice(cut)}
        </span>
        {entry.executable && <span className={css.flag}>{t('detail.entryExecutable')}</span>}
      </span>
      <span role="cell" className={css.size}>
        {isFolder ? t('detail.entryFolder') : format.size(entry.size)}
      </span>
    </>
  )
}
