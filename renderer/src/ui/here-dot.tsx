import type { ReactNode } from 'react'
import css from './here-dot.module.css'

/** Whether somebody is here, for the eye; the words beside it say it to everybody. */
export function HereDot({ here }: { here: boolean }): ReactNode {
  return <span className={css.dot} data-here={here || undefined} aria-hidden="true" />
}
