import type { StoredShare } from '../../../store/types.ts'
import type { TokenBucket } from '../../../transport/token-bucket.ts'
import type { PolicyLimit } from '../policy/types.ts'
import type { Pressure } from './driver.ts'

/** What holds a transfer back now. */
export type TransferLimit = PolicyLimit | 'disk' | 'set-limit'

/** What was noticed within this time still holds. */
const RECENTLY_MS = 1_500
/** A rate this close to a limit set is held back by it. */
const CLOSE = 0.85
/** So many bytes waiting to be verified and written: the disk does not keep up. */
const DISK_BACKLOG_BYTES = 16 * 2 ** 20

export interface TransferFacts {
  readonly share: StoredShare
  readonly policyLimit: PolicyLimit | undefined
  readonly pressure: Pressure
  readonly writingBytes: number
  readonly links: readonly { readonly sent: { rate(): number } }[]
  readonly limits: {
    readonly own: { up: TokenBucket; down: TokenBucket }
    readonly app: { up: TokenBucket; down: TokenBucket }
  }
  readonly now: number
}

/**
 * The first of these that is measured: a limit somebody set, the disk, then what the scheduler sees. Undefined when
 * nothing is to be done.
 */
export function guessTransferLimit(facts: TransferFacts): TransferLimit | undefined {
  const { pressure, now, policyLimit } = facts
  if (!facts.share.isComplete) {
    if (now - pressure.downLimitAt < RECENTLY_MS) return 'set-limit'
    if (now - pressure.bufferAt < RECENTLY_MS || facts.writingBytes > DISK_BACKLOG_BYTES) return 'disk'
    return policyLimit
  }
  const upRate = facts.links.reduce((sum, { sent }) => sum + sent.rate(), 0)
  for (const { up } of [facts.limits.own, facts.limits.app]) {
    if (up.isLimited && upRate > up.rate * CLOSE) return 'set-limit'
  }
  return policyLimit
}
