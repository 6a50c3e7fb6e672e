import { describe, expect, it } from 'vitest'
import { Bitmap } from '../../../base/bitmap.ts'
import { seededRandom } from '../../../base/random.ts'
import type { Part } from '../../../content/types.ts'
import { HAND_OUT_LANDS_MS, KNOWN_HAVE_MS, PAGE_RELAY_MS } from './limits.ts'
import { SwarmSharePolicy } from './share-policy.ts'
import { bits, CHUNK, Hand, table } from './test-hand.ts'
import type { PartTable } from './types.ts'

describe('a source', () => {
  it('shows nothing and answers no request while first copies are left', () => {
    const source = Hand.source(table(10))
    source.join('a', { credit: 0 })
    expect(source.updates()).toEqual([])
    expect(source.policy.status.mode).toBe('spreading')
    expect(source.policy.peerRequests('a', [3], 0)).toEqual([3])
    expect(source.blocks()).toEqual([])
  })

  it('hands out each part once, to the receiver with the smallest backlog, within credit', () => {
    const source = Hand.source(table(8))
    source.join('a', { credit: 2 })
    source.join('b', { credit: 100 })
    const sent = source.blocks()
    expect(new Set(sent.map(({ part }) => part)).size).toBe(8)
    expect(sent.slice(0, 4).map(({ peer }) => peer)).toEqual(['a', 'b', 'a', 'b'])
    expect(sent.filter(({ peer }) => peer === 'a')).toHaveLength(2)
    expect(sent.every(({ kind }) => kind === 'push')).toBe(true)
  })

  it('gives more to who passes on sooner', () => {
    const source = Hand.source(table(100))
    source.join('quick', { credit: 4 })
    source.join('lazy', { credit: 4 })
    const first = source.blocks()
    for (const { peer, part } of first) source.policy.peerHave(peer, [part], 0)
    for (const { peer, part } of first) if (peer === 'quick') source.policy.peerHave('lazy', [part], 0)
    for (const peer of ['quick', 'lazy']) source.policy.peerCredit(peer, 10, 0)
    const next = source.blocks().slice(0, 2)
    expect(next.map(({ peer }) => peer)).toEqual(['quick', 'quick'])
  })

  it('hands out pages before any chunk', () => {
    const source = Hand.source(table(50, 3))
    source.join('a', { credit: 3 })
    expect(
      source
        .blocks()
        .map(({ part }) => part)
        .sort((a, b) => a - b),
    ).toEqual([0, 1, 2])
  })

  it('sends a page again when receivers do not relay it in time', () => {
    const source = Hand.source(table(1, 1))
    source.join('a', { credit: 5 })
    source.join('b', { credit: 5 })
    const [first] = source.blocks().filter(({ part }) => part === 0)
    source.policy.peerHave(first!.peer, [0], 0)
    source.wait(PAGE_RELAY_MS - 1)
    expect(source.blocks()).toEqual([])
    source.wait(300)
    const again = source.blocks()
    expect(again).toMatchObject([{ part: 0, kind: 'push' }])
    expect(again[0]!.peer).not.toBe(first!.peer)
  })

  it('shows what has landed once all are out, the rest as it lands', () => {
    const source = Hand.source(table(3))
    source.join('a', { credit: 3 })
    source.join('b')
    const [first] = source.blocks()
    source.policy.peerHave('a', [first!.part], 0)
    const bitmaps = source.updates().filter(({ bitmap }) => bitmap)
    expect(bitmaps.map(({ peer }) => peer)).toEqual(['a', 'b'])
    expect([...new Bitmap(3, bitmaps[0]!.bitmap).indices()]).toEqual([first!.part])
    expect(source.policy.status.mode).toBe('revealed')
    const other = (first!.part + 1) % 3
    source.policy.peerHave('a', [other], 0)
    expect(source.updates()).toMatchObject([{ peer: 'b', have: [other] }])
    // Whoever has it himself hears of it when there is time.
    source.wait(KNOWN_HAVE_MS)
    expect(source.updates()).toMatchObject([{ peer: 'a', have: [other] }])
  })

  it('takes a part for not handed out when its only holder leaves, and withdraws it', () => {
    const source = Hand.source(table(2))
    source.join('a', { credit: 2 })
    source.join('b', { credit: 0 })
    source.blocks()
    source.policy.peerHave('a', [0, 1], 0)
    source.policy.peerHave('b', [0], 0)
    source.updates()
    source.policy.peerLeft('a', 0)
    expect(source.policy.status).toMatchObject({ firstCopiesLeft: 1, safeToLeave: false })
    const [update] = source.updates()
    expect([...new Bitmap(2, update!.bitmap).indices()]).toEqual([0])
    source.policy.peerCredit('b', 1, 0)
    expect(source.blocks()).toMatchObject([{ peer: 'b', part: 1, kind: 'push' }])
  })

  it('hands out again what its only holder withdrew', () => {
    const source = Hand.source(table(2))
    source.join('a', { credit: 2 })
    source.blocks()
    source.policy.peerHave('a', [0, 1], 0)
    expect(source.policy.status.firstCopiesLeft).toBe(0)
    source.policy.peerBitmap('a', bits(2, [0]), 0)
    expect(source.policy.status.firstCopiesLeft).toBe(1)
  })

  it('hands out again what arrived and was never announced', () => {
    const source = Hand.source(table(1))
    source.join('a', { credit: 1 })
    source.join('b', { credit: 1 })
    const [push] = source.blocks()
    source.uplink.acknowledged(source.policy, push!.peer, CHUNK, source.now)
    source.updates()
    source.wait(HAND_OUT_LANDS_MS + 300)
    source.updates()
    expect(source.blocks()[0]).toMatchObject({ part: 0, kind: 'push' })
  })

  it.each(['before', 'after'] as const)(
    'hands out again at once what a receiver does not take, told %s the last byte was acknowledged',
    (when) => {
      const source = Hand.source(table(1))
      source.join('a', { credit: 1 })
      const [push] = source.blocks()
      const acknowledge = (): void => source.uplink.acknowledged(source.policy, push!.peer, CHUNK, source.now)
      if (when === 'after') acknowledge()
      source.policy.peerCancels('a', [0], 0)
      if (when === 'before') acknowledge()
      source.join('b', { credit: 1 })
      expect(source.blocks()).toMatchObject([{ peer: 'b', part: 0, kind: 'push' }])
    },
  )

  it('hands out nothing again because somebody does not need it who was not handed it', () => {
    const source = Hand.source(table(1))
    source.join('a', { credit: 1 })
    source.blocks()
    source.join('b', { credit: 1 })
    source.policy.peerCancels('b', [0], 0)
    expect(source.policy.status.firstCopiesLeft).toBe(0)
  })

  it('hands out nothing again because one of several holders does not need it', () => {
    const source = Hand.source(table(1))
    source.join('a', { credit: 1 })
    const [push] = source.blocks()
    source.uplink.acknowledged(source.policy, push!.peer, CHUNK, source.now)
    source.join('b', { holds: [0] })
    source.policy.peerCancels('a', [0], 0)
    expect(source.policy.status.firstCopiesLeft).toBe(0)
  })

  it('begins anew when every receiver has left', () => {
    const source = Hand.source(table(2))
    source.join('a', { credit: 2 })
    source.blocks()
    source.policy.peerHave('a', [0, 1], 0)
    source.updates()
    source.policy.peerLeft('a', 0)
    source.updates()
    expect(source.policy.status).toMatchObject({ mode: 'spreading', firstCopiesLeft: 2 })
    source.join('b', { credit: 2 })
    expect(source.updates()).toEqual([])
    expect(source.blocks()).toHaveLength(2)
  })

  it('may leave once the others together hold everything', () => {
    const source = Hand.source(table(2))
    source.join('a', { holds: [0] })
    expect(source.policy.status.safeToLeave).toBe(false)
    source.join('b', { holds: [1] })
    expect(source.policy.status.safeToLeave).toBe(true)
  })

  it('serves who has least first, once it is revealed', () => {
    const source = Hand.source(table(4))
    source.join('rich', { holds: [0, 1, 2] })
    source.join('poor', { holds: [3] })
    source.updates()
    expect(source.policy.peerRequests('rich', [3], 0)).toEqual([])
    expect(source.policy.peerRequests('poor', [0, 1], 0)).toEqual([])
    expect(source.blocks().map(({ peer }) => peer)).toEqual(['poor', 'poor', 'rich'])
  })

  it('tells other sources what it handed out, and does not repeat what they did', () => {
    const one = Hand.source(table(4), 'one')
    one.join('two', { isSource: true })
    one.join('a', { credit: 1 })
    one.policy.peerHandedOut(
      'two',
      [
        { part: 0, peer: 'a' },
        { part: 1, peer: 'nobody' },
      ],
      0,
    )
    const [push] = one.blocks()
    expect(push!.part).not.toBe(0)
    one.wait(60)
    expect(one.updates()).toMatchObject([{ peer: 'two', handedOut: [{ part: push!.part, peer: 'a' }] }])
    expect(one.policy.status.firstCopiesLeft).toBe(2)
    one.policy.peerLeft('two', one.now)
    expect(one.policy.status.firstCopiesLeft).toBe(3)
  })

  it('begins with other parts than another source', () => {
    const firstOf = (self: string, other: string): Part[] => {
      const source = Hand.source(table(40), self)
      source.join(other, { isSource: true })
      source.join('a', { credit: 20 })
      return source.blocks().map(({ part }) => part)
    }
    const both = [...firstOf('one', 'two'), ...firstOf('two', 'one')]
    expect(new Set(both).size).toBe(40)
  })

  it('never asks for what it lost: shared files are not written to', () => {
    const source = Hand.source(table(2))
    source.join('a', { holds: [0, 1] })
    source.updates()
    source.policy.partLost(1, 0)
    expect(source.policy.peerRequests('a', [1], 0)).toEqual([1])
    expect(source.updates().flatMap(({ request }) => request)).toEqual([])
  })
})

describe('a receiver', () => {
  it('asks each holder for the rarest part it has, each part of one holder only', () => {
    const me = new Hand(table(6))
    me.join('a', { holds: [0, 1, 2] })
    me.join('b', { holds: [0, 1, 3] })
    const asked = me.requests()
    expect(asked.a).toContain(2)
    expect(asked.b).toContain(3)
    const all = [...asked.a!, ...asked.b!]
    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(4)
  })

  it('prefers what is rare, and a page to any chunk', () => {
    const me = new Hand(table(60, 1))
    for (const source of ['s', 't']) me.join(source, { isSource: true, holds: Array(51).keys() })
    me.join('peer', { holds: Array(61).keys() })
    const [page, ...chunks] = me.requests().peer!
    expect(page).toBe(0)
    me.arrive('peer', 0)
    for (const part of [...chunks, ...me.requests().peer!]) expect(part).toBeGreaterThanOrEqual(51)
  })

  it('asks a source last', () => {
    for (let seed = 0; seed < 5; seed++) {
      const me = new Hand(table(2))
      me.join('source', { isSource: true, holds: [0, 1] })
      me.join('peer', { holds: [0, 1] })
      const asked = me.requests()
      expect(asked.peer!.length).toBeGreaterThanOrEqual(asked.source?.length ?? 0)
    }
  })

  it('asks again as soon as a part is there, without waiting for the disk', () => {
    const me = new Hand(table(5))
    me.join('a', { holds: [0, 1, 2, 3, 4] })
    const [first] = me.requests().a!
    expect(me.policy.blockArriving('a', first!, CHUNK, 5)).toBe('keep')
    me.policy.partReceived('a', first!, 5)
    me.now = 5
    expect(me.requests().a!.length).toBeGreaterThan(0)
  })

  it('has more requests out where more arrives', () => {
    const me = new Hand(table(1000))
    me.join('a', { holds: Array(1000).keys() })
    let out = me.requests().a!.length
    expect(out).toBe(2)
    const queue = [...Array(100).keys()]
    me.policy.peerRoundTrip('a', 10, 0)
    for (const _ of queue) {
      const [next] = [...Array(1000).keys()].filter(
        (part) => me.policy.blockArriving('a', part, 0, me.now) === 'keep',
      )
      me.arrive('a', next!)
      me.wait(2)
      out += (me.requests().a ?? []).length - 1
    }
    expect(out).toBeGreaterThan(20)
    expect(out).toBeLessThanOrEqual(128)
  })

  it('keeps what peers told before the root was known, and believes only what makes sense', () => {
    const policy = new SwarmSharePolicy({ self: 'me', random: seededRandom(1) })
    for (const peer of ['a', 'b', 'c']) policy.peerJoined(peer, { isSource: false }, 0)
    policy.peerBitmap('a', bits(10, [1]), 0)
    policy.peerHave('a', [2], 0)
    policy.peerBitmap('b', new Uint8Array(77), 0)
    policy.peerHave('c', [3, 99], 0)
    policy.partsKnown(table(10), new Bitmap(10), 0)
    expect([1, 2, 3].map((part) => policy.availability(part))).toEqual([1, 1, 1])
    expect(policy.peerHolds('b')).toBe(0)
    expect(
      policy
        .takeUpdates(0)
        .flatMap(({ request }) => request)
        .sort((a, b) => a - b),
    ).toEqual([1, 2, 3])
  })

  it('shows a newcomer what it holds in the first message', () => {
    const me = new Hand(table(3), [1])
    me.join('a')
    const [update] = me.updates()
    expect([...new Bitmap(3, update!.bitmap).indices()]).toEqual([1])
    expect(update!.have).toEqual([])
  })

  it('drops what it does not want, and calls it a breach when it is beyond all credit or no part at all', () => {
    const me = new Hand(table(1000), [5])
    me.join('liar')
    expect(me.policy.blockArriving('liar', 5, CHUNK, 0)).toBe('drop')
    expect(me.policy.blockArriving('liar', 1000, CHUNK, 0)).toBe('violation')
    expect(me.policy.blockArriving('liar', -1, CHUNK, 0)).toBe('violation')
    expect(me.policy.blockArriving('stranger', 1, CHUNK, 0)).toBe('drop')
    const verdicts = Array.from({ length: 200 }, (_, i) => me.policy.blockArriving('liar', 100 + i, CHUNK, 0))
    expect(verdicts[0]).toBe('drop')
    expect(verdicts.at(-1)).toBe('violation')
    expect(me.policy.status.inFlight).toBe(0)
  })

  it('takes a push it dropped before when it is sent again', () => {
    const me = new Hand(table(100))
    for (const peer of ['a', 'b']) me.join(peer, { holds: [7] })
    me.join('source', { isSource: true, holds: [] })
    me.requests()
    me.join('other', { isSource: true })
    me.updates()
    expect(me.policy.blockArriving('other', 7, 1000, 0, 0)).toBe('keep')
    expect(me.policy.blockArriving('source', 7, 1000, 0, 0)).toBe('drop')
    expect(me.policy.blockArriving('source', 7, 1000, 0, 1000)).toBe('drop')
    for (const peer of ['a', 'b', 'other']) me.policy.peerLeft(peer, 0)
    expect(me.policy.blockArriving('source', 7, 1000, 0, 2000)).toBe('drop')
    expect(me.policy.blockArriving('source', 7, 1000, 0, 0)).toBe('keep')
  })

  it('never starts a part in its middle', () => {
    const me = new Hand(table(100))
    me.join('source', { isSource: true })
    me.updates()
    expect(me.policy.blockArriving('source', 7, 1000, 0, 500)).toBe('drop')
    expect(me.policy.status.inFlight).toBe(0)
  })

  it('refuses facts that cannot be', () => {
    const me = new Hand(table(10))
    me.join('a')
    expect(() => me.policy.peerHave('a', [10], 0)).toThrow(/part 10/)
    expect(() => me.policy.peerHave('a', [1.5], 0)).toThrow(/part 1.5/)
    expect(() => me.policy.peerBitmap('a', new Uint8Array(3), 0)).toThrow(/bitmap/)
    expect(() => me.policy.peerRequests('a', [-1], 0)).toThrow(/part -1/)
    expect(() => me.policy.peerCredit('a', -1, 0)).toThrow(/credit/)
    expect(() => me.policy.peerCredit('a', Number.NaN, 0)).toThrow(/credit/)
  })

  it('moves requests elsewhere when a peer leaves, rejects, or sends what does not verify', () => {
    const me = new Hand(table(3))
    me.join('a', { holds: [0, 1, 2] })
    const [first, second] = me.requests().a!
    me.join('b', { holds: [first!] })
    me.policy.partFailed('a', first!, 'rejected', 0)
    expect(me.requests().b).toEqual([first])
    me.policy.partReceived('b', first!, 0)
    me.policy.partFailed('b', first!, 'mismatch', 0)
    me.policy.peerLeft('b', 0)
    me.policy.peerLeft('a', 0)
    expect(me.policy.status).toMatchObject({ inFlight: 0, wanted: 3 })
    me.join('c', { holds: [first!, second!] })
    expect(me.requests().c).toEqual([first!, second!].sort((a, b) => a - b))
  })

  it('takes requests back from a holder that never delivers, and asks it for less', () => {
    const me = new Hand(table(40))
    me.join('dead', { holds: Array(40).keys() })
    const lost = me.requests().dead!
    expect(lost).toHaveLength(2)
    me.join('alive', { holds: lost })
    const cancelled: Part[] = []
    for (let i = 0; i < 40; i++) {
      me.wait(250)
      for (const update of me.updates()) {
        if (update.peer === 'dead') cancelled.push(...update.cancel)
        if (update.peer === 'alive') for (const part of update.request) me.arrive('alive', part)
      }
    }
    expect(cancelled.sort((a, b) => a - b)).toEqual(lost)
    expect(me.policy.status.missing).toBe(38)
    expect(me.policy.status.inFlight).toBeLessThan(2)
  })

  it('waits for the only holder, however slow', () => {
    const me = new Hand(table(4))
    me.join('only', { holds: [0, 1, 2, 3] })
    me.requests()
    for (let i = 0; i < 100; i++) {
      me.wait(1000)
      expect(me.updates().flatMap(({ cancel }) => cancel)).toEqual([])
    }
    expect(me.policy.status.inFlight).toBe(2)
  })

  it('asks a second holder in the end game, and cancels the loser', () => {
    const me = new Hand(table(21))
    me.join('slow', { holds: [0] })
    expect(me.requests()).toEqual({ slow: [0] })
    me.join('fast', { holds: Array(21).keys() })
    let asked = me.requests().fast!
    const order: Part[] = []
    for (let i = 0; i < 50 && me.policy.status.missing > 0; i++) {
      me.wait(20)
      for (const part of asked) me.arrive('fast', part)
      order.push(...asked)
      const updates = me.updates()
      asked = updates.flatMap(({ peer, request }) => (peer === 'fast' ? [...request] : []))
      const cancels = updates.filter(({ cancel }) => cancel.length > 0)
      const isOver = me.policy.status.missing === 0
      expect(cancels).toMatchObject(isOver ? [{ peer: 'slow', cancel: [0] }] : [])
    }
    expect(order).toHaveLength(21)
    expect(order.at(-1)).toBe(0)
  })

  it('stops asking while paused, takes requests back, and goes on', () => {
    const me = new Hand(table(4))
    me.join('a', { holds: [0, 1, 2, 3] })
    const asked = me.requests().a!
    me.policy.setPaused({ downloads: true, uploads: false }, 0)
    expect(me.updates()[0]!.cancel.toSorted((a, b) => a - b)).toEqual(asked)
    expect(me.updates()).toEqual([])
    expect(me.policy.blockArriving('a', asked[0]!, CHUNK, 0)).toBe('drop')
    me.policy.setPaused({ downloads: false, uploads: false }, 0)
    expect(me.requests().a!.length).toBeGreaterThanOrEqual(2)
  })

  it('gives back a first copy that comes while downloads pause, so that others get it', () => {
    const me = new Hand(table(4))
    me.join('source', { isSource: true })
    me.updates()
    me.policy.setPaused({ downloads: true, uploads: false }, 0)
    me.updates()
    expect(me.policy.blockArriving('source', 2, CHUNK / 2, 0, 0)).toBe('drop')
    expect(me.policy.blockArriving('source', 2, CHUNK / 2, 0, CHUNK / 2)).toBe('drop')
    expect(me.updates()).toMatchObject([{ peer: 'source', cancel: [2] }])
  })

  it('withdraws and asks again for a part that no longer verifies on disk', () => {
    const me = new Hand(table(3), [0, 1, 2])
    const receiver = new Hand(table(3), [0, 1])
    receiver.join('a', { holds: [0, 1] })
    receiver.updates()
    receiver.policy.partLost(1, 0)
    const [update] = receiver.updates()
    expect([...new Bitmap(3, update!.bitmap).indices()]).toEqual([0])
    expect(update!.request).toEqual([1])
    expect(me.policy.status.mode).toBe('spreading')
  })

  it('lets go of what a peer withdraws, but not of what is arriving', () => {
    const me = new Hand(table(4))
    me.join('a', { holds: [0, 1] })
    me.requests()
    me.policy.blockArriving('a', 0, 1000, 0)
    me.policy.peerBitmap('a', bits(4, []), 0)
    expect(me.policy.status.inFlight).toBe(1)
    expect(me.policy.blockArriving('a', 0, 1000, 0)).toBe('keep')
  })

  it('holds at most so many bytes of chunks it cannot verify yet, and still asks for the page', () => {
    const shape: PartTable = {
      ...table(100, 1),
      chunkSize: 2 ** 20,
      lengthOf: (part) => (part === 0 ? 3200 : 2 ** 20),
    }
    const me = new Hand(shape)
    me.join('a', { holds: [...Array(101).keys()].slice(1) })
    for (let round = 0; round < 30; round++) {
      for (const part of me.requests().a ?? []) {
        me.policy.blockArriving('a', part, 2 ** 20, me.now)
        me.policy.partReceived('a', part, me.now)
      }
      me.wait(10)
    }
    expect(me.policy.status.wanted).toBeGreaterThanOrEqual(101 - 10)
    me.join('b', { holds: [0] })
    expect(me.requests().b).toEqual([0])
  })

  it('says what holds it back', () => {
    const me = new Hand(table(9))
    expect(me.policy.limit(0)).toBe('no-source')
    me.join('source', { isSource: true })
    expect(me.policy.limit(0)).toBe('source-uplink')
    me.join('a', { holds: Array(9).keys() })
    me.updates()
    expect(me.policy.limit(0)).toBe('my-downlink')
    expect(Hand.source(table(9)).policy.limit(0)).toBeUndefined()
  })
})

describe('control messages', () => {
  it('carry everything for one peer in one message', () => {
    const me = new Hand(table(500))
    me.join('source', { isSource: true })
    me.updates()
    me.arrive('source', 3)
    me.policy.peerHave('source', [9], 0)
    expect(me.updates()).toMatchObject([{ peer: 'source', have: [3], request: [9] }])
  })

  it('split lists that are too long, in order', () => {
    const me = new Hand(table(20_000))
    me.join('a')
    me.updates()
    for (let part = 0; part < 10_000; part++) me.policy.partHeld(part, 0)
    me.wait(50)
    const messages = me.updates()
    expect(messages.map(({ have }) => have.length)).toEqual([4096, 4096, 1808])
    expect(messages.flatMap(({ have }) => have)).toEqual([...Array(10_000).keys()])
  })

  it('do not mention a request that was taken back before it was sent', () => {
    const me = new Hand(table(1))
    me.join('a', { holds: [0] })
    me.policy.takeUpdates(0)
    me.policy.peerLeft('a', 0)
    me.join('b', { holds: [0] })
    me.policy.partHeld(0, 0)
    expect(me.updates().flatMap(({ request }) => request)).toEqual([])
  })

  it('need no alarm while nothing happens', () => {
    const me = new Hand(table(5), [0, 1, 2, 3])
    me.join('a', { holds: [0] })
    me.updates()
    expect(me.policy.nextWake()).toBe(Number.POSITIVE_INFINITY)
  })
})
