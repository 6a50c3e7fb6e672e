import { describe, expect, it } from 'vitest'
import { dhtFound, dhtMessagesAtLeast, dhtRounds, dnsFound, dnsMessages } from './look-ups.ts'

describe('what finding a name should cost', () => {
  it('through servers is a question and an answer for each zone, or nothing', () => {
    expect([dnsMessages(false), dnsMessages(true)]).toEqual([6, 0])
  })

  it('among laptops that know one of each distance takes log₂ N questions one after the other', () => {
    expect([2, 16, 256].map((n) => dhtRounds(n, 1))).toEqual([1, 4, 8])
  })

  it('takes fewer when they know more, and never less than one', () => {
    expect(dhtRounds(256, 4)).toBe(2)
    expect(dhtRounds(1_000_000, 20)).toBeCloseTo(2.93, 2)
    expect(dhtRounds(4, 20)).toBe(1)
  })

  it('asks everybody where there are few, and k where there are many', () => {
    expect([4, 20, 256].map((n) => dhtMessagesAtLeast(n, 20))).toEqual([8, 40, 40])
  })

  it('fails through servers as soon as all of one zone are off, among peers when all keepers are', () => {
    expect(dnsFound(0.5, 1)).toBe(1 / 8)
    expect(dnsFound(0.5, 2)).toBeCloseTo(0.42, 2)
    expect(dhtFound(0.5, 20)).toBeCloseTo(1, 5)
    expect(dhtFound(0.5, 1)).toBe(0.5)
    expect([dnsFound(0, 2), dhtFound(0, 4)]).toEqual([1, 1])
  })
})
