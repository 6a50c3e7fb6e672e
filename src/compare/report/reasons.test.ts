import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RacePoint, RaceReasonName } from '../../contract/index.ts'
import type { Measured, Trace } from '../race/measured.ts'
import { MBIT, moment, perfectRun, processor, spec, trace } from '../test-runs.ts'
import { boundOf } from './bound.ts'
import { pointOf, setRates } from './point.ts'
import { isProcessorLimited, reasonsOf } from './reasons.ts'

const RATES = setRates(spec(), 1)

function reasons(measured: Measured): Record<RaceReasonName, number> {
  const bound = boundOf({ mode: measured.mode, size: measured.size, servers: 1, rates: RATES })
  const all = reasonsOf(measured, bound.bottleneck, RATES, 1)
  return Object.fromEntries(all.map(({ is, seconds }) => [is, seconds])) as Record<RaceReasonName, number>
}

/** The source of a run of `seconds`, with its counters as told. */
function slower(seconds: number, source: Trace, lastByteAt = seconds): Partial<Measured> {
  const peer = trace('p1', [moment({ t: 0 }), moment({ t: seconds, received: 1_000_000 })], {
    completeAt: seconds,
    lastByteAt,
  })
  return { seconds, sources: [source], peers: [peer], processor: processor([{ until: seconds, busy: 0.1 }]) }
}

describe('reasons', () => {
  it('are none for a run that is as good as its bound', () => {
    for (const seconds of Object.values(reasons(perfectRun()))) expect(Math.abs(seconds)).toBeLessThan(0.01)
  })

  it('name the start when nothing moved at first', () => {
    const source = trace('s1', [
      moment({ t: 0 }),
      moment({ t: 0.5 }),
      moment({ t: 1.5, sent: 1e6, payloadSent: 1e6 }),
    ])
    const found = reasons(perfectRun(slower(1.5, source)))
    expect(found.start).toBeCloseTo(0.5, 1)
    expect(found.idle).toBeCloseTo(0, 1)
  })

  it('name what is sent besides the file, and what is sent again', () => {
    const more = trace('s1', [moment({ t: 0 }), moment({ t: 1.5, sent: 1.5e6, payloadSent: 1.2e6 })])
    const found = reasons(perfectRun(slower(1.5, more)))
    expect(found.overhead).toBeCloseTo(0.3, 6)
    expect(found.repeats).toBeCloseTo(0.2, 6)
  })

  it('name the idle link, or the processor when that was busy meanwhile', () => {
    const still = trace('s1', [
      moment({ t: 0 }),
      moment({ t: 0.5, sent: 5e5, payloadSent: 5e5 }),
      moment({ t: 1, sent: 5e5, payloadSent: 5e5 }),
      moment({ t: 1.5, sent: 1e6, payloadSent: 1e6 }),
    ])
    expect(reasons(perfectRun(slower(1.5, still))).idle).toBeCloseTo(0.5, 1)
    const busy = [
      { until: 0.5, busy: 0.2 },
      { until: 1, busy: 1 },
      { until: 1.5, busy: 0.2 },
    ]
    const found = reasons(perfectRun({ ...slower(1.5, still), processor: processor(busy) }))
    expect(found.processor).toBeCloseTo(0.5, 1)
    expect(found.idle).toBeCloseTo(0, 1)
  })

  it('name the processor when one process had all of its own', () => {
    const still = trace('s1', [
      moment({ t: 0 }),
      moment({ t: 0.5, sent: 5e5, payloadSent: 5e5, cpu: 0.1 }),
      moment({ t: 1, sent: 5e5, payloadSent: 5e5, cpu: 0.6 }),
      moment({ t: 1.5, sent: 1e6, payloadSent: 1e6, cpu: 0.7 }),
    ])
    const idleMachine = processor([0.5, 1, 1.5].map((until) => ({ until, busy: 0.5 })))
    expect(reasons(perfectRun({ ...slower(1.5, still), processor: idleMachine })).processor).toBeCloseTo(
      0.5,
      1,
    )
  })

  it('name the tail after the last byte left, and the disk after the last byte came', () => {
    const source = trace('s1', [
      moment({ t: 0 }),
      moment({ t: 1, sent: 1e6, payloadSent: 1e6 }),
      moment({ t: 1.6, sent: 1e6, payloadSent: 1e6 }),
    ])
    const found = reasons(perfectRun(slower(1.6, source, 1.4)))
    expect(found.tail).toBeCloseTo(0.4, 1)
    expect(found.disk).toBeCloseTo(0.2, 1)
  })

  it('add up to measured − bound, whatever was measured', () => {
    const counts = fc.array(
      fc.record({
        dt: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        sent: fc.nat(300_000),
        payload: fc.nat(300_000),
        cpu: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 2, maxLength: 12 },
    )
    const rate = fc.integer({ min: 1, max: 200 })
    const run = fc.record({
      mode: fc.constantFrom('http' as const, 'p2p' as const),
      sources: fc.array(counts, { minLength: 1, maxLength: 2 }),
      peers: fc.array(counts, { minLength: 1, maxLength: 4 }),
      rates: fc.record({
        source: rate,
        up: rate,
        down: rate,
        medium: fc.option(rate),
        sourceIsWired: fc.boolean(),
      }),
      busy: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
    })
    fc.assert(
      fc.property(run, ({ mode, sources, peers, rates, busy }) => {
        const made = (id: string, all: (typeof sources)[number]): Trace => {
          let [t, sent, payloadSent, cpu] = [0, 0, 0, 0]
          const moments = all.map((count) => {
            t += count.dt
            sent += count.sent
            payloadSent += Math.min(count.payload, count.sent)
            cpu += count.cpu * count.dt
            return moment({ t, sent, payloadSent, received: sent, payloadReceived: payloadSent, cpu })
          })
          return trace(id, [moment({ t: 0 }), ...moments], { completeAt: t, lastByteAt: t * 0.9 })
        }
        const all = peers.map((peer, i) => made(`p${i}`, peer))
        const seconds = Math.max(...all.map(({ completeAt }) => completeAt!))
        const measured: Measured = {
          mode,
          size: 500_000,
          seconds,
          isComplete: true,
          sources: sources.map((source, i) => made(`s${i}`, source)),
          peers: all,
          processor: processor(
            busy.map((share, i) => ({ until: (seconds * (i + 1)) / busy.length, busy: share })),
          ),
          switchedOffAt: undefined,
        }
        const link = { up: rates.up * MBIT, down: rates.down * MBIT }
        const known: RacePoint['rates'] = {
          source: rates.source * MBIT,
          peers: all.map(() => link),
          medium: rates.medium === null ? null : rates.medium * MBIT,
          sourceIsWired: rates.sourceIsWired,
        }
        const point = pointOf(measured, { servers: sources.length, repeat: 1, rates: known })
        const sum = point.reasons.reduce((total, reason) => total + reason.seconds, 0)
        expect(sum).toBeCloseTo(point.seconds! - point.bound, 6)
        expect(new Set(point.reasons.map(({ is }) => is)).size).toBe(7)
        expect(point.reasons.find(({ is }) => is === 'processor')!.seconds).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 300 },
    )
  })

  it('blame the processor only when it cost most, and not a trifle', () => {
    const of = (processor: number, start: number) => [
      { is: 'processor' as const, seconds: processor },
      { is: 'start' as const, seconds: start },
    ]
    expect(isProcessorLimited(10, of(2, 0.5))).toBe(true)
    expect(isProcessorLimited(10, of(2, 2.5))).toBe(false)
    expect(isProcessorLimited(10, of(0.5, 0.1))).toBe(false)
    // A source gives again what busy downloaders do not give each other in time.
    expect(isProcessorLimited(10, [...of(2, 0.5), { is: 'repeats', seconds: 3 }])).toBe(true)
    expect(isProcessorLimited(10, [...of(0.5, 0.1), { is: 'repeats', seconds: 3 }])).toBe(false)
  })

  it('are not given for a run that never ended', () => {
    const stopped = perfectRun({ isComplete: false, peers: [trace('p1', [moment({ t: 0 })])] })
    const point = pointOf(stopped, { servers: 1, repeat: 1, rates: RATES })
    expect(point).toMatchObject({ seconds: null, completed: 0, reasons: [] })
  })
})
