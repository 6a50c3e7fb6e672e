import { describe, expect, it } from 'vitest'
import type { Part } from '../../../content/types.ts'
import { FRESH_HAVE_MS, KNOWN_HAVE_MS, RELAYED_HAVE_MS, SOURCE_HAVE_MS, SOURCE_HAVE_PARTS } from './limits.ts'
import { bits, Hand, table } from './test-hand.ts'

describe('a receiver announces a part', () => {
  /** Parts take a second each here, so that nothing waits less than its limit. */
  function slow(holds: Iterable<Part> = []): Hand {
    const me = new Hand(table(500))
    me.join('source', { isSource: true })
    for (const peer of ['b', 'c']) me.join(peer, { holds })
    for (let part = 490; part < 493; part++) {
      me.arrive('source', part)
      me.wait(1_000)
    }
    me.updates()
    return me
  }

  const told = (me: Hand, part: Part): string[] =>
    me
      .updates()
      .filter(({ have }) => have.includes(part))
      .map(({ peer }) => peer)

  it('that came from a source to the source at once and to all others within a moment', () => {
    const me = slow()
    me.arrive('source', 7)
    expect(told(me, 7)).toEqual(['source'])
    expect(me.policy.nextWake()).toBeLessThanOrEqual(me.now + FRESH_HAVE_MS)
    me.wait(FRESH_HAVE_MS)
    expect(told(me, 7)).toEqual(['b', 'c'])
  })

  it('to a source by the handful where parts come fast', () => {
    const me = new Hand(table(500))
    me.join('source', { isSource: true })
    me.join('b', { holds: Array(400).keys() })
    const asked: Part[] = []
    const handfuls: number[] = []
    for (let arrived = 0; arrived < 300; arrived++) {
      const updates = me.updates()
      asked.push(...updates.flatMap(({ request }) => request))
      const told = updates.find(({ peer, have }) => peer === 'source' && have.length > 0)
      if (told && arrived > 200) handfuls.push(told.have.length)
      me.arrive('b', asked.shift()!)
      me.wait(SOURCE_HAVE_MS / 10)
    }
    expect(new Set(handfuls)).toEqual(new Set([SOURCE_HAVE_PARTS]))
  })

  it('that came from another receiver along with other news, or after a while', () => {
    const me = slow([400])
    me.join('d')
    me.updates()
    me.arrive('b', 400)
    expect(told(me, 400)).toEqual(['source'])
    me.wait(RELAYED_HAVE_MS)
    expect(told(me, 400)).toEqual(['d'])
    me.wait(KNOWN_HAVE_MS - RELAYED_HAVE_MS)
    expect(told(me, 400)).toEqual(['b', 'c'])
  })

  it('in the same message as a request that is sent anyway', () => {
    const me = slow([400])
    me.join('d')
    me.updates()
    me.arrive('b', 400)
    me.policy.peerHave('d', [401], me.now)
    const toOthers = me.updates().filter(({ peer }) => peer !== 'source')
    expect(toOthers).toMatchObject([{ peer: 'd', have: [400], request: [401] }])
  })

  it('at once while it cannot tell yet how fast they come', () => {
    const me = new Hand(table(500))
    me.join('source', { isSource: true })
    me.join('b')
    me.updates()
    me.arrive('source', 7)
    expect(told(me, 7)).toEqual(['source', 'b'])
  })

  it('soon when parts come fast, whoever it came from', () => {
    const me = new Hand(table(500))
    me.join('b', { holds: Array(400).keys() })
    me.join('c')
    const asked: Part[] = []
    for (let arrived = 0; arrived < 300; arrived++) {
      asked.push(...(me.requests()['b'] ?? []))
      me.arrive('b', asked.shift()!)
      me.wait(1)
    }
    me.updates()
    me.wait(RELAYED_HAVE_MS)
    me.updates()
    const last = asked.shift()!
    me.arrive('b', last)
    me.wait(RELAYED_HAVE_MS / 5)
    expect(told(me, last)).toEqual(['c'])
  })

  it('that is one of the last soon to those that lack it, whoever it came from', () => {
    const me = new Hand(table(60))
    me.join('b', { holds: [4] })
    me.join('c')
    me.updates()
    me.arrive('b', 4)
    me.wait(FRESH_HAVE_MS)
    expect(told(me, 4)).toEqual(['c'])
  })
})

describe('a node that leaves', () => {
  it('tells every peer all it offers, also what it has told or was about to', () => {
    const me = new Hand(table(10))
    me.join('source', { isSource: true })
    me.join('b')
    me.arrive('source', 3)
    me.updates()
    me.arrive('source', 8)
    const bitmap = bits(10, [3, 8])
    const nothingElse = { have: [], request: [], cancel: [], handedOut: [], credit: 0 }
    expect(me.policy.farewell()).toEqual([
      { peer: 'source', bitmap, ...nothingElse },
      { peer: 'b', bitmap, ...nothingElse },
    ])
  })

  it('has nothing to add when it offers what it offered from the beginning', () => {
    const me = new Hand(table(10), [0, 1, 2])
    me.join('b')
    me.updates()
    expect(me.policy.farewell()).toEqual([])
  })
})
