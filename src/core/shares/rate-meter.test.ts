import { describe, expect, it } from 'vitest'
import { RateMeter } from './rate-meter.ts'

describe('RateMeter', () => {
  it('gives bits per second over the last seconds, and zero once nothing moves', () => {
    const meter = new RateMeter()
    for (let t = 0; t <= 3000; t += 500) meter.update(t, t * 1000, t * 250)
    expect(meter.down).toBeCloseTo(8e6)
    expect(meter.up).toBeCloseTo(2e6)
    for (let t = 3500; t <= 8000; t += 500) meter.update(t, 3_000_000, 750_000)
    expect(meter.down).toBe(0)
  })

  it('keeps one sample a second, at most five minutes', () => {
    const meter = new RateMeter()
    for (let t = 0; t <= 400_000; t += 500) meter.update(t, t, 0)
    const history = meter.history(400_000, 1_000_400_000)
    expect(history).toHaveLength(300)
    expect(history.at(-1)).toEqual({ at: 1_000_400_000, down: 8000, up: 0 })
    expect(history.every((s) => s.down === 8000)).toBe(true)
  })
})
