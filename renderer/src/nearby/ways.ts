import type { TFunction } from 'i18next'
import { peerSourceKindSchema } from '../../../src/contract/index.ts'

/** How somebody was found, in words. A way this page does not know is called by its own name. */
export function wayWords(way: string, t: TFunction): string {
  const known = peerSourceKindSchema.safeParse(way)
  return known.success ? t(`ways.${known.data}`) : way
}
