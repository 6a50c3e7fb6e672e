import type { Mode, RaceSpec } from '../../../../src/contract/index.ts'
import { clientServerBound, peerToPeerBound, type Bound } from '../../../../src/theory/index.ts'

type Asked = Pick<RaceSpec, 'size' | 'up' | 'down' | 'sourceUp' | 'servers' | 'medium'>

/** What the textbook says of a race before it is run. */
export function boundOf(spec: Asked, mode: Mode, n: number): Bound {
  const { size, up, down, sourceUp, servers, medium } = spec
  const distribution = {
    size,
    sourceUp,
    receivers: Array.from({ length: n }, () => ({ up, down })),
    ...(medium === 'wifi' && { medium: { capacity: down, sourceIsWired: true } }),
  }
  return mode === 'http' ? clientServerBound(distribution, servers) : peerToPeerBound(distribution)
}
