import { encode } from '@ipld/dag-cbor'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ShoalError, VirtualClock } from '../../base/index.ts'
import type { Connection, Stream } from '@libp2p/interface'
import { createNodes, type NodeTestnet, type ShoalNode } from '../node/index.ts'
import { fallSilent, harm, pour } from '../node/test-streams.ts'
import { FrameStream } from '../../transport/frame-stream.ts'
import * as limits from './limits.ts'
import { decodeReply, encodeMessage, type PeerMessage, type Reply } from './message.ts'
import { MESSAGE_PROTOCOL, Messenger, type Recipient } from './messenger.ts'

const id = (n: number): string => n.toString(16).padStart(32, '0')
const note = (n = 1, text = '안녕'): PeerMessage => ({ is: 'note', id: id(n), text })

/** A recipient that keeps everything, unless told otherwise. */
class Inbox implements Recipient {
  readonly taken: { from: string; message: PeerMessage }[] = []
  blocked = false
  known = true
  isFull = false

  wants(): boolean {
    return !this.blocked
  }
  knows(): boolean {
    return this.known
  }
  take(from: { toString(): string }, message: PeerMessage): void {
    if (this.isFull) throw new ShoalError('disk-full', 'no space')
    this.taken.push({ from: from.toString(), message })
  }
}

describe('direct messages', () => {
  let net: NodeTestnet
  let a: ShoalNode
  let b: ShoalNode
  let inbox: Inbox
  let clock: VirtualClock
  let sender: Messenger
  let receiver: Messenger

  beforeEach(async () => {
    net = await createNodes(2)
    ;[a, b] = net.nodes as [ShoalNode, ShoalNode]
    inbox = new Inbox()
    clock = new VirtualClock()
    sender = new Messenger({ network: a, recipient: new Inbox() })
    receiver = new Messenger({ network: b, recipient: inbox, clock })
    await sender.start()
    await receiver.start()
    await a.dial(b.addresses())
  })

  afterEach(async () => {
    await Promise.all([sender.stop(), receiver.stop()])
    await net.stop()
  })

  const toB = (): Connection => a.libp2p.getConnections(b.peerId)[0]!
  const send = (message: PeerMessage): Promise<void> => sender.send(toB(), message)

  it('are delivered with their sender’s identity, and only then does sending end', async () => {
    await send(note())
    expect(inbox.taken).toEqual([{ from: a.peerId.toString(), message: note() }])
  })

  it('go both ways over one connection', async () => {
    const back = new Inbox()
    await sender.stop()
    sender = new Messenger({ network: a, recipient: back })
    await sender.start()
    await send(note())
    await receiver.send(b.libp2p.getConnections(a.peerId)[0]!, note(2))
    expect(back.taken.length).toBe(1)
  })

  it.each([
    ['a person is blocked', (): void => void (inbox.blocked = true), 'declined'],
    ['the message cannot be kept', (): void => void (inbox.isFull = true), 'storage-failed'],
  ] as const)('are undeliverable when %s, and say so', async (_, spoil, code) => {
    spoil()
    await expect(send(note())).rejects.toMatchObject({ code })
    expect(inbox.taken).toEqual([])
    inbox.blocked = inbox.isFull = false
    await send(note())
    expect(inbox.taken.length).toBe(1)
  })

  it('are undeliverable to a program that knows none', async () => {
    await receiver.stop()
    await expect(send(note())).rejects.toMatchObject({
      code: expect.stringMatching(/not-supported|peer-gone/),
    })
  })

  it('are undeliverable when the connection breaks off', async () => {
    await b.libp2p.unhandle(MESSAGE_PROTOCOL)
    await b.libp2p.handle(MESSAGE_PROTOCOL, (stream) => stream.abort(new Error('gone')))
    await expect(send(note())).rejects.toMatchObject({ code: 'peer-gone' })
  })

  it('are given up when no answer comes', async () => {
    const slow = new VirtualClock()
    await b.libp2p.unhandle(MESSAGE_PROTOCOL)
    let opened = (): void => {}
    const isOpen = new Promise<void>((resolve) => (opened = resolve))
    await b.libp2p.handle(MESSAGE_PROTOCOL, () => opened())
    const patient = new Messenger({ network: a, recipient: new Inbox(), clock: slow })
    const sending = patient.send(toB(), note())
    await isOpen
    slow.advance(limits.SEND_TIMEOUT_MS)
    await expect(sending).rejects.toMatchObject({ code: 'timeout' })
  })

  it('of one peer are taken as fast as people type and no faster', async () => {
    for (let n = 0; n < limits.PEER_BURST; n++) await send(note(n))
    await expect(send(note(99))).rejects.toMatchObject({ code: 'rate-limited' })
    clock.advance(limits.PEER_EVERY_MS)
    await send(note(100))
    expect(inbox.taken.length).toBe(limits.PEER_BURST + 1)
  })

  it('of strangers share one allowance', async () => {
    inbox.known = false
    const others = await createNodes(4)
    let refused = 0
    try {
      for (const other of others.nodes) {
        const stranger = new Messenger({ network: other, recipient: new Inbox() })
        const connection = await other.dial(b.addresses())
        for (let n = 0; n < limits.PEER_BURST; n++)
          await stranger.send(connection, note(n)).catch(() => refused++)
      }
    } finally {
      await others.stop()
    }
    expect(inbox.taken.length).toBe(limits.STRANGERS_BURST)
    expect(refused).toBe(4 * limits.PEER_BURST - limits.STRANGERS_BURST)
    inbox.known = true
    await send(note())
  })

  describe('with a hostile peer', () => {
    const open = () => toB().newStream(MESSAGE_PROTOCOL)
    const asking = (stream: Stream) => new FrameStream(stream, { mostBytes: limits.MAX_REPLY_BYTES })

    async function replyTo(bytes: Uint8Array): Promise<Reply> {
      const frames = asking(await open())
      const options = { signal: AbortSignal.timeout(5_000) }
      await frames.send(bytes, options)
      return decodeReply(await frames.receive(options))
    }

    async function stillWorks(): Promise<void> {
      const before = inbox.taken.length
      await send(note(7))
      expect(inbox.taken.length).toBe(before + 1)
    }

    it('refuse a length beyond the bound before reading it', async () => {
      await harm(open, (stream) => stream.send(Uint8Array.of(0, 255, 255, 255)))
      await stillWorks()
    })

    it('refuse an empty frame', async () => {
      await harm(open, (stream) => stream.send(Uint8Array.of(0, 0, 0, 0)))
      await stillWorks()
    })

    it('answer what they do not understand, and go on', async () => {
      expect(await replyTo(Uint8Array.of(1, 2, 3))).toEqual({ is: 'refused', why: 'not-understood' })
      expect(await replyTo(encode({ v: 1, is: 'order' }))).toEqual({ is: 'refused', why: 'not-understood' })
      expect(inbox.taken).toEqual([])
      await stillWorks()
    })

    it('end an endless stream', async () => {
      await harm(open, (stream) => pour(stream, 16_384))
      await stillWorks()
    })

    it('end a stream on which nothing comes', async () => {
      await harm(open, (stream) => fallSilent(stream, clock, limits.RECEIVE_TIMEOUT_MS))
      await stillWorks()
    })

    it('split at every byte are the same message', async () => {
      const bytes = encodeMessage(note(3, 'hi'))
      const frame = Uint8Array.of(0, 0, 0, bytes.length, ...bytes)
      const stream = await open()
      for (const byte of frame) stream.send(Uint8Array.of(byte))
      const signal = AbortSignal.timeout(5_000)
      expect(decodeReply(await asking(stream).receive({ signal }))).toEqual({ is: 'taken' })
      expect(inbox.taken.at(-1)?.message).toEqual(note(3, 'hi'))
    })
  })
})
