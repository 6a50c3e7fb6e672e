import type { BoundTerm, RacePoint, RaceReason, RaceReasonName } from '../../contract/index.ts'
import type { Measured, Moment, Trace } from '../race/measured.ts'
import { busyShare } from '../race/processor.ts'
import { BUSY, LAST_BYTES, PROCESSOR_SHARE } from '../limits.ts'
import { sumOf, timeOf, valueAt, type Step } from './curve.ts'

/**
 * What sets the bound, seen as one pipe: bytes per second it carries, bytes it did carry by when, bytes of the file among
 * them, and the bytes that the bound says it must carry.
 */
interface Pipe {
  readonly capacity: number
  readonly carried: readonly Step[]
  readonly payload: number
  readonly needed: number
}

/**
 * Why a run took longer than its bound, in seconds that add up to the difference. With the capacity C of the pipe that sets
 * the bound: C · measured = bytes it carried + bytes it could have carried while it stood still, and C · bound = bytes it had
 * to carry. So the gap is what it carried besides, divided by C, and the time it stood still: each is counted, none is left over.
 */
export function reasonsOf(
  measured: Measured,
  term: BoundTerm,
  rates: RacePoint['rates'],
  servers: number,
): RaceReason[] {
  const pipe = pipeOf(measured, term, rates, servers)
  const total = measured.seconds
  const sent = valueAt(pipe.carried, total)
  const begins = Math.min(timeOf(pipe.carried, firstBytes(pipe)) ?? total, total)
  const ends = Math.min(timeOf(pipe.carried, sent - LAST_BYTES * pipe.needed) ?? total, total)
  const standing = (from: number, to: number): number =>
    to - from - (valueAt(pipe.carried, to) - valueAt(pipe.carried, from)) / pipe.capacity
  const last = lastPeer(measured)
  const arrived = Math.min(Math.max(last?.lastByteAt ?? total, ends), total)
  const middle = split(measured, begins, ends, standing)
  const rest = split(measured, ends, arrived, standing)
  const seconds: Record<RaceReasonName, number> = {
    start: standing(0, begins),
    overhead: (sent - pipe.payload) / pipe.capacity,
    repeats: (pipe.payload - pipe.needed) / pipe.capacity,
    processor: middle.processor + rest.processor,
    idle: middle.other,
    tail: rest.other,
    disk: standing(arrived, total),
  }
  return (Object.entries(seconds) as [RaceReasonName, number][]).map(([is, value]) => ({
    is,
    seconds: value,
  }))
}

/**
 * True when the processor cost the run more than a link did, and more than a little. Repeats are no link's fault: a source that has
 * given everything once gives again what busy downloaders do not get from each other in time.
 */
export function isProcessorLimited(bound: number, reasons: readonly RaceReason[]): boolean {
  const cost = reasons.find(({ is }) => is === 'processor')?.seconds ?? 0
  return (
    cost > PROCESSOR_SHARE * bound && reasons.every(({ is, seconds }) => is === 'repeats' || seconds <= cost)
  )
}

function pipeOf(measured: Measured, term: BoundTerm, rates: RacePoint['rates'], servers: number): Pipe {
  const { size, seconds, sources, peers, mode } = measured
  const n = peers.length
  const all = [...sources, ...peers]
  const sent = (traces: readonly Trace[]): Step[] =>
    sumOf(traces.map((trace) => curveOf(trace, ({ sent }) => sent)))
  const payloadOf = (traces: readonly Trace[]): number =>
    traces.reduce(
      (sum, trace) =>
        sum +
        valueAt(
          curveOf(trace, ({ payloadSent }) => payloadSent),
          seconds,
        ),
      0,
    )
  switch (term) {
    case 'source-uplink': {
      const capacity = (rates.source / 8) * (mode === 'http' ? servers : 1)
      const needed = mode === 'http' ? n * size : size
      return { capacity, carried: sent(sources), payload: payloadOf(sources), needed }
    }
    case 'all-uplinks': {
      const capacity = (rates.source + rates.peers.reduce((sum, { up }) => sum + up, 0)) / 8
      return { capacity, carried: sent(all), payload: payloadOf(all), needed: n * size }
    }
    case 'slowest-downlink': {
      const slowest = Math.min(...rates.peers.map(({ down }) => down))
      const peer = lastPeer(measured, (_, i) => rates.peers[i]!.down === slowest)!
      const carried = curveOf(peer, ({ received }) => received)
      return {
        capacity: slowest / 8,
        carried,
        payload: valueAt(
          curveOf(peer, ({ payloadReceived }) => payloadReceived),
          seconds,
        ),
        needed: size,
      }
    }
    case 'medium':
      return airPipe(measured, rates, { sent, payloadOf })
  }
}

/**
 * Bytes in the air: a wired source's once, those of everybody else twice. Where the bound is 2·N·F ÷ (uₛ + C) the source's uplink is full as
 * well, and both are seen as one.
 */
function airPipe(
  { size, sources, peers, mode }: Measured,
  rates: RacePoint['rates'],
  {
    sent,
    payloadOf,
  }: { sent: (traces: readonly Trace[]) => Step[]; payloadOf: (traces: readonly Trace[]) => number },
): Pipe {
  const capacity = (rates.medium ?? 0) / 8
  const copies = peers.length * size
  const times = (factor: number, steps: readonly Step[]): Step[] =>
    steps.map(({ t, value }) => ({ t, value: factor * value }))
  const isWired = rates.sourceIsWired ?? true
  if (mode === 'http' || !isWired) {
    const all = mode === 'http' ? sources : [...sources, ...peers]
    const factor = isWired ? 1 : 2
    return {
      capacity,
      carried: times(factor, sent(all)),
      payload: factor * payloadOf(all),
      needed: factor * copies,
    }
  }
  const withUplink = (2 * copies) / (capacity + rates.source / 8) >= copies / capacity
  const weight = withUplink ? 2 : 1
  return {
    capacity: withUplink ? capacity + rates.source / 8 : capacity,
    carried: sumOf([times(weight, sent(sources)), times(2, sent(peers))]),
    payload: weight * payloadOf(sources) + 2 * payloadOf(peers),
    needed: withUplink ? 2 * copies : copies,
  }
}

function curveOf({ moments }: Trace, count: (moment: Moment) => number): Step[] {
  return moments.map((moment) => ({ t: moment.t, value: count(moment) }))
}

/** More than hellos and handshakes: the file has begun to move. */
function firstBytes({ needed }: Pipe): number {
  return Math.min(32 * 1024, LAST_BYTES * needed)
}

function lastPeer(
  { peers }: Measured,
  among: (peer: Trace, index: number) => boolean = () => true,
): Trace | undefined {
  const candidates = peers.filter(among)
  return candidates.reduce<Trace | undefined>(
    (last, peer) => ((peer.completeAt ?? Infinity) >= (last?.completeAt ?? 0) ? peer : last),
    undefined,
  )
}

/**
 * Time that the pipe stood still, as far as the processor was busy then, and otherwise. A link that was late and made up for
 * it stood still before and overtook itself after: only what is left in the end is shared out.
 */
function split(
  measured: Measured,
  from: number,
  to: number,
  standing: (from: number, to: number) => number,
): { processor: number; other: number } {
  const total = standing(from, to)
  let busy = 0
  let other = 0
  let at = from
  for (const { t, isBusy } of [...busyTimes(measured), { t: to, isBusy: false }]) {
    const until = Math.min(Math.max(t, at), to)
    if (until <= at) continue
    const still = Math.max(0, standing(at, until))
    if (isBusy) busy += still
    else other += still
    at = until
  }
  const processor = total <= 0 || busy === 0 ? 0 : (total * busy) / (busy + other)
  return { processor, other: total - processor }
}

/** For each stretch of time, by its end: was the machine, or one process's own thread, busy? */
function busyTimes(measured: Measured): { t: number; isBusy: boolean }[] {
  const { processor } = measured
  return processor.slice(1).map((to, i) => {
    const from = processor[i]!
    const isBusy =
      busyShare(from, to) >= BUSY ||
      [...measured.sources, ...measured.peers].some((trace) => isFull(trace, from.t, to.t))
    return { t: to.t, isBusy }
  })
}

function isFull(trace: Trace, from: number, to: number): boolean {
  const cpu = trace.moments.flatMap(({ t, cpu }) => (cpu === undefined ? [] : [{ t, value: cpu }]))
  return to > from && (valueAt(cpu, to) - valueAt(cpu, from)) / (to - from) >= BUSY
}
