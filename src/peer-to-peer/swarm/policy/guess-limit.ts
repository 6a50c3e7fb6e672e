import type { Availability } from './availability.ts'
import type { Fetcher } from './fetcher.ts'
import { slotsOf } from './holders.ts'
import { HELD, MISSING } from './own-parts.ts'
import type { OwnParts } from './own-parts.ts'
import type { Peer } from './peer.ts'
import type { PolicyLimit } from './types.ts'
import type { Uploads } from './uploads.ts'

/** An uplink that had no room within this time is taken to be full. */
const RECENTLY_MS = 1_000

/**
 * Which term of the bound max(F/us, F/d, N·F/(us+Σui)) seems to hold this share back. A guess from what is waited for: for the
 * source's next push, or for parts that others were asked for; in that case the uplinks are the limit if ours is full too.
 */
export function guessLimit(
  { own, availability, fetcher }: { own: OwnParts; availability: Availability; fetcher: Fetcher },
  peers: ReadonlySet<Peer>,
  uploads: Uploads,
  now: number,
): PolicyLimit | undefined {
  const isUplinkFull = uploads.isActive && uploads.wasLimitedSince(now - RECENTLY_MS)
  const missing = own.table.parts - own.count(HELD)
  if (missing === 0) return isUplinkFull ? 'my-uplink' : undefined
  let hasSource = false
  let canAsk = false
  for (const peer of peers) {
    hasSource ||= peer.isSource
    canAsk ||= !peer.isSource && peer.outstanding.size < slotsOf(peer, own.table, now)
  }
  const nothingOffered = fetcher.inFlight === 0 && availability.unheld >= own.count(MISSING)
  if (!hasSource && nothingOffered) return 'no-source'
  if (hasSource && (peers.size === 1 || canAsk)) return 'source-uplink'
  return isUplinkFull ? 'my-uplink' : 'my-downlink'
}
