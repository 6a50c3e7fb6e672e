/**
 * Lower bounds of the time until a file of F bits is with every one of N peers, as a first networking course derives them
 * (J. Kurose, K. Ross, "Computer Networking: A Top-Down Approach", §2.5). That the peer-to-peer bound can be reached is shown by
 * R. Kumar, K. Ross, "Peer-assisted file distribution: the minimum distribution time", IEEE HotWeb 2006. Sizes are bytes,
 * rates bits per second (Infinity: not limited), times seconds.
 */

/** Which term of a bound is the largest: what would have to be faster. */
export type Bottleneck =
  /** Client–server: N·F ÷ (K·uₛ). Peer to peer: F ÷ uₛ, the one copy that has to leave the source. */
  | 'source-uplink'
  /** F ÷ d_min: the slowest receiver. */
  | 'slowest-downlink'
  /** N·F ÷ (uₛ + Σuᵢ): all uplinks together. */
  | 'all-uplinks'
  /** The air of a Wi-Fi cell, which everybody shares. */
  | 'medium'

export interface Term {
  readonly seconds: number
  readonly bottleneck: Bottleneck
}

/** The largest of its terms. */
export interface Bound extends Term {
  /** All of them, in the order in which a course names them. */
  readonly terms: readonly Term[]
}

/** Hosts share the air of one access point. A byte from a wired host crosses it once, one from a wireless host twice. */
export interface SharedMedium {
  /** What the air carries, all directions together. */
  readonly capacity: number
  /** The source (or the servers) hang on the access point's wire. */
  readonly sourceIsWired: boolean
}

export interface Distribution {
  readonly size: number
  /** Upload rate of the source, or of each server. */
  readonly sourceUp: number
  /** One entry per receiver. */
  readonly receivers: ReadonlyArray<{ readonly up: number; readonly down: number }>
  /** Absent: a switch, which carries any number of transfers at once. */
  readonly medium?: SharedMedium | undefined
}

/** D_cs ≥ max(N·F/(K·uₛ), F/d_min), with K servers that each hold the file. */
export function clientServerBound(distribution: Distribution, servers = 1): Bound {
  if (!Number.isInteger(servers) || servers < 1) throw new RangeError(`${servers} servers`)
  const { size, sourceUp, receivers, medium } = check(distribution)
  const copies = receivers.length * size
  return largest([
    { seconds: time(copies, servers * sourceUp), bottleneck: 'source-uplink' },
    { seconds: slowest(distribution), bottleneck: 'slowest-downlink' },
    { seconds: medium ? time(copies * crossings(medium), medium.capacity) : 0, bottleneck: 'medium' },
  ])
}

/**
 * D_p2p ≥ max(F/uₛ, F/d_min, N·F/(uₛ+Σuᵢ)); on a shared medium also what the air takes for the best mix of copies from the
 * source and copies from peers.
 */
export function peerToPeerBound(distribution: Distribution): Bound {
  const { size, sourceUp, receivers, medium } = check(distribution)
  const copies = receivers.length * size
  const uplinks = receivers.reduce((sum, { up }) => sum + up, sourceUp)
  return largest([
    { seconds: copies === 0 ? 0 : time(size, sourceUp), bottleneck: 'source-uplink' },
    { seconds: slowest(distribution), bottleneck: 'slowest-downlink' },
    { seconds: time(copies, uplinks), bottleneck: 'all-uplinks' },
    { seconds: medium ? airtime(copies, sourceUp, medium) : 0, bottleneck: 'medium' },
  ])
}

/**
 * From a wireless source every copy crosses twice. From a wired one x copies (in bytes) cross once and the others twice: from
 * uₛ·D ≥ x, C·D ≥ 2·N·F − x and x ≤ N·F follows D ≥ max(N·F/C, 2·N·F/(uₛ+C)), whoever sends what.
 */
function airtime(copies: number, sourceUp: number, medium: SharedMedium): number {
  const { capacity, sourceIsWired } = medium
  const twice = WIRELESS_CROSSINGS * copies
  return sourceIsWired
    ? Math.max(time(copies, capacity), time(twice, sourceUp + capacity))
    : time(twice, capacity)
}

const WIRELESS_CROSSINGS = 2

function crossings(medium: SharedMedium): number {
  return medium.sourceIsWired ? 1 : WIRELESS_CROSSINGS
}

function slowest({ size, receivers }: Distribution): number {
  return receivers.reduce((longest, { down }) => Math.max(longest, time(size, down)), 0)
}

function time(bytes: number, rate: number): number {
  return bytes === 0 ? 0 : (8 * bytes) / rate
}

/** The first of equals: the order of the terms is the order in which a course names them. */
function largest(terms: readonly Term[]): Bound {
  return { ...terms.reduce((best, term) => (term.seconds > best.seconds ? term : best)), terms }
}

function check(distribution: Distribution): Distribution {
  const { size, sourceUp, receivers, medium } = distribution
  const rates = [sourceUp, ...receivers.flatMap(({ up, down }) => [up, down]), medium?.capacity ?? 0]
  if (!Number.isFinite(size) || size < 0) throw new RangeError(`a file of ${size} bytes`)
  for (const rate of rates)
    if (Number.isNaN(rate) || rate < 0) throw new RangeError(`a rate of ${rate} bit/s`)
  return distribution
}
