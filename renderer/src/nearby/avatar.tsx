import type { ReactNode } from 'react'
import css from './avatar.module.css'

/** The first letter of a name on a colour of its own, so that a person is found again at a glance. */
export function Avatar({ name, mine }: { name: string; mine?: boolean }): ReactNode {
  const letter = firstLetter(name)
  return (
    <span className={css.avatar} data-hue={hueOf(name)} data-mine={mine || undefined} aria-hidden="true">
      {letter}
    </span>
  )
}

/** What people see as one letter, be it several code points. */
function firstLetter(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim())
  return first?.segment.toUpperCase() ?? '?'
}

const HUES = 6

function hueOf(name: string): number {
  let hash = 0
  for (const letter of name) hash = (Math.imul(hash, 31) + letter.codePointAt(0)!) >>> 0
  return hash % HUES
}
