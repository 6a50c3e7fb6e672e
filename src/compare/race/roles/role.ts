import { ShoalError } from '../../../base/index.ts'
import type { Offer } from '../messages.ts'

/** What a process does in one run. */
export interface Role {
  /** How others reach what it gives; null for who only gets. */
  readonly offer: Offer | null
  /** As whom the others know it. */
  readonly peerId: string | null
  /** Where other downloaders can meet it; nowhere, unless it says so. */
  readonly addresses?: readonly string[]
  /** Connects to others, each by its addresses. */
  meet?(others: readonly (readonly string[])[]): Promise<void>
  /** Bytes of the share that were sent and received, pages included. */
  payload(): { sent: number; received: number }
  /** Verified bytes by who gave them. */
  held(): Record<string, number>
  /** Begins; resolves when everything is verified and on disk, at once for who only gives. */
  go(): Promise<void>
  /** What was measured, bits per second, of who measures. */
  rates?(): { down: number; up: number | null }
  stop(): Promise<void>
}

/** The offer turned out to be more than was agreed on. */
export function tooLarge(bytes: number): ShoalError {
  return new ShoalError('too-large', `a file of ${bytes} bytes, which is more than was agreed on`, {
    data: { bytes },
  })
}
