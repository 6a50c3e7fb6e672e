import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ShoalError } from '../../../base/index.ts'
import type { Lane } from '../lanes/lane.ts'
import { CONFIRM_MESSAGES, MAX_EARLY_MESSAGES, MAX_UNCONFIRMED_MESSAGES } from '../limits.ts'
import type { MessageFrame, MessagesReceivedFrame } from '../wire/blocks.ts'
import { decodeMessage, encodeMessage, type Message } from '../wire/messages.ts'
import { LaneMessages, type TrafficMessage } from './lane-messages.ts'

const have = (part: number): TrafficMessage => ({
  is: 'update',
  have: [part],
  request: [],
  cancel: [],
  credit: 0,
  bitmap: undefined,
})

/** One end: what it heard, and what it has put on the stream and on lanes that nobody has taken off yet. */
class End {
  readonly heard: number[] = []
  readonly toStream: Uint8Array[] = []
  readonly aborted: ShoalError[] = []
  lane: TestLane | undefined
  readonly messages = new LaneMessages({
    stream: {
      send: (message) => void this.toStream.push(encodeMessage(message)),
      sendEncoded: (bytes) => void this.toStream.push(bytes),
      deliver: (decode, bytes) => this.#hear(decode(bytes)),
      abort: (error) => void this.aborted.push(error),
    },
    lane: () => this.lane?.ends.get(this) as unknown as Lane | undefined,
    handle: () => 7,
  })

  /** Takes one message off the other end's stream. */
  take(from: End): void {
    const bytes = from.toStream.shift()
    if (!bytes) return
    const message = decodeMessage(bytes)
    if (message.is === 'by-lane') this.messages.byLane(message.epoch)
    else if (message.is === 'lane-lost') this.messages.laneLost(message.epoch)
    else if (message.is === 'lane-received') this.messages.laneReceived(message.epoch, message.count)
    else this.#hear(message)
  }

  #hear(message: Message): void {
    if (message.is === 'update') this.heard.push(...message.have)
  }
}

/** A lane in memory: frames wait until they are taken; what waits when it is cut is gone. */
class TestLane {
  readonly ends = new Map<End, TestLaneEnd>()
  constructor(a: End, b: End) {
    this.ends.set(a, new TestLaneEnd())
    this.ends.set(b, new TestLaneEnd())
  }
}

class TestLaneEnd {
  readonly queue: { frame: MessageFrame | MessagesReceivedFrame; bytes: Uint8Array }[] = []
  sendMessage(frame: MessageFrame, bytes: Uint8Array): void {
    this.queue.push({ frame, bytes })
  }
  sendMessagesReceived(frame: MessagesReceivedFrame): void {
    this.queue.push({ frame, bytes: new Uint8Array() })
  }
}

class Pair {
  readonly a = new End()
  readonly b = new End()

  open(): void {
    this.a.lane = this.b.lane = new TestLane(this.a, this.b)
  }

  /** Takes one frame off the lane. */
  takeByLane(to: End, lane = to.lane): void {
    const from = to === this.a ? this.b : this.a
    const sent = lane?.ends.get(from)?.queue.shift()
    if (!sent) return
    const own = lane!.ends.get(to) as unknown as Lane
    if (sent.frame.is === 'message') to.messages.message(own, sent.frame, sent.bytes)
    else to.messages.messagesReceived(sent.frame)
  }

  /** One end notices that the lane is gone; the other does when it is told to. */
  cut(end: End): void {
    const { lane } = end
    end.lane = undefined
    if (lane) end.messages.laneClosed(lane.ends.get(end) as unknown as Lane)
  }

  settle(): void {
    while (this.a.toStream.length + this.b.toStream.length > 0) {
      this.a.take(this.b)
      this.b.take(this.a)
    }
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('messages that take a lane', () => {
  it('go by the stream while there is no lane, and by the lane as soon as there is one', () => {
    const { a, b, ...pair } = Object.assign(new Pair(), {})
    void pair
    a.messages.send(have(0))
    expect(a.toStream.length).toBe(1)
    b.take(a)
    a.lane = b.lane = new TestLane(a, b)
    a.messages.send(have(1))
    a.messages.send(have(2))
    // The word that they come by the lane, and nothing else.
    expect(a.toStream.map((bytes) => decodeMessage(bytes).is)).toEqual(['by-lane'])
    expect(a.lane.ends.get(a)!.queue.length).toBe(2)
  })

  it('wait, when they are faster than the word that they come by the lane', () => {
    const pair = new Pair()
    const { a, b } = pair
    a.messages.send(have(0))
    pair.open()
    a.messages.send(have(1))
    pair.takeByLane(b)
    expect(b.heard).toEqual([])
    pair.settle()
    expect(b.heard).toEqual([0, 1])
  })

  it('are sent again, those and only those, that a lost lane had not delivered', () => {
    const pair = new Pair()
    const { a, b } = pair
    pair.open()
    for (const part of upTo(5)) a.messages.send(have(part))
    pair.settle()
    pair.takeByLane(b)
    pair.takeByLane(b)
    const late = b.lane
    pair.cut(a)
    a.messages.send(have(5))
    b.take(a)
    // Still in the other end's receive buffer when the loss was told: it will come again.
    pair.takeByLane(b, late)
    pair.settle()
    expect(b.heard).toEqual(upTo(6))
  })

  it('are kept no longer than until they are confirmed', () => {
    const pair = new Pair()
    const { a, b } = pair
    pair.open()
    for (const part of upTo(MAX_UNCONFIRMED_MESSAGES + CONFIRM_MESSAGES)) {
      a.messages.send(have(part))
      pair.settle()
      pair.takeByLane(b)
      pair.takeByLane(a)
    }
    expect(a.aborted).toEqual([])
    expect(b.heard.length).toBe(MAX_UNCONFIRMED_MESSAGES + CONFIRM_MESSAGES)
  })

  it('end the link when nobody confirms them, or nobody answers', () => {
    const silent = new Pair()
    silent.open()
    for (const part of upTo(MAX_UNCONFIRMED_MESSAGES + 1)) silent.a.messages.send(have(part))
    expect(silent.a.aborted.map(({ code }) => code)).toEqual(['protocol-violation'])
    const mute = new Pair()
    mute.open()
    mute.a.messages.send(have(0))
    mute.cut(mute.a)
    for (const part of upTo(MAX_UNCONFIRMED_MESSAGES + 1)) mute.a.messages.send(have(part))
    expect(mute.a.aborted.map(({ code }) => code)).toEqual(['protocol-violation'])
  })

  it('arrive in order and once, however lanes come and go and whoever notices first', () => {
    type Step = 'send a' | 'send b' | 'open' | 'cut a' | 'cut b' | 'stream' | 'lane'
    const steps = fc.array(
      fc.constantFrom<Step>(
        'send a',
        'send b',
        'send a',
        'open',
        'cut a',
        'cut b',
        'stream',
        'stream',
        'lane',
        'lane',
      ),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(steps, (script) => {
        const pair = new Pair()
        const { a, b } = pair
        const sent = { a: 0, b: 0 }
        const run: Record<Step, () => void> = {
          'send a': () => a.messages.send(have(sent.a++)),
          'send b': () => b.messages.send(have(sent.b++)),
          // A new lane is made only when both ends know that the last one is gone.
          open: () => void (a.lane || b.lane || pair.open()),
          'cut a': () => pair.cut(a),
          'cut b': () => pair.cut(b),
          stream: () => (a.take(b), b.take(a)),
          lane: () => (pair.takeByLane(a), pair.takeByLane(b)),
        }
        for (const step of script) run[step]()
        pair.cut(a)
        pair.cut(b)
        pair.settle()
        expect([a.heard, b.heard]).toEqual([upTo(sent.b), upTo(sent.a)])
        expect([...a.aborted, ...b.aborted]).toEqual([])
      }),
    )
  })
})

describe('whoever breaks the rules of the lane', () => {
  const lane = {} as Lane
  const message = (epoch: number, number: number): MessageFrame => ({
    is: 'message',
    handle: 7,
    epoch,
    number,
    length: 1,
  })
  const bytes = encodeMessage(have(1))
  const CASES: [what: string, run: (messages: LaneMessages) => void][] = [
    ['takes a lane out of turn', (m) => m.byLane(2)],
    ['takes a lane twice', (m) => (m.byLane(1), m.byLane(2))],
    ['loses a lane that was not used', (m) => m.laneLost(1)],
    ['loses a lane twice', (m) => (m.byLane(1), m.laneLost(1), m.laneLost(1))],
    ['answers what was not asked', (m) => m.laneReceived(1, 0)],
    [
      'confirms what was never sent',
      (m) => m.messagesReceived({ is: 'messages-received', handle: 7, epoch: 1, count: 1 }),
    ],
    ['sends by a lane that comes after the next', (m) => m.message(lane, message(2, 0), bytes)],
    ['leaves a number out', (m) => (m.byLane(1), m.message(lane, message(1, 1), bytes))],
    [
      'sends a number twice',
      (m) => (m.byLane(1), m.message(lane, message(1, 0), bytes), m.message(lane, message(1, 0), bytes)),
    ],
    [
      'sends what belongs on the stream',
      (m) => (
        m.byLane(1),
        m.message(lane, message(1, 0), encodeMessage({ is: 'goodbye', reason: 'leaving' }))
      ),
    ],
    [
      'sends ever more by a lane of which it says nothing',
      (m) => upTo(MAX_EARLY_MESSAGES + 1).forEach((number) => m.message(lane, message(1, number), bytes)),
    ],
  ]

  it.each(CASES)('%s: refused', (_what, run) => {
    expect(() => run(new End().messages)).toThrow(expect.objectContaining({ code: 'protocol-violation' }))
  })
})
