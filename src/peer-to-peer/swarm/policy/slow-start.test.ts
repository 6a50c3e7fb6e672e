import { beforeEach, describe, expect, it } from 'vitest'
import { SLOW_START_ROUNDS, SLOW_START_ROUND_MS } from './limits.ts'
import { SlowStart } from './slow-start.ts'

const FIRST = 100_000

describe('slow start', () => {
  let start: SlowStart
  let now: number

  beforeEach(() => {
    start = new SlowStart()
    now = 0
  })

  /** Sends all that is let through, which is acknowledged `ms` later. */
  function round(ms: number, options: { isLimited: boolean } = { isLimited: true }): void {
    const bytes = FIRST + start.room
    start.sent(bytes, now)
    if (options.isLimited) start.markLimited()
    now += ms
    start.acknowledged(bytes, now)
  }

  it('lets twice as much through in each round trip that gets it through', () => {
    round(100)
    expect(start.room).toBe(FIRST)
    round(100)
    expect(start.room).toBe(3 * FIRST)
    round(100)
    expect(start.room).toBe(7 * FIRST)
  })

  it('is over when several round trips brought no more than those before', () => {
    for (let i = 0; i < 3; i++) round(100)
    // From here on the link is full: twice as much takes twice as long.
    for (let i = 0; i < SLOW_START_ROUNDS + 1; i++) round(100 * 2 ** i)
    expect(start.room).toBe(0)
    round(1)
    expect(start.room).toBe(0)
  })

  it('learns nothing while there is no more to send', () => {
    for (let i = 0; i < 10; i++) round(100, { isLimited: false })
    expect(start.room).toBe(0)
    round(100)
    expect(start.room).toBe(FIRST)
  })

  it('does not wait for what is never acknowledged', () => {
    start.sent(FIRST, now)
    for (let i = 0; i < 20; i++) {
      start.markLimited()
      now += SLOW_START_ROUND_MS
      start.acknowledged(1_000, now)
    }
    expect(start.room).toBe(0)
  })
})
