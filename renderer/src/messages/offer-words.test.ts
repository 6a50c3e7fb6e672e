import { describe, expect, it } from 'vitest'
import type { Delivery, OfferState } from '../../../src/contract/index.ts'
import { createFormat } from '../format/format.ts'
import { createTranslator, LANGUAGES } from '../i18n/index.ts'
import { fractionOf, isOfRest, offerWords, tileWords } from './offer-words.ts'

const problem = { code: 'disk-full', message: 'no space', data: {} } as const
const STATES: readonly OfferState[] = [
  { is: 'open' },
  { is: 'declined' },
  { is: 'accepted' },
  { is: 'getting', held: 250 },
  { is: 'done' },
  { is: 'failed', problem },
]
const DELIVERED: Delivery = { is: 'delivered' }

describe.each(LANGUAGES)('the words of an offer (%s)', (language) => {
  const { t } = createTranslator(language)
  const format = createFormat(language)

  it('are there for every state and both sides, each different', () => {
    for (const mine of [true, false]) {
      const words = STATES.map((state) => offerWords(state, { mine, size: 1000 }, t, format))
      expect(new Set(words).size).toBe(STATES.length)
      for (const text of words) expect(text).not.toMatch(/messages\.|\{\{/)
    }
  })

  it('say how much, and why it failed', () => {
    expect(offerWords({ is: 'getting', held: 250 }, { mine: true, size: 1000 }, t, format)).toMatch(/25/)
    const why = t('error.disk-full.what')
    expect(offerWords({ is: 'failed', problem }, { mine: true, size: 1 }, t, format)).toContain(why)
    const lost = { delivery: { is: 'undeliverable', problem }, state: { is: 'open' } } as const
    expect(tileWords(lost, 1, t, format)).toContain(why)
  })
})

describe('offering again', () => {
  it('means who did not answer, was not reached or failed, and nobody else', () => {
    const rest = STATES.filter((state) => isOfRest({ delivery: DELIVERED, state })).map(({ is }) => is)
    expect(rest).toEqual(['open', 'failed'])
    expect(isOfRest({ delivery: { is: 'undeliverable', problem }, state: { is: 'open' } })).toBe(true)
    expect(isOfRest({ delivery: { is: 'undeliverable', problem }, state: { is: 'done' } })).toBe(false)
    expect(isOfRest({ delivery: { is: 'sending' }, state: { is: 'open' } })).toBe(false)
  })
})

describe('how much of an offer has arrived', () => {
  it('is between nothing and all, also of an empty share', () => {
    expect(STATES.map((state) => fractionOf(state, 1000))).toEqual([
      undefined,
      undefined,
      0,
      0.25,
      1,
      undefined,
    ])
    expect(fractionOf({ is: 'getting', held: 0 }, 0)).toBe(0)
    expect(fractionOf({ is: 'getting', held: 2000 }, 1000)).toBe(1)
  })
})
