import type { ShoalError } from '../../../base/index.ts'
import type { Lane } from '../lanes/lane.ts'
import type { MessageReceiver } from '../lanes/peer-lanes.ts'
import {
  CONFIRM_MESSAGES,
  MAX_EARLY_MESSAGE_BYTES,
  MAX_EARLY_MESSAGES,
  MAX_UNCONFIRMED_MESSAGES,
} from '../limits.ts'
import type { MessageFrame, MessagesReceivedFrame } from '../wire/blocks.ts'
import { violation } from '../wire/bytes.ts'
import { decodeMessage, encodeMessage, type Message } from '../wire/messages.ts'

/** What is said all the time while a share is passed on; everything else stays on the control stream. */
export type TrafficMessage = Extract<Message, { is: 'update' | 'reject' | 'handed-out' }>

export function isTraffic(message: Message): message is TrafficMessage {
  return message.is === 'update' || message.is === 'reject' || message.is === 'handed-out'
}

/** The control stream, as far as these messages need it. */
export interface MessageStream {
  send(message: Message): void
  sendEncoded(message: Uint8Array): void
  deliver(decode: (bytes: Uint8Array) => Message, bytes: Uint8Array): void
  abort(error: ShoalError): void
}

export interface LaneMessagesInit {
  readonly stream: MessageStream
  /** The TLS lane to the peer, once both sides have introduced themselves. */
  readonly lane: () => Lane | undefined
  /** How the peer numbers the share. */
  readonly handle: () => number
}

type Outgoing =
  | { is: 'stream' }
  | { is: 'lane'; lane: Lane }
  /** The lane is gone; how much the peer had of it is asked. */
  | { is: 'lost'; waiting: Uint8Array[] }

/**
 * The messages of one link that take its TLS lane, where each costs a tenth of what it costs on a libp2p stream. They
 * arrive in order and once, whatever becomes of the lane: the change-over is told on the stream (`by-lane`), each message
 * has a number, and what a lost lane had not delivered (`lane-lost`, `lane-received`) is sent again on the stream.
 */
export class LaneMessages implements MessageReceiver {
  readonly #init: LaneMessagesInit
  #outgoing: Outgoing = { is: 'stream' }
  #sendEpoch = 0
  /** Sent in this epoch and not confirmed; the first has the number `#confirmed`. */
  #unconfirmed: Uint8Array[] = []
  #confirmed = 0
  #receiveEpoch = 0
  #received = 0
  /** The peer has lost the lane of this epoch: what still comes by it will come again. */
  #isReceiveOver = true
  #early: { lane: Lane; frame: MessageFrame; bytes: Uint8Array }[] = []
  #earlyBytes = 0

  constructor(init: LaneMessagesInit) {
    this.#init = init
  }

  send(message: TrafficMessage): void {
    const bytes = encodeMessage(message)
    if (this.#outgoing.is === 'lost') return this.#wait(bytes, this.#outgoing.waiting)
    if (this.#outgoing.is === 'stream') this.#changeOver()
    if (this.#outgoing.is === 'lane') this.#sendByLane(this.#outgoing.lane, bytes)
    else this.#init.stream.sendEncoded(bytes)
  }

  // --- what the stream brings ---

  /** The peer's messages come by the lane from now on. */
  byLane(epoch: number): void {
    if (!this.#isReceiveOver || epoch !== this.#receiveEpoch + 1)
      throw violation('a lane is taken out of turn')
    this.#receiveEpoch = epoch
    this.#received = 0
    this.#isReceiveOver = false
    const early = this.#early
    this.#early = []
    this.#earlyBytes = 0
    for (const { lane, frame, bytes } of early) this.#receive(lane, frame, bytes)
  }

  /** The peer's lane is gone: it is told what of it arrived. */
  laneLost(epoch: number): void {
    if (this.#isReceiveOver || epoch !== this.#receiveEpoch)
      throw violation('a lane is lost that was not used')
    this.#isReceiveOver = true
    this.#init.stream.send({ is: 'lane-received', epoch, count: this.#received })
  }

  /** What the peer had of our lost lane: the rest goes out again, then what waited. */
  laneReceived(epoch: number, count: number): void {
    if (this.#outgoing.is !== 'lost' || epoch !== this.#sendEpoch) throw violation('an answer to nothing')
    this.#confirm(count)
    const due = [...this.#unconfirmed, ...this.#outgoing.waiting]
    this.#outgoing = { is: 'stream' }
    this.#unconfirmed = []
    for (const bytes of due) this.#init.stream.sendEncoded(bytes)
  }

  // --- what the lanes bring ---

  message(lane: Lane, frame: MessageFrame, bytes: Uint8Array): void {
    if (frame.epoch === this.#receiveEpoch + 1) return this.#keepEarly(lane, frame, bytes)
    if (frame.epoch > this.#receiveEpoch) throw violation('a message of a lane that is not in use')
    if (frame.epoch === this.#receiveEpoch && !this.#isReceiveOver) this.#receive(lane, frame, bytes)
  }

  messagesReceived({ epoch, count }: MessagesReceivedFrame): void {
    if (epoch > this.#sendEpoch) throw violation('messages received that were not sent')
    if (epoch === this.#sendEpoch && this.#outgoing.is !== 'stream') this.#confirm(count)
  }

  laneClosed(lane: Lane): void {
    if (this.#outgoing.is !== 'lane' || this.#outgoing.lane !== lane) return
    this.#outgoing = { is: 'lost', waiting: [] }
    this.#init.stream.send({ is: 'lane-lost', epoch: this.#sendEpoch })
  }

  #changeOver(): void {
    const lane = this.#init.lane()
    if (!lane) return
    this.#sendEpoch++
    this.#confirmed = 0
    this.#outgoing = { is: 'lane', lane }
    this.#init.stream.send({ is: 'by-lane', epoch: this.#sendEpoch })
  }

  #sendByLane(lane: Lane, bytes: Uint8Array): void {
    const number = this.#confirmed + this.#unconfirmed.length
    if (this.#unconfirmed.push(bytes) > MAX_UNCONFIRMED_MESSAGES)
      return this.#init.stream.abort(violation('the peer confirms nothing'))
    const frame = { handle: this.#init.handle(), epoch: this.#sendEpoch, number, length: bytes.length }
    lane.sendMessage({ is: 'message', ...frame }, bytes)
  }

  #wait(bytes: Uint8Array, waiting: Uint8Array[]): void {
    if (waiting.push(bytes) > MAX_UNCONFIRMED_MESSAGES)
      this.#init.stream.abort(violation('the peer does not answer'))
  }

  #confirm(count: number): void {
    const more = count - this.#confirmed
    if (more < 0 || more > this.#unconfirmed.length) throw violation('more received than was sent')
    this.#unconfirmed.splice(0, more)
    this.#confirmed = count
  }

  #keepEarly(lane: Lane, frame: MessageFrame, bytes: Uint8Array): void {
    this.#earlyBytes += bytes.length
    const count = this.#early.push({ lane, frame, bytes })
    if (count > MAX_EARLY_MESSAGES || this.#earlyBytes > MAX_EARLY_MESSAGE_BYTES)
      throw violation('messages by a lane of which nothing was said')
  }

  #receive(lane: Lane, frame: MessageFrame, bytes: Uint8Array): void {
    if (frame.number !== this.#received) throw violation('a message out of turn')
    this.#received++
    this.#init.stream.deliver(decodeTraffic, bytes)
    if (this.#received % CONFIRM_MESSAGES !== 0) return
    const [handle, epoch] = [this.#init.handle(), this.#receiveEpoch]
    lane.sendMessagesReceived({ is: 'messages-received', handle, epoch, count: this.#received })
  }
}

function decodeTraffic(bytes: Uint8Array): TrafficMessage {
  const message = decodeMessage(bytes)
  if (!isTraffic(message)) throw violation(`${message.is} by a lane`)
  return message
}
