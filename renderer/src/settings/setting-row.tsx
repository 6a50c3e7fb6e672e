import type { ReactNode } from 'react'
import css from './setting-row.module.css'

/** What is set, what it means, and the control at its side. */
export function SettingRow(props: { title: string; help?: string; children: ReactNode }): ReactNode {
  return (
    <div className={css.row}>
      <div className={css.words}>
        <h3>{props.title}</h3>
        {props.help && <p>{props.help}</p>}
      </div>
      <div className={css.control}>{props.children}</div>
    </div>
  )
}
