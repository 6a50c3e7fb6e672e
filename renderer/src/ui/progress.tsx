import type { ReactNode } from 'react'
import type { Tone } from '../files/words.ts'
import css from './progress.module.css'

/** A bar of what is done, 0…1. `warm` is the part of it that came straight from the source. */
export function Progress(props: { value: number; label: string; tone?: Tone; slim?: boolean }): ReactNode {
  const percent = Math.floor(props.value * 100)
  return (
    <div
      className={css.track}
      role="progressbar"
      aria-label={props.label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      data-tone={props.tone ?? 'busy'}
      data-slim={props.slim || undefined}
    >
      <div className={css.bar} style={{ transform: `scaleX(${props.value})` }} />
    </div>
  )
}
