import { givenName } from './file-name.ts'
import { MAX_SHOWN_ATTACHMENTS } from './limits.ts'
import type { Part } from './parts.ts'

/** The parts of a message, by what a reader does with them. */
export interface SortedParts {
  /** Shown one after the other. */
  readonly texts: readonly Part[]
  readonly html: Part | undefined
  /** What can be saved as a file: whatever is not shown, and what is shown but has a name of its own. */
  readonly attachments: readonly Part[]
  /** There are more attachments than are named. */
  readonly isCut: boolean
}

/** Never throws. */
export function sortParts(root: Part): SortedParts {
  const texts: Part[] = []
  const attachments: Part[] = []
  let html: Part | undefined
  for (const part of leavesOf(root)) {
    const isShown = part.type === 'text' && part.disposition?.value !== 'attachment'
    const isHtml = part.subtype === 'html'
    if (isShown && !isHtml) texts.push(part)
    else if (isShown && html === undefined) html = part
    else attachments.push(part)
    if (isShown && !isHtml && givenName(part) !== undefined) attachments.push(part)
  }
  const named = attachments.slice(0, MAX_SHOWN_ATTACHMENTS)
  return { texts, html, attachments: named, isCut: named.length < attachments.length }
}

function* leavesOf(part: Part): Generator<Part> {
  if (part.children.length === 0) yield part
  for (const child of part.children) yield* leavesOf(child)
}
