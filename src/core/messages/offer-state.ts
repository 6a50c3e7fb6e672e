import type { OfferState, Share } from '../../contract/index.ts'
import type { OfferReport } from '../../peer-to-peer/messages/index.ts'

/** Reports come on streams of their own and may overtake each other: an earlier stage never replaces a later one. */
const RANK = { open: 0, accepted: 1, getting: 2, declined: 3, failed: 3, done: 4 } as const

/** What an offer becomes when its receiver reports. */
export function afterReport(state: OfferState, report: OfferReport, size: number): OfferState {
  const next = reported(report, size)
  // Who failed may try again; whoever has it all has it.
  if (state.is === 'failed') return next
  return RANK[next.is] < RANK[state.is] ? state : next
}

function reported(report: OfferReport, size: number): OfferState {
  switch (report.is) {
    case 'getting':
      return { is: 'getting', held: Math.min(report.held, size) }
    case 'failed':
      return {
        is: 'failed',
        problem: { code: report.code, message: 'the download failed over there', data: {} },
      }
    default:
      return report
  }
}

/** What an offer becomes when the swarm shows that its receiver holds a part of the share, 0…1. */
export function afterHolding(state: OfferState, has: number, size: number): OfferState {
  if (has >= 1) return { is: 'done' }
  if (has <= 0 || state.is === 'declined' || state.is === 'done') return state
  const held = Math.floor(has * size)
  // Its own report may be ahead of what the swarm was told.
  return state.is === 'getting' && state.held >= held ? state : { is: 'getting', held }
}

/** What an accepted offer becomes as its download goes on; undefined: there is no such download any more. */
export function afterDownload(state: OfferState, share: Share | undefined): OfferState {
  if (!share) {
    return { is: 'failed', problem: { code: 'cancelled', message: 'the download was removed', data: {} } }
  }
  switch (share.state.is) {
    case 'serving':
    case 'stopped':
      return { is: 'done' }
    case 'failed':
      return { is: 'failed', problem: share.state.problem }
    default:
      return share.bytesHeld > 0 ? { is: 'getting', held: share.bytesHeld } : state
  }
}

/** The state as it is reported to who made the offer; undefined while there is nothing to report. */
export function reportOf(state: OfferState): OfferReport | undefined {
  switch (state.is) {
    case 'open':
      return undefined
    case 'failed':
      return { is: 'failed', code: state.problem.code }
    default:
      return state
  }
}
