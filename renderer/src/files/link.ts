import { parseLink } from '../../../src/content/link.ts'

/** What a page shows of a link before the core knows more. */
export interface LinkPreview {
  readonly link: string
  readonly name: string | undefined
  readonly size: number | undefined
  /** It names a server, from which it may be downloaded too. */
  readonly hasServer: boolean
}

/** Longest text searched for a link: what people paste is a message, not a book. */
const MAX_PASTED_CHARS = 65_536

/** The link in what was typed, or undefined. Surrounding space and quotes are what chat programs add. */
export function previewLink(text: string): LinkPreview | undefined {
  if (text.length > MAX_PASTED_CHARS) return undefined
  const link = text.trim().replace(/^[<"“‘']+|[>"”’']+$/g, '')
  try {
    const { name, size, origins } = parseLink(link)
    return { link, name, size, hasServer: origins.length > 0 }
  } catch {
    return undefined
  }
}

/** The first link within a pasted text ("here it is: shoal:… see you"). */
export function findLink(text: string): LinkPreview | undefined {
  const found = /shoal:[^\s<>"“”]+/.exec(text.slice(0, MAX_PASTED_CHARS))
  return found ? (previewLink(found[0]) ?? previewLink(found[0].replace(/[.,;:!?)\]]+$/, ''))) : undefined
}
