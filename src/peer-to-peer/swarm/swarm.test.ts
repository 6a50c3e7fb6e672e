import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryFile, createMemoryShare, MemoryShare } from '../../store/memory-share.ts'
import { LaneHub } from './lanes/lane-hub.ts'
import type { Session } from './share/session.ts'
import {
  completed,
  eventually,
  expectSame,
  fetchFrom,
  testBytes,
  TestNet,
  type TestNode,
} from './test-nodes.ts'

let net: TestNet
beforeEach(() => {
  net = new TestNet()
})
afterEach(() => net.stop())

const POOL = 64 * 2 ** 20

describe.each(['stream', 'tls'] as const)('a swarm over the %s lane', (lanes) => {
  it('brings a share from one node to another, and every buffer is given back', async () => {
    const [source, receiver] = (await net.nodes(2, { lanes })) as [TestNode, TestNode]
    const share = await createMemoryFile('a.bin', testBytes(3_000_000))
    const serving = source.swarm.join(share)
    const { session, share: got } = fetchFrom(receiver, source, share)
    const safe = eventually((listener) => serving.events.on('safe-to-leave', listener))
    await completed(got)
    await expectSame(got, share)
    await safe
    expect(receiver.buffers.bytesFree).toBe(POOL)
    expect(session.snapshot().peers[0]).toMatchObject({ lane: lanes, isSource: true, name: 'node 0', has: 1 })
    expect(serving.snapshot().copies).toEqual({ complete: 1, of: 1 })
    const pages = share.partLength(0) + share.partLength(1)
    expect(serving.counters.sent).toBe(3_000_000 + pages)
    expect(session.counters.received).toBe(3_000_000 + pages)
  })

  it('brings folders of many small files, and shares of nothing', async () => {
    const [source, receiver] = (await net.nodes(2, { lanes })) as [TestNode, TestNode]
    const files = Array.from({ length: 3_000 }, (_, i) => ({
      path: `d${i % 7}/f${i}`,
      bytes: testBytes(i % 500, i),
    }))
    const folder = await createMemoryShare('folder', files)
    const empty = await createMemoryShare('empty', [{ path: 'nothing/', bytes: new Uint8Array() }])
    for (const share of [folder, empty]) source.swarm.join(share)
    const got = [folder, empty].map((share) => fetchFrom(receiver, source, share).share)
    await Promise.all(got.map(completed))
    await expectSame(got[0]!, folder)
    await expectSame(got[1]!, empty)
  })

  it('takes up an interrupted download where it was, at the cost of what was on its way', async () => {
    const source = await net.node('source', { lanes, limits: { up: 4_000_000, down: 0 } })
    const receiver = await net.node('receiver', { lanes })
    const share = await createMemoryFile('a.bin', testBytes(2_500_000))
    const serving = source.swarm.join(share)
    const first = fetchFrom(receiver, source, share)
    await eventually(
      (listener) => first.session.events.on('part-received', listener),
      () => first.share.held.count > 40,
    )
    first.session.leave()
    expect(first.share.isComplete).toBe(false)
    const again = receiver.swarm.join(first.share)
    again.addCandidate(source.libp2p.peerId, { isHint: true })
    await completed(first.share)
    await expectSame(first.share, share)
    expect(serving.counters.sent).toBeLessThanOrEqual(share.root!.size + 16 * share.root!.chunkSize)
  })

  it('forms a swarm of five receivers that know nobody but the source', async () => {
    const limits = { up: 1_500_000, down: 0 }
    const [source, ...receivers] = (await net.nodes(6, { lanes, limits })) as [TestNode, ...TestNode[]]
    const share = await createMemoryFile('a.bin', testBytes(2_000_000))
    source.swarm.join(share)
    const gets = receivers.map((node) => fetchFrom(node, source, share))
    await Promise.all(gets.map((get) => completed(get.share)))
    for (const get of gets) await expectSame(get.share, share)
    const fromOthers = gets.map(({ session }) => session.snapshot().fromOthers ?? 0)
    expect(fromOthers.reduce((sum, part) => sum + part, 0) / gets.length).toBeGreaterThan(0.3)
  })

  it('completes everywhere although the source is gone once a copy is out', async () => {
    const [source, ...receivers] = (await net.nodes(4, { lanes })) as [TestNode, ...TestNode[]]
    const share = await createMemoryFile('a.bin', testBytes(8_000_000))
    const serving = source.swarm.join(share)
    const gone = eventually((listener) => serving.events.on('safe-to-leave', listener)).then(async () => {
      await source.swarm.stop()
      await source.libp2p.stop()
    })
    const gets = receivers.map((node) => fetchFrom(node, source, share))
    await gone
    await Promise.all(gets.map((get) => completed(get.share)))
    for (const get of gets) await expectSame(get.share, share)
  })

  it('waits when nobody has the rest, and completes when somebody with the rest appears', async () => {
    const [source, receiver, other] = (await net.nodes(3, { lanes })) as [TestNode, TestNode, TestNode]
    const share = await createMemoryFile('a.bin', testBytes(4_000_000))
    source.swarm.join(share)
    const get = fetchFrom(receiver, source, share)
    await eventually(
      (listener) => get.session.events.on('part-received', listener),
      () => get.share.held.count > 20,
    )
    const left = eventually((listener) => get.session.events.on('peer-left', listener))
    await source.swarm.stop()
    await left
    expect(get.share.isComplete).toBe(false)
    expect(get.session.snapshot().nobodyHas).toBeGreaterThan(0)
    const copy = await createMemoryFile('a.bin', testBytes(4_000_000))
    other.swarm.join(copy)
    get.session.addCandidate(other.libp2p.peerId, { addresses: other.libp2p.getMultiaddrs() })
    await completed(get.share)
    await expectSame(get.share, share)
  })

  it('finds the share at whoever is connected, whichever side joins first', async () => {
    const [a, b] = (await net.nodes(2, { lanes })) as [TestNode, TestNode]
    await a.libp2p.dial(b.libp2p.getMultiaddrs())
    const share = await createMemoryFile('a.bin', testBytes(100_000))
    const got = new MemoryShare(share.cid)
    a.swarm.join(got)
    b.swarm.join(share)
    await completed(got)
    await expectSame(got, share)
  })

  it('keeps several shares between the same two peers apart', async () => {
    const [a, b] = (await net.nodes(2, { lanes })) as [TestNode, TestNode]
    const shares = await Promise.all(
      [1, 2, 3, 4].map((seed) => createMemoryFile(`${seed}`, testBytes(700_000, seed))),
    )
    for (const [i, share] of shares.entries()) (i % 2 === 0 ? a : b).swarm.join(share)
    const gets = shares.map((share, i) => (i % 2 === 0 ? fetchFrom(b, a, share) : fetchFrom(a, b, share)))
    await Promise.all(gets.map((get) => completed(get.share)))
    for (const [i, get] of gets.entries()) await expectSame(get.share, shares[i]!)
  })
})

describe('the TLS lane of two that meet', () => {
  async function meet(shares: [MemoryShare, MemoryShare]): Promise<Session> {
    const nodes = (await net.nodes(2, { lanes: 'tls' })) as [TestNode, TestNode]
    const [a, b] = shares.map((share, i) => nodes[i]!.swarm.join(share)) as [Session, Session]
    const joined = [a, b].map((session) => eventually((heard) => session.events.on('peer-joined', heard)))
    b.addCandidate(nodes[0].libp2p.peerId, { addresses: nodes[0].libp2p.getMultiaddrs(), isHint: true })
    await Promise.all(joined)
    return b
  }

  it('is opened before anything passes where one of them lacks something', async () => {
    const { cid } = await createMemoryFile('a.bin', testBytes(1_000))
    const session = await meet([new MemoryShare(cid), new MemoryShare(cid)])
    await expect.poll(() => session.snapshot().peers[0]?.lane).toBe('tls')
  })

  it('is not asked for where both hold everything', async () => {
    const wanted = vi.spyOn(LaneHub.prototype, 'wanted')
    const share = await createMemoryFile('a.bin', testBytes(1_000))
    await meet([share, await createMemoryFile('a.bin', testBytes(1_000))])
    expect(wanted).not.toHaveBeenCalled()
    wanted.mockRestore()
  })
})
