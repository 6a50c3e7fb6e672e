import {
  CREDIT_MS,
  CREDIT_OVERDRAFT,
  MAX_CREDIT_PARTS,
  MIN_CREDIT_BYTES,
  MIN_CREDIT_PARTS,
} from './limits.ts'
import type { Fetcher } from './fetcher.ts'
import type { OwnParts } from './own-parts.ts'
import { HELD } from './own-parts.ts'
import type { Outbox } from './outbox.ts'
import type { Peer } from './peer.ts'

/** Lets a source push further parts once half of what it may push is used up. */
export function refillCredit(
  peer: Peer,
  { own, fetcher }: { own: OwnParts; fetcher: Fetcher },
  outbox: Outbox,
  now: number,
): void {
  if (!peer.isSource) return
  const missing = own.table.parts - own.count(HELD)
  const window = Math.min(creditWindow(peer, own, now), missing)
  if (window <= 0 || peer.creditOpen > window / 2) return
  const parts = window - peer.creditOpen
  outbox.credit(peer, parts, peer.creditOpen <= window / 4, { now, partMs: fetcher.partMs })
  peer.creditOpen += parts
}

/** Beyond the credit by more than a misunderstanding can explain. */
export function isHostile(peer: Peer): boolean {
  return peer.creditOpen < -CREDIT_OVERDRAFT
}

function creditWindow(peer: Peer, own: OwnParts, now: number): number {
  const bytes = Math.max(MIN_CREDIT_BYTES, (peer.downRate.rate(now) * CREDIT_MS) / 1000)
  const parts = Math.max(MIN_CREDIT_PARTS, Math.ceil(bytes / own.table.chunkSize))
  return Math.min(parts, MAX_CREDIT_PARTS)
}
