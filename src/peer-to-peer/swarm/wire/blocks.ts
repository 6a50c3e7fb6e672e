import { MAX_BLOCK_BYTES, MAX_LANE_MESSAGE_BYTES, MAX_PARTS, MAX_PART_BYTES } from '../limits.ts'
import { violation } from './bytes.ts'

/**
 * Frames of a lane (docs/PROTOCOL.md "Swarm: lanes"): sixteen bytes of header, then the bytes of a block.
 * byte 0 kind · 1 one for the block that ends its part · 2–3 handle · 4–7 part · 8–11 offset in the part · 12–15 length; an acknowledgement has the
 * number of payload bytes received on this lane so far, modulo 2³², at 4–7 and zeros else. A message and the word of how
 * many were received have handle, epoch, number (or count), and the length of the message that follows.
 */
export const BLOCK_HEADER_BYTES = 16

const KIND_BLOCK = 1
const KIND_ACK = 2
/** The accepting side has found the session of a TLS lane: the lane may be used. */
const KIND_READY = 3
const KIND_MESSAGE = 4
const KIND_MESSAGES_RECEIVED = 5

export interface BlockFrame {
  is: 'block'
  /** Which share, as the receiver numbered it in its state message. */
  handle: number
  part: number
  /** Bytes of the part before this block. Blocks of a part come in order. */
  offset: number
  length: number
  /** Ends the part: a chunk's length is not known to a receiver that lacks pages. */
  last: boolean
}

/** A message of a share's control stream that takes the lane instead. */
export interface MessageFrame {
  is: 'message'
  handle: number
  /** Counts the times that messages changed over to a lane. */
  epoch: number
  /** Messages of this epoch before this one. */
  number: number
  length: number
}

/** So many messages of an epoch were received: none of them is needed again. */
export interface MessagesReceivedFrame {
  is: 'messages-received'
  handle: number
  epoch: number
  count: number
}

/** What says everything in its sixteen bytes. */
export type ShortFrame = { is: 'ack'; received: number } | { is: 'ready' } | MessagesReceivedFrame

export type LaneFrame = BlockFrame | MessageFrame | ShortFrame

export function encodeLaneFrame(frame: LaneFrame): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(BLOCK_HEADER_BYTES)
  putLaneFrame(frame, out)
  return out
}

/** Writes the header over the first sixteen bytes of `out`, whatever is there. */
export function putLaneFrame(frame: LaneFrame, out: Uint8Array): void {
  const view = new DataView(out.buffer, out.byteOffset, BLOCK_HEADER_BYTES)
  out.fill(0, 0, BLOCK_HEADER_BYTES)
  if (frame.is === 'block') {
    out[0] = KIND_BLOCK
    out[1] = frame.last ? 1 : 0
    view.setUint16(2, frame.handle)
    view.setUint32(4, frame.part)
    view.setUint32(8, frame.offset)
    view.setUint32(12, frame.length)
  } else if (frame.is === 'message' || frame.is === 'messages-received') {
    out[0] = frame.is === 'message' ? KIND_MESSAGE : KIND_MESSAGES_RECEIVED
    view.setUint16(2, frame.handle)
    view.setUint32(4, frame.epoch)
    view.setUint32(8, frame.is === 'message' ? frame.number : frame.count)
    if (frame.is === 'message') view.setUint32(12, frame.length)
  } else if (frame.is === 'ack') {
    out[0] = KIND_ACK
    view.setUint32(4, frame.received)
  } else {
    out[0] = KIND_READY
  }
}

/** Throws `protocol-violation` for a header that no honest peer sends. */
export function decodeLaneFrame(bytes: Uint8Array): LaneFrame {
  if (bytes.length !== BLOCK_HEADER_BYTES) throw violation('a lane header has 16 bytes')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kind = bytes[0]!
  if (kind === KIND_BLOCK) return decodeBlock(view)
  if (kind === KIND_MESSAGE) return decodeMessageFrame(view)
  if (kind === KIND_MESSAGES_RECEIVED) return decodeMessagesReceived(view)
  // Whatever is not a field must be zero, so that an encoding is the only one of its frame.
  const isPadded = view.getUint32(8) === 0 && view.getUint32(12) === 0
  if (!isPadded || view.getUint8(1) !== 0 || view.getUint16(2) !== 0) throw violation('padding is not zero')
  const value = view.getUint32(4)
  if (kind === KIND_ACK) return { is: 'ack', received: value }
  if (kind === KIND_READY && value === 0) return { is: 'ready' }
  throw violation(`lane frame of kind ${kind}`)
}

function decodeMessageFrame(view: DataView): MessageFrame {
  const length = view.getUint32(12)
  if (view.getUint8(1) !== 0) throw violation('padding is not zero')
  if (length < 1 || length > MAX_LANE_MESSAGE_BYTES) throw violation(`message of ${length} bytes`)
  const [handle, epoch, number] = [view.getUint16(2), view.getUint32(4), view.getUint32(8)]
  return { is: 'message', handle, epoch, number, length }
}

function decodeMessagesReceived(view: DataView): MessagesReceivedFrame {
  if (view.getUint8(1) !== 0 || view.getUint32(12) !== 0) throw violation('padding is not zero')
  const [handle, epoch, count] = [view.getUint16(2), view.getUint32(4), view.getUint32(8)]
  return { is: 'messages-received', handle, epoch, count }
}

function decodeBlock(view: DataView): BlockFrame {
  const flags = view.getUint8(1)
  const part = view.getUint32(4)
  const offset = view.getUint32(8)
  const length = view.getUint32(12)
  if (flags > 1) throw violation(`flags ${flags}`)
  if (length < 1 || length > MAX_BLOCK_BYTES) throw violation(`block of ${length} bytes`)
  if (part >= MAX_PARTS) throw violation(`block of part ${part}`)
  if (offset + length > MAX_PART_BYTES) throw violation(`block ends at ${offset + length}`)
  return { is: 'block', handle: view.getUint16(2), part, offset, length, last: flags === 1 }
}
