import type { TFunction } from 'i18next'
import type { ShareDetail } from '../../../src/contract/index.ts'
import type { Format } from '../format/format.ts'
import { firstChunk, IN_FLIGHT, MISSING, type Bins } from './bins.ts'

interface Context {
  readonly bins: Bins
  readonly detail: Pick<ShareDetail, 'givers'>
  readonly isSource: boolean
  readonly isAsking: boolean
  readonly t: TFunction
  readonly format: Format
}

/** One cell in words: for the tooltip, and for those who hear the map instead of seeing it. */
export function cellWords(cell: number, context: Context): string {
  const { bins, t, format } = context
  const from = firstChunk(cell, bins.cells, bins.chunks)
  const to = firstChunk(cell + 1, bins.cells, bins.chunks) - 1
  const which =
    from === to
      ? t('detail.chunk', { number: format.count(from + 1) })
      : t('detail.chunks', { from: format.count(from + 1), to: format.count(to + 1) })
  return [which, whence(cell, context), holders(cell, context)].filter(Boolean).join(', ')
}

function whence(cell: number, { bins, detail, isSource, t, format }: Context): string {
  const giver = bins.giver[cell]!
  if (isSource) return t('detail.cellHere')
  if (giver === IN_FLIGHT) return t('detail.cellFlight')
  if (giver === MISSING) return t('detail.cellMissing')
  const { name, isMe } = detail.givers[giver] ?? { name: '', isMe: true }
  const shown = isMe ? t('detail.me') : name
  const held = bins.held[cell]!
  return held < 1
    ? t('detail.cellPart', { percent: format.percent(held), name: shown })
    : t('detail.cellFrom', { name: shown })
}

function holders(cell: number, { bins, isAsking, isSource, t }: Context): string {
  const count = bins.availability[cell]!
  if (count === 0 && !isAsking && !isSource) return ''
  return count === 0 ? t('detail.cellNobody') : t('detail.cellHolders', { count })
}
