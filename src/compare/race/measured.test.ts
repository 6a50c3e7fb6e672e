import { describe, expect, it } from 'vitest'
import { perfectRun, spec } from '../test-runs.ts'
import { pointOf, setRates } from '../report/point.ts'
import { Recorder } from './measured.ts'
import type { RacerSample } from './messages.ts'

const STARTED_AT = 1_700_000_000_000

const sampleAt = (ms: number, held: number): RacerSample => ({
  at: STARTED_AT + ms,
  sent: 0,
  received: held,
  payloadSent: 0,
  payloadReceived: held,
  cpu: null,
  held: { 'key-s1': held },
})

function curveOf(recorder: Recorder): number[] {
  const measured = perfectRun({ peers: [recorder.trace()] })
  return pointOf(measured, { servers: 1, repeat: 1, rates: setRates(spec(), 1) }).peers[0]!.bytes[0]!
}

describe('a recorder', () => {
  const recorder = (): Recorder => {
    const made = new Recorder({ id: 'p1', name: 'p1', giverKey: 'key-p1', startedAt: STARTED_AT })
    made.add(sampleAt(0, 0))
    made.add(sampleAt(500, 400_000))
    return made
  }

  it('ends a curve with everything, however long the sample of that moment took', () => {
    const busy = recorder()
    busy.complete({
      at: STARTED_AT + 1000.3,
      lastByteAt: STARTED_AT + 990,
      sample: sampleAt(1040, 1_000_000),
    })
    expect(curveOf(busy)).toEqual([0, 400_000, 1_000_000])
  })

  it('leaves out what was sampled after that moment', () => {
    const done = recorder()
    done.complete({ at: STARTED_AT + 1000, lastByteAt: STARTED_AT + 990, sample: sampleAt(1000, 1_000_000) })
    done.add(sampleAt(1050, 1_000_000))
    expect(curveOf(done)).toEqual([0, 400_000, 1_000_000])
  })

  it('keeps every sample of one who never had everything', () => {
    const slow = recorder()
    slow.add(sampleAt(9000, 500_000))
    expect(curveOf(slow)).toEqual([0, 400_000, 500_000])
  })
})
