import type { ReactNode } from 'react'
import css from './empty.module.css'

/** A place with nothing in it yet: says what belongs there and how it comes there. */
export function Empty(props: {
  art?: ReactNode
  title: string
  text?: ReactNode
  children?: ReactNode
}): ReactNode {
  return (
    <div className={css.empty}>
      {props.art}
      <h2>{props.title}</h2>
      {props.text && <p>{props.text}</p>}
      {props.children}
    </div>
  )
}

/** Peers in a ring that all give to each other: what a swarm is, in one small drawing. */
export function SwarmArt(): ReactNode {
  const points = Array.from({ length: 6 }, (_, i) => {
    const angle = (i / 6) * Math.PI * 2 - Math.PI / 2
    return [60 + 42 * Math.cos(angle), 60 + 42 * Math.sin(angle)] as const
  })
  const pairs = points.flatMap((a, i) => points.slice(i + 1).map((b) => [a, b] as const))
  return (
    <svg
      className={css.art}
      width="112"
      height="112"
      viewBox="0 0 120 120"
      aria-hidden="true"
      focusable="false"
    >
      {pairs.map(([a, b], i) => (
        <line key={i} x1={a[0]} y1={a[1]} x2={b[0]} y2={b[1]} />
      ))}
      {points.map(([x, y], i) => (
        <circle key={i} cx={x} cy={y} r={i === 0 ? 9 : 7} data-source={i === 0 || undefined} />
      ))}
    </svg>
  )
}
