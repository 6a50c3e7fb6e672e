/** For tests: runs made by hand, and results with every field. */
import type { RacePoint, RaceResult, RaceSpec } from '../contract/index.ts'
import { raceSpecSchema } from '../contract/index.ts'
import type { Measured, Moment, Trace } from './race/measured.ts'
import { pointOf, setRates } from './report/point.ts'

export const MBIT = 1e6

export function spec(change: Partial<RaceSpec> = {}): RaceSpec {
  const base = { peers: [1, 2], size: 1_000_000, up: 8 * MBIT, down: 80 * MBIT, sourceUp: 8 * MBIT }
  return raceSpecSchema.parse({ ...base, ...change })
}

export function moment(change: Partial<Moment> & { t: number }): Moment {
  return { sent: 0, received: 0, payloadSent: 0, payloadReceived: 0, cpu: 0, held: {}, ...change }
}

/** A process whose counters rise as told. */
export function trace(
  id: string,
  moments: readonly Moment[],
  ends: { completeAt?: number; lastByteAt?: number } = {},
): Trace {
  return {
    id,
    name: id,
    giverKey: `key-${id}`,
    moments,
    completeAt: ends.completeAt,
    lastByteAt: ends.lastByteAt,
  }
}

/** A machine that was as busy as told in each stretch of time. */
export function processor(stretches: readonly { until: number; busy: number }[]): Measured['processor'] {
  let [busy, all] = [0, 0]
  let at = 0
  const times = stretches.map((stretch) => {
    all += stretch.until - at
    busy += (stretch.until - at) * stretch.busy
    at = stretch.until
    return { t: stretch.until, busy, all }
  })
  return [{ t: 0, busy: 0, all: 0 }, ...times]
}

/** 1 MB at 1 MB/s to one downloader, as good as it can be, but for what is changed. */
export function perfectRun(change: Partial<Measured> = {}): Measured {
  const source = trace('s1', [moment({ t: 0 }), moment({ t: 1, sent: 1_000_000, payloadSent: 1_000_000 })])
  const peer = trace(
    'p1',
    [
      moment({ t: 0 }),
      moment({ t: 1, received: 1_000_000, payloadReceived: 1_000_000, held: { 'key-s1': 1_000_000 } }),
    ],
    { completeAt: 1, lastByteAt: 1 },
  )
  return {
    mode: 'http',
    size: 1_000_000,
    seconds: 1,
    isComplete: true,
    sources: [source],
    peers: [peer],
    processor: processor([{ until: 1, busy: 0.1 }]),
    switchedOffAt: undefined,
    ...change,
  }
}

export function point(change: Partial<RacePoint> = {}): RacePoint {
  const made = pointOf(perfectRun(), { servers: 1, repeat: 1, rates: setRates(spec(), 1) })
  return { ...made, ...change }
}

export function result(change: Partial<RaceResult> = {}): RaceResult {
  return {
    v: 1,
    id: 'race-1700000000000-0a0b0c0d',
    at: 1_700_000_000_000,
    ground: 'here',
    spec: spec(),
    machine: { platform: 'linux', cores: 2, processor: 'x', version: '0.0.0' },
    points: [point(), point({ mode: 'p2p' })],
    ...change,
  }
}
