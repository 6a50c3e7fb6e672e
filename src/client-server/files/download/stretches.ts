import type { StoredShare } from '../../../store/index.ts'

/** Chunks in a row, and where their bytes stand in the stream of all chunks. */
export interface Stretch {
  readonly chunk: number
  readonly begin: number
  readonly end: number
}

/** The first missing chunks in a row; undefined when none is missing. Needs all pages. */
export function nextStretch(stored: StoredShare): Stretch | undefined {
  const chunks = stored.parts - stored.pages
  let at = 0
  let chunk = 0
  while (chunk < chunks && stored.held.has(stored.pages + chunk))
    at += stored.partLength(stored.pages + chunk++)
  if (chunk === chunks) return undefined
  let end = at
  for (let i = chunk; i < chunks && !stored.held.has(stored.pages + i); i++) {
    end += stored.partLength(stored.pages + i)
  }
  return { chunk, begin: at, end }
}
