import { isCount, isMap } from './cbor.ts'
import { MAX_CARD_TITLE } from './limits.ts'
import { parseLink } from './link.ts'
import { nameFault } from './names.ts'
import { sanitiseWords } from './words.ts'

/** What one laptop tells another of a share. */
export interface ShareCard {
  /** Follows from the link; not on the wire. */
  readonly cid: string
  readonly link: string
  readonly name: string
  readonly title: string | null
  readonly kind: 'file' | 'folder'
  /** Bytes. */
  readonly size: number
  readonly files: number
}

/** A card as a map of DAG-CBOR. */
export function cardOnWire({ link, name, title, kind, size, files }: ShareCard): Record<string, unknown> {
  return { link, name, title, kind, size, files }
}

/** Reads a stranger's card: unknown keys are ignored, the title is cleaned. What is wrong with it, otherwise. */
export function readCard(value: unknown): ShareCard | { readonly fault: string } {
  if (!isMap(value)) return { fault: 'no share' }
  const { link, name, title, kind, size, files } = value
  if (typeof link !== 'string' || typeof name !== 'string') return { fault: 'a share without link or name' }
  if (!isCount(size) || !isCount(files)) return { fault: 'a share without size' }
  if (kind !== 'file' && kind !== 'folder') return { fault: 'a share of an unknown kind' }
  if (nameFault(name)) return { fault: 'a share whose name is not portable' }
  const cid = cidOf(link)
  if (cid === undefined) return { fault: 'a share whose link is none' }
  const words = typeof title === 'string' ? sanitiseWords(title, MAX_CARD_TITLE) : ''
  return { cid, link, name, title: words || null, kind, size, files }
}

function cidOf(link: string): string | undefined {
  try {
    return parseLink(link).cid.toString()
  } catch {
    return undefined
  }
}
