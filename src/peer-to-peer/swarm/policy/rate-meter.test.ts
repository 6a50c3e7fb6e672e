import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RateMeter } from './rate-meter.ts'

describe('a rate meter', () => {
  it('finds a steady rate soon, and keeps it', () => {
    const meter = new RateMeter(500)
    for (let now = 0; now <= 5000; now += 10) {
      meter.add(1000, now)
      if (now < 300) continue
      expect(meter.rate(now)).toBeGreaterThan(90_000)
      expect(meter.rate(now)).toBeLessThan(110_000)
    }
  })

  it('forgets, and begins again after a long silence as if nothing had been', () => {
    const meter = new RateMeter(500)
    meter.add(1e6, 0)
    expect(meter.rate(60_000)).toBe(0)
    meter.add(1000, 60_000)
    expect(meter.rate(60_000)).toBeLessThan(20_000)
    expect(meter.rate(60_000)).toBeGreaterThan(0)
  })

  it('is a number, never negative, whatever comes and goes', () => {
    const steps = fc.array(fc.record({ wait: fc.constantFrom(0, 1, 100, 20_000), bytes: fc.nat(1e6) }))
    fc.assert(
      fc.property(steps, (list) => {
        const meter = new RateMeter(500)
        let now = 0
        for (const { wait, bytes } of list) {
          now += wait
          expect(meter.rate(now)).toBeGreaterThanOrEqual(0)
          meter.add(bytes, now)
          expect(meter.rate(now)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})
