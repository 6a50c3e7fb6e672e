import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { simulate } from '../peer-to-peer/swarm/policy/simulator/simulation.ts'
import { peerToPeerBound } from '../theory/index.ts'

const MBIT = 1e6

describe('the peer-to-peer bound', () => {
  it('is beaten by no schedule that the swarm comes up with', () => {
    const rate = fc.integer({ min: 2, max: 100 })
    const scene = fc.record({
      kib: fc.integer({ min: 64, max: 2048 }),
      sourceUp: rate,
      receivers: fc.array(fc.record({ up: rate, down: rate }), { minLength: 1, maxLength: 6 }),
      seed: fc.nat(),
    })
    fc.assert(
      fc.property(scene, ({ kib, sourceUp, receivers, seed }) => {
        const size = kib * 1024
        const { seconds, completed } = simulate(
          { name: 'any', bytes: size, sources: [{ up: sourceUp, down: 1000 }], receivers },
          seed,
        )
        const links = receivers.map(({ up, down }) => ({ up: up * MBIT, down: down * MBIT }))
        const bound = peerToPeerBound({ size, sourceUp: sourceUp * MBIT, receivers: links })
        expect(completed).toBe(receivers.length)
        expect(seconds).toBeGreaterThanOrEqual(bound.seconds)
      }),
      { numRuns: 40 },
    )
  })

  it('is nearly reached by it where links are alike', () => {
    const receivers = Array.from({ length: 8 }, () => ({ up: 20, down: 100 }))
    const size = 16 * 2 ** 20
    const { seconds } = simulate({ name: 'E8', bytes: size, sources: [{ up: 20, down: 100 }], receivers }, 1)
    const links = receivers.map(({ up, down }) => ({ up: up * MBIT, down: down * MBIT }))
    const bound = peerToPeerBound({ size, sourceUp: 20 * MBIT, receivers: links })
    expect(seconds / bound.seconds).toBeLessThan(1.25)
  })
})
