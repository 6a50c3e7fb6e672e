import type { Random } from '../../../base/index.ts'

/** How patient the queue is. Milliseconds. */
export interface QueueProfile {
  /** Pause after the first attempt in vain; doubled each time. */
  readonly firstRetryMs: number
  readonly longestRetryMs: number
  /** So old a message's sender is told that it is late. */
  readonly warnAfterMs: number
  /** So old a message is given up (RFC 5321 §4.5.4.1: 4–5 days). */
  readonly expireAfterMs: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export const QUEUE_PROFILES = {
  /**
   * As between mail servers, but for the first minutes: a laptop that sleeps may wake at any moment, and asking one on the same network
   * costs nothing. From the eighth attempt on it is the half hour of RFC 5321 §4.5.4.1.
   */
  normal: {
    firstRetryMs: 15_000,
    longestRetryMs: 30 * MINUTE_MS,
    warnAfterMs: 4 * HOUR_MS,
    expireAfterMs: 5 * 24 * HOUR_MS,
  },
  /** The same life in a minute and a half: to watch. */
  lab: { firstRetryMs: 1_000, longestRetryMs: 8_000, warnAfterMs: 10_000, expireAfterMs: 90_000 },
} as const satisfies Record<string, QueueProfile>
export type QueueProfileName = keyof typeof QUEUE_PROFILES

/** The pause after so many attempts in vain (1 or more), a tenth more or less by chance. Milliseconds. */
export function retryPause(profile: QueueProfile, attempts: number, random: Random): number {
  const pause = Math.min(profile.longestRetryMs, profile.firstRetryMs * 2 ** Math.min(30, attempts - 1))
  return Math.round(pause * (0.9 + random.next() * 0.2))
}
