import { MAX_BLOCK_BYTES, MAX_PARTS, MAX_PART_BYTES } from '../limits.ts'
import { violation } from './bytes.ts'

/**
 * Frames of a lane (docs/PROTOCOL.md "Swarm: lanes"): sixteen bytes of header, then the bytes of a block.
 * byte 0 kind · 1 one for the block that ends its part · 2–3 handle · 4–7 part · 8–11 offset in the part · 12–15 length; an acknowledgement has the
 * number of payload bytes received on this lane so far, modulo 2³², at 4–7 and zeros else.
 */
export const BLOCK_HEADER_BYTES = 16

const KIND_BLOCK = 1
const KIND_ACK = 2
/** The accepting side has found the session of a TLS lane: the lane may be used. */
const KIND_READY = 3

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

export type LaneFrame = BlockFrame | { is: 'ack'; received: number } | { is: 'ready' }

export function encodeLaneFrame(frame: LaneFrame): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(BLOCK_HEADER_BYTES)
  const view = new DataView(out.buffer)
  if (frame.is === 'block') {
    out[0] = KIND_BLOCK
    out[1] = frame.last ? 1 : 0
    view.setUint16(2, frame.handle)
    view.setUint32(4, frame.part)
    view.setUint32(8, frame.offset)
    view.setUint32(12, frame.length)
  } else if (frame.is === 'ack') {
    out[0] = KIND_ACK
    view.setUint32(4, frame.received)
  } else {
    out[0] = KIND_READY
  }
  return out
}

/** Throws `protocol-violation` for a header that no honest peer sends. */
export function decodeLaneFrame(bytes: Uint8Array): LaneFrame {
  if (bytes.length !== BLOCK_HEADER_BYTES) throw violation('a lane header has 16 bytes')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kind = bytes[0]!
  if (kind === KIND_BLOCK) return decodeBlock(view)
  // Whatever is not a field must be zero, so that an encoding is the only one of its frame.
  const isPadded = view.getUint32(8) === 0 && view.getUint32(12) === 0
  if (!isPadded || view.getUint8(1) !== 0 || view.getUint16(2) !== 0) throw violation('padding is not zero')
  const value = view.getUint32(4)
  if (kind === KIND_ACK) return { is: 'ack', received: value }
  if (kind === KIND_READY && value === 0) return { is: 'ready' }
  throw violation(`lane frame of kind ${kind}`)
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
