import type { Offer } from '../messages.ts'

/** What a process does in one run. */
export interface Role {
  /** How others reach what it gives; null for who only gets. */
  readonly offer: Offer | null
  /** As whom the others know it. */
  readonly peerId: string | null
  /** Bytes of the share that were sent and received, pages included. */
  payload(): { sent: number; received: number }
  /** Verified bytes by who gave them. */
  held(): Record<string, number>
  /** Begins; resolves when everything is verified and on disk, at once for who only gives. */
  go(): Promise<void>
  stop(): Promise<void>
}
