import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../base/index.ts'
import type { OfferState } from '../../contract/index.ts'
import type { OfferReport } from '../../peer-to-peer/messages/index.ts'
import { afterHolding, afterReport, reportOf } from './offer-state.ts'

const SIZE = 1000
const FAILED: OfferState = { is: 'failed', problem: { code: 'disk-full', message: '', data: {} } }

const reports = fc.oneof(
  fc.constantFrom<OfferReport>({ is: 'accepted' }, { is: 'done' }),
  fc.nat(2 * SIZE).map((held): OfferReport => ({ is: 'getting', held })),
)

describe('the state of an offer', () => {
  it('never goes back when reports overtake each other', () => {
    const rank = (state: OfferState): number => ['open', 'accepted', 'getting', 'done'].indexOf(state.is)
    fc.assert(
      fc.property(fc.array(reports), (told) => {
        let state: OfferState = { is: 'open' }
        for (const report of told) {
          const next = afterReport(state, report, SIZE)
          expect(rank(next)).toBeGreaterThanOrEqual(rank(state))
          if (next.is === 'getting') expect(next.held).toBeLessThanOrEqual(SIZE)
          state = next
        }
        if (told.some(({ is }) => is === 'done')) expect(state.is).toBe('done')
      }),
    )
  })

  it('may go on after a failure', () => {
    expect(afterReport(FAILED, { is: 'accepted' }, SIZE)).toEqual({ is: 'accepted' })
    expect(afterReport({ is: 'done' }, { is: 'failed', code: 'cancelled' }, SIZE)).toEqual({ is: 'done' })
  })

  it('is done as soon as the swarm shows the whole of it there, whatever was said', () => {
    for (const state of [{ is: 'open' }, { is: 'declined' }, FAILED, { is: 'getting', held: 5 }] as const)
      expect(afterHolding(state, 1, SIZE)).toEqual({ is: 'done' })
  })

  it('follows the swarm, and not back behind what its receiver said', () => {
    expect(afterHolding({ is: 'open' }, 0, SIZE)).toEqual({ is: 'open' })
    expect(afterHolding({ is: 'open' }, 0.25, SIZE)).toEqual({ is: 'getting', held: 250 })
    expect(afterHolding({ is: 'getting', held: 300 }, 0.25, SIZE)).toEqual({ is: 'getting', held: 300 })
    expect(afterHolding({ is: 'declined' }, 0.25, SIZE)).toEqual({ is: 'declined' })
  })

  it('is reported with every code there is, but not before there was an answer', () => {
    expect(reportOf({ is: 'open' })).toBeUndefined()
    for (const code of ERROR_CODES) {
      const state: OfferState = { is: 'failed', problem: { code, message: 'x', data: {} } }
      expect(reportOf(state)).toEqual({ is: 'failed', code })
    }
  })
})
