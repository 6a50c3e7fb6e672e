/** Which part of a message a client wants: `[2.1.HEADER.FIELDS (Subject)]` (RFC 3501 §6.4.5). */
export interface Section {
  readonly path: readonly number[]
  readonly what: 'all' | 'header' | 'text' | 'mime' | 'fields' | 'fields-not'
  /** As the client wrote them. */
  readonly fields: readonly string[]
}

export interface BodyItem {
  readonly is: 'body'
  readonly section: Section
  readonly peek: boolean
  readonly partial: { readonly offset: number; readonly length: number } | undefined
  /** What the answer is called, up to the bracket's end. */
  readonly label: string
}

export type FetchItem =
  | { readonly is: 'flags' | 'uid' | 'internaldate' | 'size' | 'envelope' | 'structure' | 'bodystructure' }
  | BodyItem

/** Whether fetching it marks a message as read. */
export function marksSeen(item: FetchItem): boolean {
  return item.is === 'body' && !item.peek
}

/** How much of a message must be read for it. */
export function needs(item: FetchItem): 'entry' | 'head' | 'whole' {
  if (item.is === 'envelope') return 'head'
  if (item.is === 'structure' || item.is === 'bodystructure') return 'whole'
  if (item.is !== 'body') return 'entry'
  const { path, what } = item.section
  return path.length === 0 && ['header', 'fields', 'fields-not'].includes(what) ? 'head' : 'whole'
}
