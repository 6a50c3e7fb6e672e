import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../base/index.ts'
import { TokenBucket } from './token-bucket.ts'

/** Sends blocks as fast as the bucket lets them for `ms`; bytes that passed. */
function pass(bucket: TokenBucket, clock: VirtualClock, block: number, ms: number): number {
  const end = clock.now() + ms
  let passed = 0
  while (clock.now() < end) {
    const delay = bucket.delay()
    if (delay === 0) {
      bucket.take(block)
      passed += block
    } else {
      clock.advance(Math.min(Math.max(1, Math.ceil(delay)), end - clock.now()))
    }
  }
  return passed
}

describe('TokenBucket', () => {
  it('keeps within 5 % of the rate over 30 s, whatever the rate and the size of blocks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50_000, max: 100_000_000 }),
        fc.constantFrom(1_400, 32_768, 65_536),
        (rate, block) => {
          const clock = new VirtualClock()
          const bucket = new TokenBucket({ clock, rate })
          const passed = pass(bucket, clock, block, 30_000)
          expect(passed / 30).toBeGreaterThan(rate * 0.95)
          expect(passed / 30).toBeLessThan(rate * 1.05 + 65_536 / 30)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('lets no more than the burst pass at once after a pause, however long', () => {
    const clock = new VirtualClock()
    const bucket = new TokenBucket({ clock, rate: 1_000_000, burst: 100_000 })
    clock.advance(3_600_000)
    let passed = 0
    while (bucket.delay() === 0) {
      bucket.take(10_000)
      passed += 10_000
    }
    expect(passed).toBe(100_000)
  })

  it('follows a rate that is changed while it is used, up, down and off', () => {
    const clock = new VirtualClock()
    const bucket = new TokenBucket({ clock, rate: 1_000_000 })
    pass(bucket, clock, 32_768, 1_000)
    bucket.rate = 4_000_000
    expect(pass(bucket, clock, 32_768, 30_000) / 30).toBeCloseTo(4_000_000, -5.2)
    bucket.rate = 500_000
    const slow = pass(bucket, clock, 32_768, 30_000) / 30
    expect(slow).toBeGreaterThan(475_000)
    expect(slow).toBeLessThan(525_000)
    bucket.rate = 0
    expect(bucket.delay()).toBe(0)
    bucket.take(1e9)
    expect(bucket.delay()).toBe(0)
  })

  it('starts without credit when a limit is set on what had none', () => {
    const clock = new VirtualClock()
    const bucket = new TokenBucket({ clock, rate: 0 })
    clock.advance(60_000)
    bucket.rate = 1_000_000
    expect(bucket.delay()).toBeGreaterThan(0)
  })

  it('refuses rates that are not rates', () => {
    const clock = new VirtualClock()
    for (const rate of [-1, Number.NaN, Infinity])
      expect(() => new TokenBucket({ clock, rate })).toThrow(RangeError)
  })
})
