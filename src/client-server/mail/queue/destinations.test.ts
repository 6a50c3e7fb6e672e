import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../base/index.ts'
import { Destinations } from './destinations.ts'
import { MAX_ATTEMPTS_AT_ONCE, MAX_CONNECTIONS_PER_DESTINATION } from './limits.ts'
import { QUEUE_PROFILES, retryPause } from './profile.ts'

const make = (): Destinations => new Destinations(seededRandom(1))
const beginMany = (destinations: Destinations, domain: string): number =>
  Array.from({ length: 100 }, () => destinations.begin(domain)).filter(Boolean).length

describe('attempts', () => {
  it('are some at once for each domain, and not many more for all', () => {
    const destinations = make()
    expect(beginMany(destinations, 'a.test')).toBe(MAX_CONNECTIONS_PER_DESTINATION)
    for (let n = 0; n < 50; n++) beginMany(destinations, `${n}.test`)
    expect(destinations.active).toBe(MAX_ATTEMPTS_AT_ONCE)
    destinations.end('a.test')
    expect(beginMany(destinations, 'z.test')).toBe(1)
  })

  it('to a domain that does not answer are one at a time, until it does', () => {
    const destinations = make()
    destinations.begin('a.test')
    destinations.failed('a.test', QUEUE_PROFILES.lab)
    expect(beginMany(destinations, 'a.test')).toBe(0)
    destinations.end('a.test')
    expect(beginMany(destinations, 'a.test')).toBe(1)
    destinations.reached('a.test')
    expect(beginMany(destinations, 'a.test')).toBe(MAX_CONNECTIONS_PER_DESTINATION - 1)
  })
})

describe('the pause after an attempt in vain', () => {
  it('doubles, with a little chance, up to the half hour of RFC 5321', () => {
    const { normal } = QUEUE_PROFILES
    const pauses = Array.from({ length: 12 }, (_, i) => retryPause(normal, i + 1, seededRandom(i)))
    pauses.forEach((pause, i) => {
      const middle = Math.min(normal.longestRetryMs, normal.firstRetryMs * 2 ** i)
      expect(Math.abs(pause - middle)).toBeLessThanOrEqual(middle / 10 + 1)
    })
    expect(retryPause(normal, 10_000, seededRandom(1))).toBeGreaterThanOrEqual(27 * 60_000)
  })
})
