import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientServerBound, peerToPeerBound } from './distribution-time.ts'
import type { Distribution } from './distribution-time.ts'

const MIB = 2 ** 20
const MBIT = 1e6

function alike(n: number, up: number, down: number, rest: Omit<Distribution, 'receivers'>): Distribution {
  return { ...rest, receivers: Array.from({ length: n }, () => ({ up, down })) }
}

const rate = fc.double({ min: 1e5, max: 1e10, noNaN: true })
const distribution = fc.record({
  size: fc.integer({ min: 1, max: 2 ** 40 }),
  sourceUp: rate,
  receivers: fc.array(fc.record({ up: rate, down: rate }), { minLength: 1, maxLength: 50 }),
})

describe('distribution time', () => {
  it('is what the formulas give for eight receivers behind 50 Mbit/s uplinks', () => {
    const eight = alike(8, 50 * MBIT, 200 * MBIT, { size: 64 * MIB, sourceUp: 50 * MBIT })
    expect(clientServerBound(eight).seconds).toBeCloseTo(85.9, 1)
    expect(clientServerBound(eight).bottleneck).toBe('source-uplink')
    expect(peerToPeerBound(eight).seconds).toBeCloseTo(10.74, 2)
    expect(peerToPeerBound(eight).bottleneck).toBe('source-uplink')
  })

  it('names the uplinks together when receivers upload slowly', () => {
    const slow = alike(10, 1 * MBIT, 100 * MBIT, { size: MIB, sourceUp: 50 * MBIT })
    expect(peerToPeerBound(slow)).toMatchObject({ seconds: (8 * 10 * MIB) / 60e6, bottleneck: 'all-uplinks' })
  })

  it('names the slowest downlink', () => {
    const one = { up: MBIT, down: 2 * MBIT }
    const other = { up: MBIT, down: 100 * MBIT }
    const mixed: Distribution = { size: MIB, sourceUp: 100 * MBIT, receivers: [one, other] }
    expect(peerToPeerBound({ ...mixed, receivers: [one] }).bottleneck).toBe('slowest-downlink')
    expect(clientServerBound(mixed)).toMatchObject({
      seconds: (8 * MIB) / 2e6,
      bottleneck: 'slowest-downlink',
    })
  })

  it('is never longer among peers than through one server', () => {
    fc.assert(
      fc.property(distribution, (d) => {
        expect(peerToPeerBound(d).seconds).toBeLessThanOrEqual(clientServerBound(d).seconds * (1 + 1e-12))
      }),
    )
  })

  it('is the same for one receiver in both ways when the receiver has nothing to give', () => {
    fc.assert(
      fc.property(distribution, (d) => {
        const single = { ...d, receivers: [{ up: 0, down: d.receivers[0]!.down }] }
        expect(peerToPeerBound(single).seconds).toBe(clientServerBound(single).seconds)
      }),
    )
  })

  it('grows without end through a server and stays below a limit among peers that all upload', () => {
    const base = { size: MIB, sourceUp: 20 * MBIT }
    const limit = (8 * MIB) / Math.min(20 * MBIT, 10 * MBIT)
    for (const n of [1, 10, 100, 1000]) {
      const d = alike(n, 10 * MBIT, 1000 * MBIT, base)
      expect(clientServerBound(d).seconds).toBeCloseTo((n * 8 * MIB) / 20e6, 6)
      expect(peerToPeerBound(d).seconds).toBeLessThanOrEqual(limit)
    }
  })

  it('never grows with a faster link, and never shrinks with another receiver or more bytes', () => {
    fc.assert(
      fc.property(distribution, fc.double({ min: 1, max: 10, noNaN: true }), (d, factor) => {
        const faster = { ...d, sourceUp: d.sourceUp * factor }
        const more = { ...d, size: d.size * factor }
        const extra = { ...d, receivers: [...d.receivers, { up: 0, down: d.receivers[0]!.down }] }
        for (const bound of [clientServerBound, peerToPeerBound]) {
          expect(bound(faster).seconds).toBeLessThanOrEqual(bound(d).seconds)
          expect(bound(more).seconds).toBeGreaterThanOrEqual(bound(d).seconds)
          expect(bound(extra).seconds).toBeGreaterThanOrEqual(bound(d).seconds)
        }
      }),
    )
  })

  it('falls in proportion to the number of servers until the downlink is the limit', () => {
    const d = alike(12, 0, 50 * MBIT, { size: MIB, sourceUp: 10 * MBIT })
    expect(clientServerBound(d, 2).seconds).toBeCloseTo(clientServerBound(d, 1).seconds / 2, 9)
    expect(clientServerBound(d, 1000)).toMatchObject({
      seconds: (8 * MIB) / 50e6,
      bottleneck: 'slowest-downlink',
    })
    expect(() => clientServerBound(d, 0)).toThrow(RangeError)
  })

  it('is never shorter among peers on a shared medium with a wired server, whose copies cross it once', () => {
    const medium = { capacity: 100 * MBIT, sourceIsWired: true }
    const wifi = alike(8, 100 * MBIT, 100 * MBIT, { size: MIB, sourceUp: 1000 * MBIT, medium })
    expect(clientServerBound(wifi)).toMatchObject({ seconds: (8 * 8 * MIB) / 100e6, bottleneck: 'medium' })
    // Nobody forbids the source of a swarm to send every copy itself.
    expect(peerToPeerBound(wifi).seconds).toBe(clientServerBound(wifi).seconds)
    const slowSource = { ...wifi, sourceUp: 20 * MBIT }
    expect(peerToPeerBound(slowSource)).toMatchObject({
      seconds: (8 * 2 * 8 * MIB) / 120e6,
      bottleneck: 'medium',
    })
    const allWireless = { ...wifi, medium: { ...medium, sourceIsWired: false } }
    expect(clientServerBound(allWireless).seconds).toBe(peerToPeerBound(allWireless).seconds)
  })

  it('of the air is what the best mix of copies takes, and no mix is better', () => {
    const mix = fc.record({
      copies: fc.integer({ min: 1, max: 50 }),
      sourceUp: rate,
      capacity: rate,
      /** How much of all copies the source sends itself. */
      own: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(mix, ({ copies, sourceUp, capacity, own }) => {
        const medium = { capacity, sourceIsWired: true }
        const d = alike(copies, 1e12, 1e12, { size: MIB, sourceUp, medium })
        const fromSource = 8 * MIB * (1 + own * (copies - 1))
        const inTheAir = 2 * copies * 8 * MIB - fromSource
        const seconds = Math.max(fromSource / sourceUp, inTheAir / capacity)
        expect(peerToPeerBound(d).seconds).toBeLessThanOrEqual(seconds * (1 + 1e-9))
      }),
    )
  })

  it('tells all its terms, the largest being the bound', () => {
    fc.assert(
      fc.property(distribution, (d) => {
        for (const bound of [clientServerBound(d), peerToPeerBound(d)]) {
          expect(Math.max(...bound.terms.map(({ seconds }) => seconds))).toBe(bound.seconds)
        }
      }),
    )
  })

  it('is zero when nobody wants the file or it is empty, and refuses what is no size or rate', () => {
    expect(peerToPeerBound({ size: MIB, sourceUp: MBIT, receivers: [] }).seconds).toBe(0)
    expect(clientServerBound({ size: MIB, sourceUp: MBIT, receivers: [] }).seconds).toBe(0)
    expect(peerToPeerBound(alike(3, 0, 0, { size: 0, sourceUp: 0 })).seconds).toBe(0)
    expect(peerToPeerBound(alike(3, 0, MBIT, { size: 1, sourceUp: 0 })).seconds).toBe(Infinity)
    expect(() => peerToPeerBound(alike(1, 1, 1, { size: -1, sourceUp: 1 }))).toThrow(RangeError)
    expect(() => clientServerBound(alike(1, Number.NaN, 1, { size: 1, sourceUp: 1 }))).toThrow(RangeError)
  })
})
