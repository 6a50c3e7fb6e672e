import type { ReactNode } from 'react'
import css from './page.module.css'

/** Every page: one heading, a line under it, things to do at its side, and a column of content. */
export function Page(props: {
  title: ReactNode
  lead?: ReactNode
  above?: ReactNode
  actions?: ReactNode
  children?: ReactNode
}): ReactNode {
  return (
    <div className={css.page}>
      <header className={css.header}>
        <div className={css.heading}>
          {props.above}
          <h1>{props.title}</h1>
          {props.lead && <p className={css.lead}>{props.lead}</p>}
        </div>
        {props.actions && <div className={css.actions}>{props.actions}</div>}
      </header>
      {props.children}
    </div>
  )
}

/** A titled block of a page. */
export function Section(props: {
  title: ReactNode
  text?: ReactNode
  aside?: ReactNode
  children: ReactNode
}): ReactNode {
  return (
    <section className={css.section}>
      <div className={css.sectionHead}>
        <h2>{props.title}</h2>
        {props.aside && <div className={css.aside}>{props.aside}</div>}
      </div>
      {props.text && <p className={css.sectionText}>{props.text}</p>}
      {props.children}
    </section>
  )
}

export function Card(props: {
  children: ReactNode
  flush?: boolean
  className?: string | undefined
}): ReactNode {
  return (
    <div className={`${css.card} ${props.flush ? '' : css.padded} ${props.className ?? ''}`}>
      {props.children}
    </div>
  )
}

/** In a flush card: why there is nothing in it. */
export function None({ children }: { children: ReactNode }): ReactNode {
  return <p className={css.none}>{children}</p>
}
