import { setTimeout } from 'node:timers/promises'
import type { Stream } from '@libp2p/interface'
import { afterEach, describe, expect, it } from 'vitest'
import { Cleanup, silentLogger, systemClock, systemRandom } from '../../../base/index.ts'
import { createTestLibp2p, testBytes } from '../test-nodes.ts'
import type { BlockFrame, MessageFrame, MessagesReceivedFrame } from '../wire/blocks.ts'
import type { BlockTarget } from './lane-reader.ts'
import { Lane, type LaneKind, type LaneSink } from './lane.ts'
import { streamPipe } from './stream-pipe.ts'
import { dialTlsLane } from './tls-dial.ts'
import { createTlsIdentity } from './tls-identity.ts'
import { TlsListener } from './tls-listener.ts'
import { TurnPacer } from './turn-pacer.ts'

let cleanup = new Cleanup()
afterEach(async () => {
  await cleanup.run()
  cleanup = new Cleanup()
})

/** Keeps what comes; `decide` may make blocks wait or be dropped. */
class RecordingSink implements LaneSink {
  readonly blocks: { block: BlockFrame; bytes: Uint8Array }[] = []
  acknowledgedBytes = 0
  decide: (block: BlockFrame) => BlockTarget | undefined = () => undefined
  readonly ended = Promise.withResolvers<Error | undefined>()
  #onChange: () => void = () => {}
  #target: Uint8Array | undefined

  blockStart(_lane: Lane, block: BlockFrame): BlockTarget {
    const decision = this.decide(block)
    this.#target = decision === undefined ? new Uint8Array(block.length) : undefined
    return decision ?? this.#target!
  }

  blockEnd(_lane: Lane, block: BlockFrame): void {
    if (this.#target) this.blocks.push({ block, bytes: this.#target })
    this.#onChange()
  }

  readonly messages: { frame: MessageFrame; bytes: Uint8Array }[] = []
  readonly confirmed: MessagesReceivedFrame[] = []

  message(_lane: Lane, frame: MessageFrame, bytes: Uint8Array): void {
    this.messages.push({ frame, bytes })
    this.#onChange()
  }

  messagesReceived(_lane: Lane, frame: MessagesReceivedFrame): void {
    this.confirmed.push(frame)
    this.#onChange()
  }

  acknowledged(_lane: Lane, bytes: number): void {
    this.acknowledgedBytes += bytes
    this.#onChange()
  }

  closed(_lane: Lane, error: Error | undefined): void {
    this.ended.resolve(error)
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = () => {
        if (condition()) resolve()
      }
      this.#onChange()
    })
  }
}

interface Pair {
  a: Lane
  b: Lane
  sinkA: RecordingSink
  sinkB: RecordingSink
}

async function streamPair(): Promise<Pair> {
  const [{ libp2p: nodeA }, { libp2p: nodeB }] = await Promise.all([createTestLibp2p(), createTestLibp2p()])
  cleanup.add(() => Promise.all([nodeA.stop(), nodeB.stop()]))
  const accepted = Promise.withResolvers<Stream>()
  await nodeB.handle('/test/lane', (stream) => accepted.resolve(stream))
  const stream = await nodeA.dialProtocol(nodeB.getMultiaddrs(), '/test/lane')
  const [sinkA, sinkB] = [new RecordingSink(), new RecordingSink()]
  const over = (end: Stream, sink: LaneSink): Lane => {
    const lane: Lane = new Lane({
      kind: 'stream',
      peer: 'x',
      pipe: streamPipe(end, () => lane),
      sink,
      clock: systemClock,
    })
    return lane
  }
  return { a: over(stream, sinkA), b: over(await accepted.promise, sinkB), sinkA, sinkB }
}

async function tlsPair(): Promise<Pair> {
  const [mine, theirs] = await Promise.all([createTlsIdentity(systemClock), createTlsIdentity(systemClock)])
  const listener = new TlsListener({
    identity: theirs,
    clock: systemClock,
    log: silentLogger,
    pacer: new TurnPacer(systemClock),
  })
  await listener.listen()
  cleanup.add(() => listener.close())
  const token = systemRandom.bytes(32)
  const [sinkA, sinkB] = [new RecordingSink(), new RecordingSink()]
  const accepted = Promise.withResolvers<Lane>()
  listener.invite(token, {
    peer: 'a',
    fingerprint: mine.fingerprint,
    sink: sinkB,
    accepted: accepted.resolve,
  })
  const a = await dialTlsLane({
    pacer: new TurnPacer(systemClock),
    peer: 'b',
    host: '127.0.0.1',
    port: listener.port,
    identity: mine,
    fingerprint: theirs.fingerprint,
    token,
    sink: sinkA,
    clock: systemClock,
  })
  return { a, b: await accepted.promise, sinkA, sinkB }
}

const PAIRS: Record<LaneKind, () => Promise<Pair>> = { stream: streamPair, tls: tlsPair }

/** Sends a part of 300,000 bytes in blocks. */
function sendPart(lane: Lane, part: number): Uint8Array {
  const bytes = testBytes(300_000, part)
  for (let offset = 0; offset < bytes.length; offset += 32_768) {
    const payload = bytes.subarray(offset, offset + 32_768)
    const last = offset + payload.length === bytes.length
    const block: BlockFrame = { is: 'block', handle: 9, part, offset, length: payload.length, last }
    lane.sendBlock(block, { bytes: payload, hasRoom: false })
  }
  return bytes
}

const joined = (sink: RecordingSink, part: number): Buffer =>
  Buffer.concat(sink.blocks.filter(({ block }) => block.part === part).map(({ bytes }) => bytes))

describe.each(['stream', 'tls'] as const)('a %s lane', (kind) => {
  it('carries blocks both ways at once, in order, and acknowledges all of them', async () => {
    const { a, b, sinkA, sinkB } = await PAIRS[kind]()
    const sentByA = [1, 2, 3].map((part) => sendPart(a, part))
    const sentByB = [4, 5].map((part) => sendPart(b, part))
    await Promise.all([
      sinkA.until(() => sinkA.acknowledgedBytes === 900_000),
      sinkB.until(() => sinkB.acknowledgedBytes === 600_000),
    ])
    sentByA.forEach((bytes, i) => expect(joined(sinkB, i + 1).equals(bytes)).toBe(true))
    sentByB.forEach((bytes, i) => expect(joined(sinkA, i + 4).equals(bytes)).toBe(true))
    const order = sinkB.blocks.map(({ block }) => block.part)
    expect(order).toEqual(order.toSorted((x, y) => x - y))
    expect([a.inProgress, b.inProgress]).toEqual([0, 0])
  })

  it('carries long blocks with their headers in the memory where they lie, and says when it is free', async () => {
    const { a, sinkA, sinkB } = await PAIRS[kind]()
    const memory = testBytes(6 * (16 + 65_536), 7)
    const parts = [0, 1, 2, 3, 4, 5].map((i) =>
      memory.subarray((i + 1) * 16 + i * 65_536, (i + 1) * (16 + 65_536)),
    )
    const sent = parts.map((bytes) => Buffer.from(bytes))
    const flushed: number[] = []
    for (const [part, bytes] of parts.entries()) {
      const block: BlockFrame = { is: 'block', handle: 9, part, offset: 0, length: bytes.length, last: true }
      a.sendBlock(block, { bytes, hasRoom: true }, () => flushed.push(part))
      if (part === 3) sendPart(a, 9)
    }
    await sinkA.until(() => sinkA.acknowledgedBytes === 6 * 65_536 + 300_000)
    for (const [part, bytes] of sent.entries()) expect(joined(sinkB, part).equals(bytes)).toBe(true)
    expect(joined(sinkB, 9).equals(testBytes(300_000, 9))).toBe(true)
    expect(flushed).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('says that memory is free when it ends before all is sent', async () => {
    const { a } = await PAIRS[kind]()
    const left = new Set<number>()
    const freed = Promise.withResolvers<void>()
    const memory = new Uint8Array(200 * (16 + 65_536))
    for (let part = 0; part < 200; part++) {
      const block: BlockFrame = { is: 'block', handle: 9, part, offset: 0, length: 65_536, last: true }
      left.add(part)
      const end = (part + 1) * (16 + 65_536)
      // Some by themselves, some with others.
      a.sendBlock(block, { bytes: memory.subarray(end - 65_536, end), hasRoom: part < 100 }, () => {
        left.delete(part)
        if (left.size === 0) freed.resolve()
      })
    }
    await setTimeout(5)
    a.close()
    await freed.promise
  })

  it('carries messages between blocks, and the word that they were received', async () => {
    const { a, b, sinkA, sinkB } = await PAIRS[kind]()
    const message = (number: number, length: number): Uint8Array => {
      const bytes = testBytes(length, number)
      a.sendMessage({ is: 'message', handle: 9, epoch: 3, number, length }, bytes)
      return bytes
    }
    const first = message(0, 1)
    const part = sendPart(a, 1)
    const second = message(1, 100_000)
    b.sendMessagesReceived({ is: 'messages-received', handle: 4, epoch: 3, count: 2 })
    await sinkB.until(() => sinkB.messages.length === 2)
    await sinkA.until(() => sinkA.confirmed.length === 1 && sinkA.acknowledgedBytes === 300_000)
    expect(
      sinkB.messages.map(({ bytes }) => Buffer.from(bytes).equals(bytes.length === 1 ? first : second)),
    ).toEqual([true, true])
    expect(joined(sinkB, 1).equals(part)).toBe(true)
    expect(sinkA.confirmed).toEqual([{ is: 'messages-received', handle: 4, epoch: 3, count: 2 }])
  })

  it('waits when there is no room, and loses nothing by it', async () => {
    const { a, b, sinkA, sinkB } = await PAIRS[kind]()
    const waited = Promise.withResolvers<void>()
    sinkB.decide = () => {
      waited.resolve()
      return 'wait'
    }
    const bytes = sendPart(a, 1)
    await waited.promise
    expect(sinkB.blocks).toEqual([])
    sinkB.decide = () => undefined
    b.resume()
    await sinkA.until(() => sinkA.acknowledgedBytes === 300_000)
    expect(joined(sinkB, 1).equals(bytes)).toBe(true)
  })

  it('acknowledges what is thrown away too: the sender must not wait for it', async () => {
    const { a, sinkA, sinkB } = await PAIRS[kind]()
    sinkB.decide = (block) => (block.part === 1 ? 'drop' : undefined)
    sendPart(a, 1)
    const bytes = sendPart(a, 2)
    await sinkA.until(() => sinkA.acknowledgedBytes === 600_000)
    expect(joined(sinkB, 1).length).toBe(0)
    expect(joined(sinkB, 2).equals(bytes)).toBe(true)
  })

  it('acknowledges within a moment what is less than it counts to: the sender may be waiting for it', async () => {
    const { a, sinkA } = await PAIRS[kind]()
    const send = (part: number, length: number): void => {
      const block: BlockFrame = { is: 'block', handle: 9, part, offset: 0, length, last: false }
      a.sendBlock(block, { bytes: new Uint8Array(length), hasRoom: false })
    }
    send(1, 1_000)
    await sinkA.until(() => sinkA.acknowledgedBytes === 1_000)
    // Many at once make it count to more than this.
    for (let part = 0; part < 160; part++) send(part, 65_536)
    send(1_000, 32_768)
    await sinkA.until(() => sinkA.acknowledgedBytes === 1_000 + 160 * 65_536 + 32_768)
  })

  it('tells both ends when one ends it, once, and takes nothing more', async () => {
    const { a, b, sinkA, sinkB } = await PAIRS[kind]()
    a.close()
    await Promise.all([sinkA.ended.promise, sinkB.ended.promise])
    expect([a.isOpen, b.isOpen]).toEqual([false, false])
    expect(() => sendPart(b, 1)).toThrow(expect.objectContaining({ code: 'peer-gone' }))
  })

  it('ends when the sink finds that the other side breaks the protocol', async () => {
    const { a, sinkB } = await PAIRS[kind]()
    sinkB.decide = () => {
      throw new Error('not asked for')
    }
    sendPart(a, 1)
    expect(await sinkB.ended.promise).toMatchObject({ message: 'not asked for' })
  })

  it('ends when the other side acknowledges what was never sent', async () => {
    const { a, b, sinkA, sinkB } = await PAIRS[kind]()
    sendPart(a, 1)
    await sinkA.until(() => sinkA.acknowledgedBytes === 300_000)
    // B has sent nothing: the end of A that counts for B is at 0, so an honest A never acknowledges to it.
    a.push(Uint8Array.of(2, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    expect(await sinkA.ended.promise).toMatchObject({ code: 'protocol-violation' })
    await sinkB.ended.promise
    expect(b.isOpen).toBe(false)
  })
})
