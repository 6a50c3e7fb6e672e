import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import css from './table.module.css'

export interface Column<T> {
  readonly head: string
  readonly render: (item: T, index: number) => ReactNode
  /** Figures: at the end of the cell, under one another. */
  readonly number?: boolean
  /** In the type of machines: addresses, names of the DNS, words of a protocol. */
  readonly code?: boolean
  /** There is nothing to see in the heading; it is read aloud. */
  readonly hideHead?: boolean
  /** In a card, the whole width; `bare`: and no label. */
  readonly wide?: boolean | 'bare'
  /** Sentences, which may take more than one line where the others may not. */
  readonly words?: boolean
}

/**
 * A table, a row an item; the first column names it. Where it is narrow a row becomes a card of labelled values ('cards'), or the
 * table scrolls sideways ('scroll'), or it is small enough anyway ('fits').
 */
export function Table<T>(props: {
  label: string
  items: readonly T[]
  keyOf: (item: T, index: number) => string
  columns: readonly Column<T>[]
  narrow: 'cards' | 'scroll' | 'fits'
  /** Among text it begins where the text does; otherwise it fills a card. */
  inText?: boolean
  /** A word for style sheets about the row, as `data-tone`. */
  toneOf?: (item: T) => string | undefined
  className?: string | undefined
}): ReactNode {
  const { label, narrow, columns, items, keyOf, toneOf } = props
  // Cards are no tables to a browser any more, and it forgets what row and cell are.
  const role = (name: string): string | undefined => (narrow === 'cards' ? name : undefined)
  const scrolls = narrow === 'scroll'
  return (
    <div
      className={`${css.room} ${props.className ?? ''}`}
      {...(scrolls && { role: 'region', tabIndex: 0, 'aria-label': label })}
      data-narrow={narrow}
    >
      <table
        className={css.table}
        role={role('table')}
        aria-label={label}
        data-in-text={props.inText || undefined}
      >
        <thead role={role('rowgroup')}>
          <tr role={role('row')}>
            {columns.map(({ head, number, hideHead }, i) => (
              <th key={i} role={role('columnheader')} scope="col" data-number={number || undefined}>
                {hideHead ? <span className="sh-visually-hidden">{head}</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role={role('rowgroup')}>
          {items.map((item, row) => (
            <tr key={keyOf(item, row)} role={role('row')} data-tone={toneOf?.(item)}>
              {columns.map((column, i) => (
                <Cell key={i} column={column} isFirst={i === 0} role={role}>
                  {column.render(item, row)}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell<T>(props: {
  column: Column<T>
  isFirst: boolean
  role: (name: string) => string | undefined
  children: ReactNode
}): ReactNode {
  const { column, isFirst, role, children } = props
  const { head, number, code, hideHead, wide, words } = column
  const look = {
    'data-number': number || undefined,
    'data-code': code || undefined,
    'data-wide': wide ? true : undefined,
    'data-words': words || undefined,
  }
  if (isFirst)
    return (
      <th role={role('rowheader')} scope="row" {...look}>
        {children}
      </th>
    )
  return (
    <td role={role('cell')} data-label={hideHead || wide === 'bare' ? undefined : head} {...look}>
      {children}
    </td>
  )
}

/** What a picture shows, folded up as figures. */
export function AsTable({ children }: { children: ReactNode }): ReactNode {
  const { t } = useText()
  return (
    <details className={css.fold}>
      <summary>{t('app.asTable')}</summary>
      {children}
    </details>
  )
}
