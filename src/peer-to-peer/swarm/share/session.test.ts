import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Emitter, ShoalError, sleep, type Gaps } from '../../../base/index.ts'
import type { PartBuffer } from '../../../store/index.ts'
import { createMemoryFile, MemoryShare } from '../../../store/memory-share.ts'
import { LaneHub } from '../lanes/lane-hub.ts'
import { SWARM_PROTOCOL } from '../limits.ts'
import {
  completed,
  createTestLibp2p,
  eventually,
  expectSame,
  fastClock,
  fetchFrom,
  testBytes,
  TestNet,
} from '../test-nodes.ts'
import { frame } from '../wire/frames.ts'
import { encodeMessage, PROTOCOL_VERSION } from '../wire/messages.ts'
import type { Session } from './session.ts'

let net: TestNet
beforeEach(() => {
  net = new TestNet()
})
afterEach(() => net.stop())

/** Disk full after some parts, until told otherwise. */
class FullDisk extends MemoryShare {
  room = 10
  override async putPart(part: number, buffer: PartBuffer): Promise<boolean> {
    if (this.room-- > 0) return super.putPart(part, buffer)
    buffer.release()
    throw new ShoalError('disk-full', 'no space left')
  }
}

/** Files that are no longer what was shared: reading some parts fails, as the disk store's does. */
class ChangedFile extends MemoryShare {
  readonly changed = new Set<number>()
  override async readPartInto(part: number, offset: number, into: Uint8Array, gaps?: Gaps): Promise<void> {
    this.#check(part)
    return super.readPartInto(part, offset, into, gaps)
  }
  override async readPart(part: number, offset: number, length: number): Promise<Uint8Array> {
    this.#check(part)
    return super.readPart(part, offset, length)
  }
  #check(part: number): void {
    if (!this.changed.has(part)) return
    if (this.held.delete(part)) this.events.emit('held', { part, held: false })
    throw new ShoalError('source-changed', 'the file changed')
  }
}

async function copyInto(target: MemoryShare, share: MemoryShare): Promise<void> {
  await target.putRoot(share.rootBytes!)
  for (let part = 0; part < share.parts; part++) {
    const bytes = await share.readPart(part, 0, share.partLength(part))
    await target.putPart(part, { bytes, release: () => {} })
  }
}

describe('a session', () => {
  it('has one link to a peer even if both ask each other at once, and both agree on which', async () => {
    const [a, b] = await net.pair()
    for (let round = 0; round < 8; round++) {
      const share = await createMemoryFile(`${round}`, testBytes(60_000, round))
      const got = new MemoryShare(share.cid)
      const [mine, theirs] = [a.swarm.join(share), b.swarm.join(got)]
      mine.addCandidate(b.libp2p.peerId, { addresses: b.libp2p.getMultiaddrs(), isHint: true })
      theirs.addCandidate(a.libp2p.peerId, { addresses: a.libp2p.getMultiaddrs(), isHint: true })
      await completed(got)
      expect([mine.snapshot().peers.length, theirs.snapshot().peers.length]).toEqual([1, 1])
    }
    const controls = a.libp2p
      .getConnections()
      .flatMap((c) => c.streams.filter((s) => s.protocol === '/shoal/swarm/1'))
    expect(controls.filter((stream) => stream.status === 'open').length).toBe(8)
  })

  it('does not ask whoever is asking at that moment, but does when nothing came of it', async () => {
    const receiver = await net.node('receiver', { clock: fastClock(20) })
    const share = await createMemoryFile('a', testBytes(60_000))
    receiver.swarm.join(new MemoryShare(share.cid))
    const { libp2p: other } = await createTestLibp2p()
    net.add(() => other.stop())
    let isOver = false
    const asked = new Promise<boolean>((resolve) => void other.handle(SWARM_PROTOCOL, () => resolve(isOver)))
    const connection = await other.dial(receiver.libp2p.getMultiaddrs())
    const stream = await connection.newStream(SWARM_PROTOCOL)
    stream.send(frame(encodeMessage({ is: 'hello', version: PROTOCOL_VERSION, nonce: new Uint8Array(32) })))
    // Six times as long as a stranger is left to begin, on the receiver's clock.
    const early = await Promise.race([asked, sleep(100)])
    expect(early).toBeUndefined()
    isOver = true
    await stream.close()
    expect(await asked).toBe(true)
  })

  it('says again who it is when its addresses change, and its neighbours pass that on', async () => {
    const clock = fastClock(20)
    const events = new Emitter<{ changed: Record<string, never> }>()
    const said = { bytes: Uint8Array.of(1, 2, 3), events }
    const nothing = { bytes: Uint8Array.of(1), events: new Emitter<{ changed: Record<string, never> }>() }
    const [moving, middle, late] = await Promise.all([
      net.node('moving', { clock, record: said }),
      net.node('middle', { clock }),
      net.node('late', { clock, record: nothing }),
    ])
    const share = await createMemoryFile('a', testBytes(60_000))
    moving.swarm.join(share)
    const joined = (session: Session, name: string): Promise<unknown> =>
      eventually<{ name: string }>(
        (listener) => session.events.on('peer-joined', listener),
        (peer) => peer.name === name,
      )
    const { session: first } = fetchFrom(middle, moving, share)
    await joined(first, 'moving')
    const { session: second } = fetchFrom(late, middle, share)
    await joined(second, 'middle')
    const met = joined(second, 'moving')
    expect(await Promise.race([met, sleep(500).then(() => 'not met')])).toBe('not met')
    said.bytes = Uint8Array.from(moving.record.bytes)
    events.emit('changed', {})
    await met
  })

  it('keeps the thread awake for the last steps of a download as soon as its last byte is here, and only then', async () => {
    const [source, receiver] = await net.pair()
    const share = await createMemoryFile('a', testBytes(1_500_000))
    source.swarm.join(share)
    const missing: number[] = []
    const awake = vi.spyOn(LaneHub.prototype, 'stayAwake').mockImplementation(() => {
      missing.push(got.parts - got.held.count)
    })
    const { share: got } = fetchFrom(receiver, source, share)
    await completed(got)
    awake.mockRestore()
    expect(missing).toHaveLength(1)
    // Before it is verified, not when it is.
    expect(missing[0]).toBeGreaterThan(0)
  })

  it('waits for the disk, says so, and goes on by itself when the store has recovered', async () => {
    const source = await net.node('source', { clock: fastClock(10) })
    const receiver = await net.node('receiver')
    const share = await createMemoryFile('a', testBytes(1_500_000))
    source.swarm.join(share)
    const disk = new FullDisk(share.cid)
    const session = receiver.swarm.join(disk)
    const trouble = eventually((listener) => session.events.on('trouble', listener))
    session.addCandidate(source.libp2p.peerId, { addresses: source.libp2p.getMultiaddrs(), isHint: true })
    expect(await trouble).toMatchObject({ error: { code: 'disk-full' } })
    expect(disk.isComplete).toBe(false)
    disk.room = Infinity
    disk.events.emit('recovered', {})
    await completed(disk)
    await expectSame(disk, share)
  })

  it('goes on after trouble when a person says so', async () => {
    const source = await net.node('source', { clock: fastClock(10) })
    const receiver = await net.node('receiver')
    const share = await createMemoryFile('a', testBytes(1_500_000))
    source.swarm.join(share)
    const disk = new FullDisk(share.cid)
    const session = receiver.swarm.join(disk)
    const trouble = eventually((listener) => session.events.on('trouble', listener))
    session.addCandidate(source.libp2p.peerId, { addresses: source.libp2p.getMultiaddrs(), isHint: true })
    await trouble
    disk.room = Infinity
    session.resume()
    await completed(disk)
  })

  it('stops when paused and goes on when resumed', async () => {
    const source = await net.node('source', { limits: { up: 3_000_000, down: 0 } })
    const receiver = await net.node('receiver')
    const share = await createMemoryFile('a', testBytes(1_500_000))
    source.swarm.join(share)
    const { session, share: got } = fetchFrom(receiver, source, share)
    await eventually((listener) => session.events.on('part-received', listener))
    session.pause()
    expect(got.isComplete).toBe(false)
    session.resume()
    await completed(got)
  })

  it.each(['tls', 'stream'] as const)(
    'that leaves the moment it has everything has told so before, by lanes of kind %s',
    async (lanes) => {
      const [source, receiver] = [await net.node('source', { lanes }), await net.node('receiver', { lanes })]
      const share = await createMemoryFile('a', testBytes(1_500_000))
      const serving = source.swarm.join(share)
      const told: string[] = []
      serving.events.on('safe-to-leave', () => told.push(`safe ${serving.snapshot().copies.complete}`))
      serving.events.on('peer-left', ({ reason }) => told.push(reason))
      const { session } = fetchFrom(receiver, source, share)
      session.events.on('complete', () => session.leave())
      await eventually((listener) => serving.events.on('peer-left', listener))
      expect(told).toEqual(['safe 1', 'leaving'])
    },
  )

  it('does not ban an honest source whose file changed, and gets the rest elsewhere', async () => {
    const [source, receiver] = await net.pair()
    const other = await net.node('other')
    const share = await createMemoryFile('a', testBytes(1_500_000))
    const changed = new ChangedFile(share.cid)
    await copyInto(changed, share)
    for (let part = 10; part < 20; part++) changed.changed.add(part)
    source.swarm.join(changed)
    const { session, share: got } = fetchFrom(receiver, source, share)
    await eventually(
      (listener) => session.events.on('part-received', listener),
      () => got.held.count > share.parts - 15,
    )
    expect(session.isBanned(source.libp2p.peerId.toString())).toBe(false)
    other.swarm.join(share)
    session.addCandidate(other.libp2p.peerId, { addresses: other.libp2p.getMultiaddrs() })
    await completed(got)
    await expectSame(got, share)
  })

  it('notices a peer that vanished without a word, and takes it back when it returns', async () => {
    const source = await net.node('source')
    const receiver = await net.node('receiver', { clock: fastClock(10) })
    const share = await createMemoryFile('a', testBytes(300_000))
    const serving = source.swarm.join(share)
    const { session, share: got } = fetchFrom(receiver, source, share)
    await completed(got)
    const left = eventually((listener) => session.events.on('peer-left', listener))
    for (const connection of source.libp2p.getConnections())
      for (const stream of connection.streams) stream.pause()
    const back = eventually((listener) => serving.events.on('peer-joined', listener))
    expect(await left).toMatchObject({ reason: 'no sign of life for 10 s' })
    await back
    expect(serving.snapshot().peers.length).toBe(1)
  })

  it('keeps to a download limit, and says that it is what limits', async () => {
    const [source, receiver] = await net.pair()
    const share = await createMemoryFile('a', testBytes(400_000))
    source.swarm.join(share)
    const got = new MemoryShare(share.cid)
    const session = receiver.swarm.join(got, { limits: { up: 0, down: 200_000 } })
    const began = performance.now()
    session.addCandidate(source.libp2p.peerId, { addresses: source.libp2p.getMultiaddrs(), isHint: true })
    await eventually(
      (listener) => session.events.on('part-received', listener),
      () => got.bytesHeld > 200_000,
    )
    expect(session.snapshot().limit).toBe('set-limit')
    await completed(got)
    // Faster is impossible, however busy the machine: 64 KiB of burst, the rest at 200,000 bytes a second.
    expect(performance.now() - began).toBeGreaterThan(1_500)
  })

  it('keeps to an upload limit of one share', async () => {
    const [source, receiver] = await net.pair()
    const share = await createMemoryFile('a', testBytes(400_000))
    const serving = source.swarm.join(share, { limits: { up: 200_000, down: 0 } })
    const { share: got } = fetchFrom(receiver, source, share)
    const began = performance.now()
    await completed(got)
    expect(performance.now() - began).toBeGreaterThan(1_500)
    serving.setLimits({ up: 0, down: 0 })
  })

  it('says what nobody here has when it is alone', async () => {
    const [, receiver] = await net.pair()
    const share = await createMemoryFile('a', testBytes(300_000))
    const got = new MemoryShare(share.cid)
    await got.putRoot(share.rootBytes!)
    const session = receiver.swarm.join(got)
    expect(session.snapshot()).toMatchObject({ limit: 'no-source', peers: [], fromOthers: undefined })
    expect(session.snapshot().nobodyHas).toBe(share.parts)
    expect([...new Set(session.snapshot().picture().chunkGivers)]).toEqual([-1])
  })

  it('shows who gave each chunk', async () => {
    const [source, receiver] = await net.pair()
    const share = await createMemoryFile('a', testBytes(300_000))
    const serving = source.swarm.join(share)
    const { session, share: got } = fetchFrom(receiver, source, share)
    await completed(got)
    // The store says complete a moment before the last part is booked.
    await new Promise((resolve) => setImmediate(resolve))
    const { picture, fromOthers, peers } = session.snapshot()
    const { chunkGivers, givers } = picture()
    expect(givers.map(({ isMe, isSource }) => [isMe, isSource])).toEqual([
      [false, true],
      [true, false],
    ])
    expect([...new Set(chunkGivers)]).toEqual([0])
    expect(fromOthers).toBe(0)
    expect(peers[0]).toMatchObject({ openedBy: 'me', name: 'node 0', isSource: true })
    const mine = serving.snapshot()
    expect([...new Set(mine.picture().chunkGivers)]).toEqual([0])
    expect(mine.picture().givers[0]).toMatchObject({ isMe: true })
    expect(mine.peers[0]).toMatchObject({ openedBy: 'them' })
  })
})
