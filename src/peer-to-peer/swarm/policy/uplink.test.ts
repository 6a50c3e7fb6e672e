import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bitmap } from '../../../base/bitmap.ts'
import { seededRandom } from '../../../base/random.ts'
import type { Part } from '../../../content/types.ts'
import { InProgressTime } from './in-progress-time.ts'
import { IN_PROGRESS_MS, MAX_IN_PROGRESS_MS, STALLED_MS } from './limits.ts'
import { RateWindows } from './rate-windows.ts'
import { SwarmSharePolicy } from './share-policy.ts'
import type { UploadBlock } from './types.ts'
import { UplinkBudget } from './uplink.ts'

const KIB = 1024
const PARTS = 2000

/** A complete holder that is no source: it only answers requests. */
function holder(chunkSize: number, ...peers: string[]): SwarmSharePolicy {
  const policy = new SwarmSharePolicy({ self: 'me', random: seededRandom(1), tuning: { spread: false } })
  const table = { parts: PARTS, pages: 0, chunkSize, lengthOf: () => chunkSize }
  policy.partsKnown(table, Bitmap.full(PARTS), 0)
  for (const peer of peers) {
    policy.peerJoined(peer, { isSource: false }, 0)
    policy.peerRoundTrip(peer, 1, 0)
  }
  policy.takeUpdates(0)
  return policy
}

/** A source that has handed out nothing yet. */
function spreading(chunkSize: number, ...peers: string[]): SwarmSharePolicy {
  const policy = new SwarmSharePolicy({ self: 'me', random: seededRandom(1) })
  const table = { parts: PARTS, pages: 0, chunkSize, lengthOf: () => chunkSize }
  policy.partsKnown(table, Bitmap.full(PARTS), 0)
  for (const peer of peers) {
    policy.peerJoined(peer, { isSource: false }, 0)
    policy.peerCredit(peer, PARTS, 0)
  }
  return policy
}

/** Receivers that acknowledge whatever they get `delay` ms later; returns the bytes sent in `ms`. */
function slowReceivers(
  uplink: UplinkBudget,
  policy: SwarmSharePolicy,
  peers: readonly string[],
  delay: number,
  ms: number,
): number {
  let sent = 0
  const due: Array<{ at: number; peer: string; bytes: number }> = []
  for (let now = 0; now < ms; now++) {
    while (due[0] && due[0].at <= now) {
      const { peer, bytes } = due.shift()!
      uplink.acknowledged(policy, peer, bytes, now)
    }
    for (const { peer, length } of drain(uplink, now)) {
      expect(peers).toContain(peer)
      sent += length
      due.push({ at: now + delay, peer, bytes: length })
    }
  }
  return sent
}

function ask(policy: SwarmSharePolicy, peer: string, first: Part, count: number): void {
  expect(
    policy.peerRequests(
      peer,
      Array.from({ length: count }, (_, i) => first + i),
      0,
    ),
  ).toEqual([])
}

function drain(uplink: UplinkBudget, now: number): UploadBlock[] {
  const blocks: UploadBlock[] = []
  for (let block = uplink.nextBlock(now); block; block = uplink.nextBlock(now)) blocks.push(block)
  return blocks
}

/** Sends to one peer over a link of `bytesPerMs`, acknowledged `delay` ms after each block has left; returns the mean rate. */
function run(
  uplink: UplinkBudget,
  policy: SwarmSharePolicy,
  bytesPerMs: number,
  delay: number,
  ms: number,
): number {
  let freeAt = 0
  let sent = 0
  const acknowledgements: Array<{ at: number; bytes: number }> = []
  for (let now = 0; now < ms; now++) {
    while (acknowledgements[0] && acknowledgements[0].at <= now) {
      const { bytes } = acknowledgements.shift()!
      sent += bytes
      uplink.acknowledged(policy, 'a', bytes, now)
    }
    for (const { length } of drain(uplink, now)) {
      freeAt = Math.max(freeAt, now) + length / bytesPerMs
      acknowledgements.push({ at: freeAt + delay, bytes: length })
    }
  }
  return sent / ms
}

describe('what may be in progress', () => {
  it('is three chunks before anything is known, and of large chunks a megabyte', () => {
    for (const [chunk, limit] of [
      [64 * KIB, 192 * KIB],
      [8192 * KIB, 1024 * KIB],
    ] as const) {
      const uplink = new UplinkBudget()
      uplink.add(holder(chunk, 'a'))
      expect(uplink.limit(0)).toBe(limit)
    }
  })

  it('is 90 ms of the rate at which blocks are acknowledged', () => {
    const uplink = new UplinkBudget()
    const policy = holder(64 * KIB, 'a')
    uplink.add(policy)
    ask(policy, 'a', 0, 1000)
    expect(run(uplink, policy, 6000, 5, 3000)).toBeGreaterThan(5700)
    expect(uplink.limit(3000)).toBeGreaterThan(0.9 * 6000 * 90)
    expect(uplink.limit(3000)).toBeLessThan(1.65 * 6000 * 90)
    expect(uplink.inProgress).toBeLessThan(1.75 * 6000 * 90)
  })

  it('is never less than a few blocks, and those are small on a slow link', () => {
    const uplink = new UplinkBudget()
    const policy = holder(64 * KIB, 'a')
    uplink.add(policy)
    ask(policy, 'a', 0, 100)
    run(uplink, policy, 100, 1, 4000)
    expect(uplink.limit(4000)).toBe(32 * KIB)
    expect(policy.uploads.inProgress).toBeLessThanOrEqual(40 * KIB)
  })

  it('covers a long path', () => {
    const uplink = new UplinkBudget()
    const policy = holder(64 * KIB, 'a')
    policy.peerLeft('a', 0)
    policy.peerJoined('a', { isSource: false }, 0)
    policy.peerRoundTrip('a', 200, 0)
    uplink.add(policy)
    ask(policy, 'a', 0, 1000)
    expect(run(uplink, policy, 6000, 200, 8000)).toBeGreaterThan(0.8 * 6000)
  })

  it('grows with what gets through while first copies go out and acknowledgements are slow in coming', () => {
    const uplink = new UplinkBudget()
    const policy = spreading(64 * KIB, 'a', 'b', 'c', 'd')
    uplink.add(policy)
    const sent = slowReceivers(uplink, policy, ['a', 'b', 'c', 'd'], 400, 4000)
    // By the limit alone: three chunks in 400 ms.
    expect(sent).toBeGreaterThan(2 * (4000 / 400) * 192 * KIB)
  })

  it('does not grow like that for who only answers requests: late blocks would make many parts late', () => {
    const uplink = new UplinkBudget()
    const policy = holder(64 * KIB, 'a', 'b', 'c', 'd')
    uplink.add(policy)
    for (const [i, peer] of ['a', 'b', 'c', 'd'].entries()) ask(policy, peer, 400 * i, 400)
    drain(uplink, 0)
    for (let now = 50; now < 250; now += 50) {
      for (const peer of ['a', 'b', 'c', 'd']) uplink.acknowledged(policy, peer, 32 * KIB, now)
      drain(uplink, now)
    }
    expect(uplink.inProgress).toBeLessThanOrEqual(256 * KIB)
  })

  it('is filled at once on a fast link', () => {
    const uplink = new UplinkBudget()
    const policy = holder(1024 * KIB, 'a')
    uplink.add(policy)
    ask(policy, 'a', 0, 1000)
    expect(run(uplink, policy, 600_000, 1, 1000)).toBeGreaterThan(0.85 * 600_000)
  })
})

describe('whose block is next', () => {
  it('finishes a part before the next is begun, first come first served', () => {
    const uplink = new UplinkBudget({ fixedLimit: 1e9 })
    const policy = holder(128 * KIB, 'a', 'b')
    uplink.add(policy)
    ask(policy, 'b', 7, 1)
    ask(policy, 'a', 3, 2)
    const blocks = drain(uplink, 0)
    expect(blocks.map(({ peer, part, offset }) => [peer, part, offset / KIB])).toEqual([
      ...[0, 32, 64, 96].map((offset) => ['b', 7, offset]),
      ...[0, 32, 64, 96].map((offset) => ['a', 3, offset]),
      ...[0, 32, 64, 96].map((offset) => ['a', 4, offset]),
    ])
    expect(blocks.filter(({ isLast }) => isLast)).toHaveLength(3)
  })

  it('passes over a receiver that is backed up while others lack something', () => {
    const uplink = new UplinkBudget({ fixedLimit: 512 * KIB })
    const policy = holder(64 * KIB, 'stuck', 'b')
    uplink.add(policy)
    ask(policy, 'stuck', 0, 100)
    const first = drain(uplink, 0)
    expect(first.length * 32 * KIB).toBeLessThan(320 * KIB)
    ask(policy, 'b', 0, 100)
    expect(drain(uplink, 0)[0]!.peer).toBe('b')
  })

  it('gives the only receiver all there is', () => {
    const uplink = new UplinkBudget({ fixedLimit: 512 * KIB })
    const policy = holder(64 * KIB, 'a')
    uplink.add(policy)
    ask(policy, 'a', 0, 100)
    expect(drain(uplink, 0)).toHaveLength(16)
  })

  it('gives up the room of a receiver that went silent, until it answers', () => {
    const uplink = new UplinkBudget({ fixedLimit: 256 * KIB })
    const policy = holder(64 * KIB, 'silent', 'b')
    uplink.add(policy)
    ask(policy, 'silent', 0, 10)
    const held = drain(uplink, 0).length * 32 * KIB
    expect(uplink.inProgress).toBe(held)
    policy.takeUpdates(STALLED_MS + 300)
    expect(uplink.inProgress).toBe(0)
    ask(policy, 'b', 0, 1)
    expect(drain(uplink, 700).map(({ peer }) => peer)).toEqual(['b', 'b'])
    uplink.acknowledged(policy, 'silent', 32 * KIB, 800)
    expect(uplink.inProgress).toBe(held - 32 * KIB + 64 * KIB)
  })

  it('tries a silent receiver again, lest the rest of a broken-off part is waited for for ever', () => {
    const uplink = new UplinkBudget({ fixedLimit: 64 * KIB })
    const policy = holder(256 * KIB, 'a', 'b')
    uplink.add(policy)
    ask(policy, 'a', 5, 2)
    drain(uplink, 0)
    policy.peerCancels('a', [5], 0)
    policy.takeUpdates(STALLED_MS)
    expect(drain(uplink, STALLED_MS)).toEqual([])
    policy.takeUpdates(2 * STALLED_MS)
    expect(drain(uplink, 2 * STALLED_MS)).toMatchObject([{ part: 6, offset: 0 }])
    expect(uplink.inProgress).toBe(0)
    expect(drain(uplink, 2 * STALLED_MS + 10)).toEqual([])
    uplink.acknowledged(policy, 'a', 96 * KIB, 700)
    expect(drain(uplink, 700)).toMatchObject([{ part: 6 }, { part: 6 }])
  })

  it('divides evenly between shares, by bytes, and lets an idle share claim nothing later', () => {
    const uplink = new UplinkBudget({ fixedLimit: 1e9 })
    const small = holder(32 * KIB, 'a')
    const large = holder(128 * KIB, 'a')
    uplink.add(small)
    uplink.add(large)
    ask(large, 'a', 0, 100)
    for (let i = 0; i < 80; i++) uplink.nextBlock(0)
    ask(small, 'a', 0, 100)
    const bytes = new Map<object, number>([
      [small, 0],
      [large, 0],
    ])
    for (let i = 0; i < 96; i++) {
      const block = uplink.nextBlock(0)!
      bytes.set(block.share, bytes.get(block.share)! + block.length)
    }
    expect(Math.abs(bytes.get(small)! - bytes.get(large)!)).toBeLessThanOrEqual(128 * KIB)
  })

  it('sends nothing of a share that is held back or paused', () => {
    const uplink = new UplinkBudget()
    const policy = holder(64 * KIB, 'a')
    uplink.add(policy)
    ask(policy, 'a', 0, 1)
    policy.holdUploads(100)
    expect(uplink.nextBlock(99)).toBeUndefined()
    expect(uplink.nextBlock(100)).toBeDefined()
    policy.setPaused({ downloads: false, uploads: true }, 100)
    expect(uplink.nextBlock(100)).toBeUndefined()
  })

  it('breaks off a part that is cancelled half-way', () => {
    const uplink = new UplinkBudget({ fixedLimit: 64 * KIB })
    const policy = holder(256 * KIB, 'a')
    uplink.add(policy)
    ask(policy, 'a', 5, 2)
    expect(drain(uplink, 0).map(({ part }) => part)).toEqual([5, 5])
    policy.peerCancels('a', [5], 0)
    uplink.acknowledged(policy, 'a', 64 * KIB, 10)
    expect(drain(uplink, 10).map(({ part, offset }) => [part, offset])).toEqual([
      [6, 0],
      [6, 32 * KIB],
    ])
  })

  it('hands out again from the beginning what a broken lane lost', () => {
    const uplink = new UplinkBudget({ fixedLimit: 96 * KIB })
    const policy = holder(64 * KIB, 'a')
    uplink.add(policy)
    ask(policy, 'a', 0, 3)
    drain(uplink, 0)
    uplink.acknowledged(policy, 'a', 48 * KIB, 10)
    uplink.laneLost(policy, 'a', 20)
    expect(uplink.inProgress).toBe(0)
    const again = drain(uplink, 20)
    expect(again.map(({ part, offset }) => [part, offset / KIB])).toEqual([
      [0, 0],
      [0, 32],
      [1, 0],
    ])
  })

  it('forgets the bytes of a part that cannot be read, and of a peer that left', () => {
    const uplink = new UplinkBudget({ fixedLimit: 1e9 })
    const policy = holder(64 * KIB, 'a', 'b')
    uplink.add(policy)
    ask(policy, 'a', 0, 2)
    ask(policy, 'b', 0, 1)
    drain(uplink, 0)
    expect(uplink.inProgress).toBe(192 * KIB)
    uplink.abandoned(policy, 'a', 0, 0)
    expect(uplink.inProgress).toBe(128 * KIB)
    policy.peerLeft('a', 0)
    expect(uplink.inProgress).toBe(64 * KIB)
  })

  it('never counts more as acknowledged than was sent', () => {
    const uplink = new UplinkBudget({ fixedLimit: 64 * KIB })
    const policy = holder(64 * KIB, 'a')
    uplink.add(policy)
    ask(policy, 'a', 0, 3)
    drain(uplink, 0)
    uplink.acknowledged(policy, 'a', 1e12, 300)
    uplink.acknowledged(policy, 'a', -5, 300)
    uplink.acknowledged(policy, 'stranger', 5, 300)
    expect(uplink.inProgress).toBe(0)
    expect(uplink.rate(600)).toBeLessThan(64 * KIB * 5)
  })

  it('keeps its count right whatever happens in whatever order', () => {
    const event = fc.record({
      is: fc.constantFrom('ask', 'cancel', 'acknowledge', 'send', 'lane', 'abandon', 'leave', 'wait'),
      peer: fc.constantFrom('a', 'b', 'c'),
      part: fc.nat(20),
      bytes: fc.integer({ min: 1, max: 100 * KIB }),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        const uplink = new UplinkBudget()
        const policy = holder(40 * KIB, 'a', 'b', 'c')
        uplink.add(policy)
        let now = 0
        for (const { is, peer, part, bytes } of events) {
          if (is === 'ask') policy.peerRequests(peer, [part], now)
          else if (is === 'cancel') policy.peerCancels(peer, [part], now)
          else if (is === 'acknowledge') uplink.acknowledged(policy, peer, bytes, now)
          else if (is === 'send') uplink.nextBlock(now)
          else if (is === 'lane') uplink.laneLost(policy, peer, now)
          else if (is === 'abandon') uplink.abandoned(policy, peer, part, now)
          else if (is === 'wait') now += bytes / 100
          else {
            policy.peerLeft(peer, now)
            policy.peerJoined(peer, { isSource: false }, now)
          }
          policy.takeUpdates(now)
          expect(uplink.inProgress).toBeGreaterThanOrEqual(0)
        }
        for (const peer of ['a', 'b', 'c']) policy.peerLeft(peer, now)
        expect(uplink.inProgress).toBe(0)
        expect(uplink.nextBlock(now)).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })
})

describe('the largest rate of late', () => {
  it('forgets a rate after eight windows in which the link was full', () => {
    const windows = new RateWindows()
    windows.add(0, 0)
    for (let i = 0; i < 4; i++) windows.add(25_000, 60 * i)
    windows.add(0, 250)
    expect(windows.rate(250)).toBe(400_000)
    for (let i = 1; i <= 9; i++) {
      windows.add(2500, 250 * i + 10)
      windows.markLimited(250 * i + 20)
    }
    expect(windows.rate(2510)).toBeLessThan(20_000)
  })

  it('remembers it through windows in which there was nothing to send', () => {
    const windows = new RateWindows()
    for (let i = 0; i < 5; i++) windows.add(25_000, 50 * i)
    for (let i = 1; i < 40; i++) windows.add(100, 250 * i)
    expect(windows.rate(10_000)).toBeGreaterThan(400_000)
  })
})

describe('the time that may be in progress', () => {
  /** Windows of a link that carries 1 MB/s and whose acknowledgements take `waiting` ms. */
  function windows(time: InProgressTime, count: number, waiting: number): void {
    for (let i = 0; i < count; i++) time.addWindow(Math.min(1e6, (1e6 * time.ms) / waiting))
  }

  it('rises while more in progress gets more through, and falls back when it no longer does', () => {
    const time = new InProgressTime()
    windows(time, 80, 400)
    expect(time.ms).toBeGreaterThan(300)
    windows(time, 400, 10)
    expect(time.ms).toBeLessThan(IN_PROGRESS_MS * 1.6)
  })

  it('stays where it is on a link that is full, whatever is tried', () => {
    const time = new InProgressTime()
    windows(time, 200, 20)
    expect(time.ms).toBe(IN_PROGRESS_MS)
  })

  it('has an end', () => {
    const time = new InProgressTime()
    windows(time, 2000, 100_000)
    expect(time.ms).toBeLessThanOrEqual(MAX_IN_PROGRESS_MS)
  })
})
