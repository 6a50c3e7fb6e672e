import {
  DEADLINES_FORGIVEN,
  DEADLINE_FACTOR,
  DISTRUST_MS,
  FIRST_DEADLINE_MS,
  MAX_DISTRUST_MS,
  MAX_SLOTS,
  MIN_DEADLINE_MS,
  MIN_SLOTS,
  SLOT_SLACK_MS,
  SLOWEST_RATE,
} from './limits.ts'
import type { Peer } from './peer.ts'
import type { PartTable } from './types.ts'

/** How many requests one holder may have from here: enough that it never waits for the next. */
export function slotsOf(peer: Peer, table: PartTable, now: number): number {
  if (now < peer.notBefore) return 0
  if (peer.missedDeadlines > 0) return 1
  const ahead = (peer.downRate.rate(now) * (peer.roundTrip + SLOT_SLACK_MS)) / 1000
  return Math.min(MAX_SLOTS, Math.max(MIN_SLOTS, 1 + Math.ceil(ahead / table.chunkSize)))
}

/** Seconds until a part with `ahead` others before it arrives; undefined while the holder's rate is unknown. */
export function secondsUntil(peer: Peer, ahead: number, table: PartTable, now: number): number | undefined {
  const rate = peer.downRate.rate(now)
  return rate > 0 ? peer.roundTrip / 1000 + ((ahead + 1) * table.chunkSize) / rate : undefined
}

/**
 * When a holder that was asked and sends nothing is given up on. `allInMs` is the time in which all that is on its way here would
 * arrive: where our own downlink is the limit, a holder is silent while others are heard.
 */
export function deadlineOf(peer: Peer, table: PartTable, allInMs: number): number {
  const rate = peer.progressRate
  const patience =
    rate === 0
      ? FIRST_DEADLINE_MS + (table.chunkSize * 1000) / SLOWEST_RATE
      : Math.max(MIN_DEADLINE_MS, DEADLINE_FACTOR * (peer.roundTrip + (table.chunkSize * 1000) / rate))
  return peer.lastProgress + Math.max(patience, DEADLINE_FACTOR * allInMs)
}

/** A deadline passed: one request at a time from now on, and after several none for a while. */
export function punish(peer: Peer, now: number): void {
  peer.missedDeadlines++
  peer.lastProgress = now
  const beyond = peer.missedDeadlines - DEADLINES_FORGIVEN
  if (beyond >= 0) peer.notBefore = now + Math.min(MAX_DISTRUST_MS, DISTRUST_MS * 2 ** beyond)
}
