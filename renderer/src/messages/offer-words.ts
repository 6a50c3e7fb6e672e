import type { TFunction } from 'i18next'
import type { Delivery, OfferState } from '../../../src/contract/index.ts'
import type { Tone } from '../files/words.ts'
import type { Format } from '../format/format.ts'

/** Where an offer stands, as told to who made it or to who got it. */
export function offerWords(
  state: OfferState,
  side: { readonly mine: boolean; readonly size: number },
  t: TFunction,
  format: Format,
): string {
  const who = side.mine ? 'mine' : 'theirs'
  const percent = format.percent(fractionOf(state, side.size) ?? 0)
  const why = state.is === 'failed' ? t(`error.${state.problem.code}.what`) : ''
  return t(`messages.${who}.${state.is}`, { percent, why })
}

/** Of a tile: what became of the offer, or of sending it. */
export function tileWords(
  tile: { readonly delivery: Delivery; readonly state: OfferState },
  size: number,
  t: TFunction,
  format: Format,
): string {
  const { delivery, state } = tile
  if (delivery.is === 'sending') return t('messages.sending')
  // It may have got the share another way: what it has counts.
  if (delivery.is === 'undeliverable' && state.is === 'open')
    return `${t('messages.undeliverable')} ${t(`error.${delivery.problem.code}.what`)}`
  return offerWords(state, { mine: true, size }, t, format)
}

/** How much is there, 0…1; undefined where that is no question. */
export function fractionOf(state: OfferState, size: number): number | undefined {
  switch (state.is) {
    case 'getting':
      return size === 0 ? 0 : Math.min(1, state.held / size)
    case 'accepted':
      return 0
    case 'done':
      return 1
    default:
      return undefined
  }
}

export function toneOf({
  delivery,
  state,
}: {
  readonly delivery: Delivery
  readonly state: OfferState
}): Tone {
  if (state.is === 'done') return 'good'
  if (state.is === 'getting' || state.is === 'accepted') return 'busy'
  return state.is === 'failed' || delivery.is === 'undeliverable' ? 'warm' : 'quiet'
}

/** Whether offering again would reach this one; who declined is left in peace. */
export function isOfRest({
  delivery,
  state,
}: {
  readonly delivery: Delivery
  readonly state: OfferState
}): boolean {
  return delivery.is !== 'sending' && (state.is === 'open' || state.is === 'failed')
}
