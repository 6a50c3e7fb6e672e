import { MAX_MESSAGE_BYTES } from '../wire/index.ts'

/** Octets that tell a message's length on TCP (RFC 1035 §4.2.2). */
const PREFIX = 2

/** A message as it goes over TCP: its length in two octets, then itself. */
export function frame(message: Uint8Array): Uint8Array<ArrayBuffer> {
  if (message.length > MAX_MESSAGE_BYTES) throw new RangeError('a DNS message has at most 65,535 octets')
  const framed = new Uint8Array(PREFIX + message.length)
  framed[0] = message.length >> 8
  framed[1] = message.length & 0xff
  framed.set(message, PREFIX)
  return framed
}

/** Puts messages together from a stream, however it was cut. Keeps at most one unfinished message. */
export class FrameReader {
  readonly #maxBytes: number
  #waiting: Uint8Array = new Uint8Array(0)

  constructor(maxBytes = MAX_MESSAGE_BYTES) {
    this.#maxBytes = maxBytes
  }

  /** Nothing of a message is held back. */
  get isBetween(): boolean {
    return this.#waiting.length === 0
  }

  /** The messages that are whole now; undefined once one is announced that is longer than allowed. */
  push(bytes: Uint8Array): Uint8Array[] | undefined {
    const all = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes])
    const messages: Uint8Array[] = []
    let at = 0
    while (all.length - at >= PREFIX) {
      const length = (all[at]! << 8) | all[at + 1]!
      if (length > this.#maxBytes) return undefined
      if (all.length - at - PREFIX < length) break
      messages.push(all.subarray(at + PREFIX, at + PREFIX + length))
      at += PREFIX + length
    }
    // Copied: what is held back must not keep a large buffer alive, nor change under it.
    this.#waiting = Uint8Array.from(all.subarray(at))
    return messages
  }
}
