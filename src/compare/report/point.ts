import type { RacePeer, RacePoint, RaceSpec } from '../../contract/index.ts'
import { MAX_CURVE_POINTS } from '../limits.ts'
import { cpuSeconds, type Measured, type Trace } from '../race/measured.ts'
import { busyShare } from '../race/processor.ts'
import { boundOf } from './bound.ts'
import { isProcessorLimited, reasonsOf } from './reasons.ts'

/** Rates of a race between processes: those that were set. */
export function setRates(spec: RaceSpec, n: number): RacePoint['rates'] {
  const { sourceUp, up, down, medium } = spec
  return {
    source: sourceUp,
    peers: Array.from({ length: n }, () => ({ up, down })),
    medium: medium === 'wifi' ? down : null,
  }
}

/** What is kept and shown of one run. */
export function pointOf(
  measured: Measured,
  options: { servers: number; repeat: number; rates: RacePoint['rates'] },
): RacePoint {
  const { mode, size, sources, peers, seconds, isComplete } = measured
  const { servers, repeat, rates } = options
  const bound = boundOf({ mode, size, servers, rates })
  const reasons = isComplete ? reasonsOf(measured, bound.bottleneck, rates, servers) : []
  const givers = [...sources, ...peers]
  return {
    mode,
    n: peers.length,
    repeat,
    seconds: isComplete ? seconds : null,
    completed: peers.filter(({ completeAt }) => completeAt !== undefined).length,
    bound: bound.seconds,
    boundTerm: bound.bottleneck,
    terms: bound.terms.map((term) => ({ is: term.bottleneck, seconds: term.seconds })),
    sourceBytes: sum(sources, (trace) => trace.moments.at(-1)?.sent ?? 0),
    sourcePayload: sum(sources, (trace) => trace.moments.at(-1)?.payloadSent ?? 0),
    peerBytes: sum(peers, (trace) => trace.moments.at(-1)?.sent ?? 0),
    reasons,
    processorBusy: busyDuring(measured),
    sourceCpuSeconds: sum(sources, cpuSeconds),
    isProcessorLimited: isProcessorLimited(bound.seconds, reasons),
    switchedOffAt: measured.switchedOffAt ?? null,
    rates,
    givers: givers.map(({ id, name }, i) => ({ id, name, isSource: i < sources.length })),
    peers: peers.map((peer) => peerOf(peer, givers)),
  }
}

function peerOf(peer: Trace, givers: readonly Trace[]): RacePeer {
  const last = peer.moments.at(-1)
  const { completeAt = Infinity } = peer
  const moments = thin(peer.moments.filter(({ t }) => t <= completeAt))
  return {
    id: peer.id,
    name: peer.name,
    seconds: peer.completeAt ?? null,
    sent: last?.sent ?? 0,
    received: last?.received ?? 0,
    cpuSeconds: cpuSeconds(peer),
    at: moments.map(({ t }) => Math.round(t * 1000) / 1000),
    bytes: givers.map(({ giverKey }) => moments.map(({ held }) => held[giverKey] ?? 0)),
  }
}

/** At most so many, the last always among them. */
function thin<T>(moments: readonly T[]): T[] {
  const every = Math.ceil(moments.length / MAX_CURVE_POINTS)
  return moments.filter((_, i) => (moments.length - 1 - i) % every === 0)
}

function busyDuring({ processor }: Measured): number {
  const [first, last] = [processor[0], processor.at(-1)]
  return first && last ? busyShare(first, last) : 0
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0)
}
