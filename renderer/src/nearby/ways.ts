import type { TFunction } from 'i18next'
import { peerSourceKindSchema } from '../../../src/contract/index.ts'

/** How somebody was found, in words. Who was not found by any way found this laptop. */
export function foundWords(ways: readonly string[], t: TFunction): string {
  if (ways.length === 0) return t('nearby.foundUs')
  return t('nearby.foundBy', { ways: ways.map((way) => shortWay(way, t)).join(', ') })
}

/** A way this page does not know is called by its own name. */
function shortWay(way: string, t: TFunction): string {
  const known = peerSourceKindSchema.safeParse(way)
  return known.success ? t(`nearby.ways.${known.data}`) : way
}
