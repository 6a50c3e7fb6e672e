import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../base/index.ts'
import { FairShares } from './fair-shares.ts'
import { AnnouncementTable } from './table.ts'

describe('a table of announcements', () => {
  it('agrees with a plain list about who is there, and never holds more than it may', () => {
    const entry = fc.record({
      key: fc.constantFrom('k1', 'k2', 'k3'),
      peer: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      forgetAt: fc.nat(20),
    })
    const step = fc.oneof(fc.record({ put: entry }), fc.record({ sweep: fc.nat(20) }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new AnnouncementTable(100, seededRandom(1))
        const model = new Map<string, number>()
        for (const one of steps) {
          if ('put' in one) {
            const { key, peer, forgetAt } = one.put
            table.put({ ...one.put, source: peer, sequence: 1, expires: forgetAt, addresses: 'x' })
            model.set(`${key} ${peer}`, forgetAt)
          } else {
            table.sweep(one.sweep)
            for (const [name, until] of model) if (until <= one.sweep) model.delete(name)
          }
        }
        const found = ['k1', 'k2', 'k3'].flatMap((key) =>
          table.sample(key, 100, () => true).map(({ peer }) => `${key} ${peer}`),
        )
        expect(found.toSorted()).toEqual([...model.keys()].toSorted())
        expect(table.size).toBe(model.size)
        expect(table.keys).toBe(new Set([...model.keys()].map((name) => name.slice(0, 2))).size)
        expect(table.peers).toBe(new Set([...model.keys()].map((name) => name.slice(3))).size)
      }),
    )
  })

  it('draws different entries, each as likely as the others', () => {
    const table = new AnnouncementTable(100, seededRandom(7))
    for (let i = 0; i < 10; i++) {
      table.put({
        key: 'k',
        peer: String(i),
        source: 's',
        sequence: 1,
        expires: 1,
        forgetAt: 1,
        addresses: 'x',
      })
    }
    const drawn = new Map<string, number>()
    for (let i = 0; i < 2_000; i++) {
      const sample = table.sample('k', 3, () => true)
      expect(new Set(sample).size).toBe(3)
      for (const { peer } of sample) drawn.set(peer, (drawn.get(peer) ?? 0) + 1)
    }
    for (const count of drawn.values()) expect(Math.abs(count - 600)).toBeLessThan(100)
    expect(drawn.size).toBe(10)
  })
})

describe('fair shares', () => {
  it('know who holds most, whatever was added and removed', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(8), fc.boolean())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const shares = new FairShares<number>()
        const model = new Map<string, Set<number>>()
        for (const [owner, item, add] of steps) {
          const items = model.get(owner) ?? new Set()
          model.set(owner, items)
          if (add && !items.has(item)) {
            shares.add(owner, item)
            items.add(item)
          } else if (!add) {
            shares.delete(owner, item)
            items.delete(item)
          }
        }
        const most = Math.max(0, ...[...model.values()].map(({ size }) => size))
        const oldest = [...model.values()]
          .filter(({ size }) => size === most && most > 0)
          .map((items) => [...items][0])
        const found = shares.oldestOfLargest()
        if (most === 0) expect(found).toBeUndefined()
        else expect(oldest).toContain(found)
        expect(shares.owners).toBe([...model.values()].filter(({ size }) => size > 0).length)
      }),
    )
  })
})
