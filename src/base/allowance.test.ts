import { describe, expect, it } from 'vitest'
import { Allowance, Allowances } from './allowance.ts'
import { VirtualClock } from './clock.ts'

const RATE = { atOnce: 3, perSecond: 2 }
const times = (n: number, take: () => boolean): number =>
  Array.from({ length: n }, take).filter((taken) => taken).length

describe('an allowance', () => {
  it('is so much at once, and then so much a second', () => {
    const clock = new VirtualClock()
    const allowance = new Allowance(clock, RATE)
    expect(times(5, () => allowance.take())).toBe(3)
    clock.advance(499)
    expect(allowance.take()).toBe(false)
    clock.advance(1)
    expect(allowance.take()).toBe(true)
    expect(allowance.take()).toBe(false)
  })

  it('does not grow beyond what may be done at once', () => {
    const clock = new VirtualClock()
    const allowance = new Allowance(clock, RATE)
    clock.advance(3_600_000)
    expect(times(5, () => allowance.take())).toBe(3)
  })

  it('is not used up by what was too much', () => {
    const allowance = new Allowance(new VirtualClock(), RATE)
    expect(allowance.take(4)).toBe(false)
    expect(allowance.take(3)).toBe(true)
  })
})

describe('the allowances of many', () => {
  it('are each one’s own', () => {
    const allowances = new Allowances(new VirtualClock(), RATE, 10)
    expect(times(4, () => allowances.take('a'))).toBe(3)
    expect(allowances.take('b')).toBe(true)
    expect(allowances.take('a')).toBe(false)
  })

  it('are so many: who was unseen for longest begins anew', () => {
    const allowances = new Allowances(new VirtualClock(), RATE, 2)
    for (const who of ['a', 'b']) expect(times(4, () => allowances.take(who))).toBe(3)
    expect(allowances.take('a')).toBe(false)
    allowances.take('c')
    expect([allowances.take('a'), allowances.take('b')]).toEqual([false, true])
  })
})
