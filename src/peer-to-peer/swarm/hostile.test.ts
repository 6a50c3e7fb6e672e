import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryFile, type MemoryShare } from '../../store/memory-share.ts'
import { HostilePeer } from './hostile-peer.ts'
import type { Session } from './share/session.ts'
import {
  completed,
  createTestLibp2p,
  eventually,
  fastClock,
  fetchFrom,
  testBytes,
  TestNet,
  type TestNode,
} from './test-nodes.ts'
import { encodeMessage, type Message } from './wire/messages.ts'

const SIZE = 2_000_000

let net: TestNet
let source: TestNode
let receiver: TestNode
let share: MemoryShare
beforeEach(async () => {
  net = new TestNet()
  ;[source, receiver] = (await net.nodes(2, { lanes: 'stream' })) as [TestNode, TestNode]
  share = await createMemoryFile('a.bin', testBytes(SIZE))
})
afterEach(() => net.stop())

/** A hostile peer that has joined the receiver's swarm before any honest peer. */
async function against(node: TestNode, state?: Parameters<HostilePeer['join']>[2]): Promise<HostilePeer> {
  const { libp2p } = await createTestLibp2p()
  net.add(() => libp2p.stop())
  const hostile = new HostilePeer(libp2p)
  await hostile.join(node.libp2p.getMultiaddrs(), share, state)
  return hostile
}

/** The receiver has joined with the root and nobody else to ask; then comes the hostile peer. */
async function victim(state?: Parameters<HostilePeer['join']>[2]): Promise<{
  session: Session
  got: MemoryShare
  hostile: HostilePeer
}> {
  const { session, share: got } = fetchNobody(receiver)
  await got.putRoot(share.rootBytes!)
  const hostile = await against(receiver, state)
  return { session, got, hostile }
}

function fetchNobody(node: TestNode): { session: Session; share: MemoryShare } {
  const { session, share: got } = fetchFrom(node, source, share)
  return { session, share: got }
}

/** Whatever happened, the honest rest completes, with the right bytes. */
async function expectHonestRestCompletes(got: MemoryShare): Promise<void> {
  source.swarm.join(share)
  await completed(got)
  for (let part = 0; part < share.parts; part++) {
    const length = share.partLength(part)
    const [a, b] = await Promise.all([got.readPart(part, 0, length), share.readPart(part, 0, length)])
    expect(Buffer.compare(a, b)).toBe(0)
  }
}

const isRequest = (message: Message): boolean => message.is === 'update' && message.request.length > 0

/** Sends a part with wrong bytes whenever it is asked for one. */
function answerWithRubbish(hostile: HostilePeer): void {
  hostile.on((message) => {
    if (message.is !== 'update') return
    for (const part of message.request) {
      const payload = new Uint8Array(Math.min(share.partLength(part), 32_768)).fill(0xee)
      void hostile.sendBlock({ part, offset: 0, length: payload.length, last: true }, payload).catch(() => {})
    }
  })
}

describe('a peer that knows the share and lies', () => {
  it('is banned for wrong bytes, and they reach nobody', async () => {
    const { session, got, hostile } = await victim()
    const banned = eventually((listener) => session.events.on('peer-banned', listener))
    answerWithRubbish(hostile)
    hostile.claimAll(share.parts)
    expect(await banned).toMatchObject({ peer: hostile.libp2p.peerId.toString() })
    await hostile.closed()
    await expectHonestRestCompletes(got)
    expect(session.isBanned(hostile.libp2p.peerId.toString())).toBe(true)
  })

  it('cannot come back to the same share while banned, and is answered as if it were unknown', async () => {
    const { hostile } = await victim()
    answerWithRubbish(hostile)
    hostile.claimAll(share.parts)
    await hostile.closed()
    const again = new HostilePeer(hostile.libp2p)
    void again.join(receiver.libp2p.getMultiaddrs(), share)
    await again.closed()
    expect(again.received).toEqual([])
  })

  it('costs no more than time when it claims everything and never sends', async () => {
    const { got, hostile } = await victim()
    hostile.claimAll(share.parts)
    await hostile.next(isRequest)
    await expectHonestRestCompletes(got)
  })

  it('costs no more than time when it never answers at all', async () => {
    const { got } = await victim()
    await expectHonestRestCompletes(got)
  })

  it('costs no more than time when it pretends to be a source and hands out nothing', async () => {
    const { got } = await victim({ isSource: true })
    await expectHonestRestCompletes(got)
  })

  it('costs no more than time when it sends half of every part', async () => {
    const { got, hostile } = await victim()
    hostile.on((message) => {
      if (message.is !== 'update') return
      for (const part of message.request) {
        const payload = new Uint8Array(10)
        void hostile.sendBlock({ part, offset: 0, length: 10, last: false }, payload).catch(() => {})
      }
    })
    hostile.claimAll(share.parts)
    await hostile.next(isRequest)
    await expectHonestRestCompletes(got)
    expect(receiver.buffers.bytesFree).toBeGreaterThan(60 * 2 ** 20)
  })

  it('rejects everything it claimed, and costs no more than time', async () => {
    const { got, hostile } = await victim()
    hostile.on((message) => {
      if (message.is !== 'update') return
      for (const part of message.request) hostile.send({ is: 'reject', part, reason: 'changed' })
    })
    hostile.claimAll(share.parts)
    await hostile.next(isRequest)
    await expectHonestRestCompletes(got)
  })

  const CRIMES: [what: string, commit: (hostile: HostilePeer) => unknown][] = [
    ['a bitmap of another length', (hostile) => hostile.claimAll(share.parts + 9)],
    ['parts that do not exist', (hostile) => hostile.send(update({ have: [share.parts] }))],
    [
      'requests for parts that do not exist',
      (hostile) => hostile.send(update({ request: [share.parts + 5] })),
    ],
    ['a message that is none', (hostile) => hostile.sendFrame(Uint8Array.of(9, 255, 255, 255, 255))],
    ['a length of 4 GiB', (hostile) => hostile.sendRaw(Uint8Array.of(255, 255, 255, 255, 9))],
    ['a second hello', (hostile) => hostile.send({ is: 'hello', version: 1, nonce: new Uint8Array(32) })],
    ['another number for the share', (hostile) => hostile.send(state({ handle: 3 }))],
    ['a root that is not the share’s', (hostile) => hostile.send({ is: 'root', bytes: Uint8Array.of(0xa0) })],
    ['endless messages', (hostile) => flood(hostile)],
    [
      'blocks beyond any credit',
      async (hostile) => {
        for (let i = 0; i < 2_000 && !hostile.isClosed; i++) {
          const part = i % share.parts
          await hostile.sendBlock({ part, offset: 0, length: 1, last: true }, new Uint8Array(1))
        }
      },
    ],
    [
      'a block of a part that does not exist',
      (hostile) =>
        hostile.sendBlock({ part: share.parts, offset: 0, length: 9, last: true }, new Uint8Array(9)),
    ],
    ['rubbish on the lane', (hostile) => hostile.sendLaneRaw(new Uint8Array(64).fill(0xcc))],
    [
      'acknowledgements of what was never sent',
      (hostile) => hostile.sendLaneRaw(Uint8Array.of(2, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    ],
  ]

  it.each(CRIMES)('is thrown out for %s, and the honest rest completes', async (what, commit) => {
    const { got, hostile } = what.startsWith('a root') ? await rootless() : await victim()
    await Promise.resolve(commit(hostile)).catch(() => {})
    await hostile.closed()
    await expectHonestRestCompletes(got)
  })

  it('is thrown out by a source too, which goes on serving', async () => {
    source.swarm.join(share)
    const hostile = await against(source)
    hostile.claimAll(share.parts + 1)
    await hostile.closed()
    const { share: got } = fetchNobody(receiver)
    await completed(got)
  })

  it('cannot make a source hold on to its uplink by never acknowledging', async () => {
    const hurried = await net.node('hurried source', { lanes: 'stream', clock: fastClock(20) })
    hurried.swarm.join(share)
    const hostile = await against(hurried)
    hostile.send(update({ credit: 65_535 }))
    hostile.send(update({ credit: 65_535 }))
    const { share: got } = fetchFrom(receiver, hurried, share)
    await completed(got)
    await hostile.closed()
  })

  it('is pardoned for late messages: a message can cross with ours', async () => {
    const { got, hostile } = await victim()
    hostile.send({ is: 'reject', part: 3, reason: 'not-held' })
    hostile.send(update({ cancel: [1, 2, 3] }))
    hostile.send({ is: 'pong', id: 9 })
    hostile.send(update({ have: [1] }))
    hostile.send(update({ have: [1] }))
    await expectHonestRestCompletes(got)
    expect(hostile.isClosed).toBe(false)
  })
})

/** A receiver that does not know the root yet. */
async function rootless(): Promise<{ got: MemoryShare; hostile: HostilePeer; session: Session }> {
  const { session, share: got } = fetchNobody(receiver)
  return { session, got, hostile: await against(receiver) }
}

function update(fields: Partial<Extract<Message, { is: 'update' }>>): Message {
  return { is: 'update', have: [], request: [], cancel: [], credit: 0, bitmap: undefined, ...fields }
}

function state(fields: Partial<Extract<Message, { is: 'state' }>>): Message {
  return {
    is: 'state',
    name: '',
    isSource: false,
    hasRoot: true,
    handle: 1,
    fingerprint: undefined,
    record: undefined,
    ...fields,
  }
}

function flood(hostile: HostilePeer): void {
  const ping = encodeMessage({ is: 'ping', id: 1 })
  for (let i = 0; i < 20_000 && !hostile.isClosed; i++) hostile.sendFrame(ping)
}
