import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ShoalError } from '../base/errors.ts'
import { SendWindow } from './send-window.ts'

describe('a send window', () => {
  it('lets one item beyond the limit out, then waits for the other side', async () => {
    const window = new SendWindow(10)
    expect(window.take(9)).toBeUndefined()
    expect(window.take(1000)).toBeUndefined()
    const waiting = window.take(1)
    expect(waiting).toBeInstanceOf(Promise)
    expect(window.acknowledge(9)).toBe(true)
    expect(window.waiting).toBe(1)
    expect(window.acknowledge(1009)).toBe(true)
    await waiting
    expect(window.outstanding).toBe(1)
  })

  it('keeps the order in which it was asked', async () => {
    const window = new SendWindow(1)
    void window.take(1)
    const order: number[] = []
    const all = [1, 2, 3].map((n) => window.take(1)!.then(() => order.push(n)))
    for (let total = 1; total <= 3; total++) window.acknowledge(total)
    await Promise.all(all)
    expect(order).toEqual([1, 2, 3])
  })

  it('believes no total that is more than was sent, less than before, or no count', () => {
    const window = new SendWindow(10)
    void window.take(5)
    for (const total of [6, -1, 1.5, Number.NaN, Infinity, 2 ** 60])
      expect(window.acknowledge(total)).toBe(false)
    expect(window.acknowledge(4)).toBe(true)
    expect(window.acknowledge(3)).toBe(false)
    expect(window.acknowledge(4)).toBe(true)
    expect(window.outstanding).toBe(1)
  })

  it('rejects whoever waits, then and later, with the cause of the end', async () => {
    const window = new SendWindow(1)
    const cause = new ShoalError('core-gone', 'gone')
    void window.take(1)
    const waiting = window.take(1)
    window.close(cause)
    await expect(waiting).rejects.toBe(cause)
    await expect(window.take(1)).rejects.toBe(cause)
  })

  it('never has more out than its limit and one item, whatever is acknowledged when', () => {
    const steps = fc.array(fc.oneof(fc.nat({ max: 40 }), fc.constant('acknowledge' as const)), {
      maxLength: 200,
    })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 50 }), (sequence, limit) => {
        const window = new SendWindow(limit)
        let acknowledged = 0
        for (const step of sequence) {
          if (step === 'acknowledge')
            expect(window.acknowledge((acknowledged += window.outstanding))).toBe(true)
          else void window.take(step)
          expect(window.outstanding).toBeLessThan(limit + 41)
        }
      }),
    )
  })
})
