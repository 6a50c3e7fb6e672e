import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Share } from '../../../src/contract/index.ts'
import { useShares } from '../core/context.tsx'
import { stateWords } from '../files/words.ts'
import { useText } from '../i18n/use-text.ts'

/** Shares whose state is another than before; new and removed ones are not changes of state. */
export function changedStates(
  before: ReadonlyMap<string, Share>,
  after: ReadonlyMap<string, Share>,
): Share[] {
  return [...after.values()].filter((share) => {
    const was = before.get(share.id)
    return was !== undefined && was.state.is !== share.state.is
  })
}

/** Reads out what became of a share, politely and once per change: numbers that move are not read. */
export function Announcer(): ReactNode {
  const { t, format } = useText()
  const shares = useShares()
  const before = useRef(shares)
  const [text, setText] = useState('')
  useEffect(() => {
    const changed = changedStates(before.current, shares)
    before.current = shares
    if (changed.length === 0) return
    setText(changed.map((share) => `${share.name}: ${stateWords(share, t, format)[0]}`).join('. '))
  }, [shares, t, format])
  return (
    <div role="status" aria-live="polite" className="sh-visually-hidden">
      {text}
    </div>
  )
}
