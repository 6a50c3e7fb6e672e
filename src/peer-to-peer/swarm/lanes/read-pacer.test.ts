import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { READ_NAP_MS, WORTH_READING_BYTES } from '../limits.ts'
import { ReadPacer } from './read-pacer.ts'

/** Ends after everything that this turn of the event loop had to do. */
const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

function setUp() {
  const clock = new VirtualClock()
  const pacer = new ReadPacer(clock)
  const lane = () => {
    const calls: string[] = []
    const read = pacer.pace({ stop: () => calls.push('stop'), start: () => calls.push('start') })
    return { calls, read }
  }
  return { clock, pacer, lane }
}

describe('ReadPacer', () => {
  it('rests lanes that had little to read, and wakes all of them at the same tick', async () => {
    const { clock, lane } = setUp()
    const [a, b] = [lane(), lane()]
    a.read.read(1400)
    await turn()
    clock.advance(READ_NAP_MS - 1)
    b.read.read(1400)
    await turn()
    expect([a.calls, b.calls]).toEqual([['stop'], ['stop']])
    clock.advance(1)
    expect([a.calls, b.calls]).toEqual([
      ['stop', 'start'],
      ['stop', 'start'],
    ])
    expect(clock.pending).toBe(0)
  })

  it('never rests a lane that fills its reads', async () => {
    const { clock, lane } = setUp()
    const { calls, read } = lane()
    for (let i = 0; i < 4; i++) read.read(WORTH_READING_BYTES / 4)
    await turn()
    expect(calls).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('does not wake a lane that cannot take more, until it is released', async () => {
    const { clock, lane } = setUp()
    const { calls, read } = lane()
    read.read(100)
    await turn()
    read.hold()
    clock.advance(READ_NAP_MS)
    expect(calls).toEqual(['stop', 'stop'])
    read.release()
    expect(calls.at(-1)).toBe('start')
  })

  it('does not start a resting lane that is released, and never one that has ended', async () => {
    const { clock, lane } = setUp()
    const { calls, read } = lane()
    read.read(100)
    await turn()
    read.release()
    expect(calls).toEqual(['stop'])
    read.end()
    clock.advance(READ_NAP_MS)
    read.release()
    expect(calls).toEqual(['stop'])
  })

  it('leaves nobody resting and no timer when it stops', async () => {
    const { clock, pacer, lane } = setUp()
    const { calls, read } = lane()
    read.read(100)
    await turn()
    pacer.stop()
    expect(calls).toEqual(['stop', 'start'])
    expect(clock.pending).toBe(0)
  })
})
