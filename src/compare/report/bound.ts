import type { Mode, RacePoint } from '../../contract/index.ts'
import { clientServerBound, peerToPeerBound, type Bound, type Distribution } from '../../theory/index.ts'

/** The bound of one run, from the rates given: bits per second. */
export function boundOf(options: {
  mode: Mode
  size: number
  servers: number
  rates: RacePoint['rates']
}): Bound {
  const { mode, size, servers, rates } = options
  const distribution: Distribution = {
    size,
    sourceUp: rates.source,
    receivers: rates.peers,
    ...(rates.medium === null
      ? {}
      : { medium: { capacity: rates.medium, sourceIsWired: rates.sourceIsWired ?? true } }),
  }
  return mode === 'http' ? clientServerBound(distribution, servers) : peerToPeerBound(distribution)
}
