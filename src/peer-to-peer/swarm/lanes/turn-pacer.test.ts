import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import { AWAKE_MS, IDLE_TURNS, MAX_NAP_MS, NAP_BYTES, RATE_LOOK_MS, WAKEFUL_RATE } from '../limits.ts'
import { TurnPacer } from './turn-pacer.ts'

/** Ends after everything that this turn of the event loop had to do. */
const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

/** A thread that sleeps on a virtual clock, after some time in which nothing moved. */
function setUp() {
  const clock = new VirtualClock()
  const naps: number[] = []
  const pacer = new TurnPacer(clock, (ms) => {
    naps.push(ms)
    clock.advance(ms)
  })
  clock.advance(RATE_LOOK_MS)
  return { clock, naps, pacer }
}

describe('TurnPacer', () => {
  it('sleeps once for all that one turn moved, and only after it', async () => {
    const { naps, pacer } = setUp()
    for (let i = 0; i < 8; i++) pacer.moved(1400)
    expect(naps).toEqual([])
    await turn()
    expect(naps).toEqual([MAX_NAP_MS])
    pacer.stop()
  })

  it('sleeps no longer than the rate allows', async () => {
    const { naps, pacer } = setUp()
    const perMs = NAP_BYTES / 3
    pacer.moved(perMs * RATE_LOOK_MS)
    await turn()
    expect(naps).toEqual([3])
    pacer.stop()
  })

  it('never sleeps at a rate where a turn is worth its price', async () => {
    const { clock, naps, pacer } = setUp()
    for (let i = 0; i < 5; i++) {
      pacer.moved((WAKEFUL_RATE / 1000) * RATE_LOOK_MS)
      await turn()
      clock.advance(RATE_LOOK_MS)
    }
    expect(naps).toEqual([])
  })

  it('waits for more before it tells a rate from one moment', async () => {
    const { clock, naps, pacer } = setUp()
    pacer.moved((WAKEFUL_RATE / 1000) * RATE_LOOK_MS)
    await turn()
    clock.advance(RATE_LOOK_MS - 1)
    pacer.moved(100)
    await turn()
    expect(naps).toEqual([])
    clock.advance(1)
    pacer.moved(100)
    await turn()
    expect(naps).toEqual([MAX_NAP_MS])
    pacer.stop()
  })

  it('stops looking some turns after the last byte: an idle process sleeps by itself', async () => {
    const { naps, pacer } = setUp()
    pacer.moved(100)
    for (let i = 0; i < IDLE_TURNS + 10; i++) await turn()
    expect(naps.length).toBe(IDLE_TURNS + 1)
  })

  it('stays awake for a while when told that something else is waited for', async () => {
    const { clock, naps, pacer } = setUp()
    pacer.stayAwake()
    pacer.moved(100)
    await turn()
    expect(naps).toEqual([])
    clock.advance(AWAKE_MS)
    pacer.moved(100)
    await turn()
    expect(naps).toEqual([MAX_NAP_MS])
    pacer.stop()
  })

  it('does not sleep any more once it is stopped', async () => {
    const { naps, pacer } = setUp()
    pacer.moved(100)
    pacer.stop()
    await turn()
    expect(naps).toEqual([])
  })
})
