import { concatBytes } from '../../../base/index.ts'
import { violation } from './bytes.ts'

/** Length of what follows, four bytes, then the type byte that is part of it. */
const LENGTH_BYTES = 4
const HEADER_BYTES = LENGTH_BYTES + 1

/** A message with its length before it. */
export function frame(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(LENGTH_BYTES + message.length)
  new DataView(out.buffer).setUint32(0, message.length)
  out.set(message, LENGTH_BYTES)
  return out
}

/**
 * Cuts a stream into messages. A length that is not allowed for its type is refused when the header is there, before
 * anything of the message is kept.
 */
export class FrameSplitter {
  readonly #limitOf: (type: number) => number | undefined
  #pieces: Uint8Array[] = []
  #size = 0
  /** Size of the message being collected, header included; 0 while the header is not complete. */
  #wanted = 0

  constructor(limitOf: (type: number) => number | undefined) {
    this.#limitOf = limitOf
  }

  /** Bytes kept of a message that is not complete. */
  get pending(): number {
    return this.#size
  }

  /** Calls `onMessage` for every message that `bytes` completes. Throws `protocol-violation`. */
  push(bytes: Uint8Array, onMessage: (message: Uint8Array) => void): void {
    this.#pieces.push(bytes)
    this.#size += bytes.length
    while (this.#size >= HEADER_BYTES) {
      if (this.#wanted === 0) this.#wanted = this.#readHeader()
      if (this.#size < this.#wanted) return
      onMessage(this.#take(this.#wanted).subarray(LENGTH_BYTES))
      this.#wanted = 0
    }
  }

  #readHeader(): number {
    const all = this.#join()
    const length = new DataView(all.buffer, all.byteOffset, all.byteLength).getUint32(0)
    const type = all[LENGTH_BYTES]!
    const limit = this.#limitOf(type)
    if (limit === undefined) throw violation(`message type ${type} is not allowed here`)
    if (length < 1 || length > limit) throw violation(`message of ${length} bytes, at most ${limit}`)
    return LENGTH_BYTES + length
  }

  #take(length: number): Uint8Array {
    const all = this.#join()
    const rest = all.subarray(length)
    this.#pieces = rest.length > 0 ? [rest] : []
    this.#size = rest.length
    return all.subarray(0, length)
  }

  #join(): Uint8Array {
    if (this.#pieces.length > 1) this.#pieces = [concatBytes(...this.#pieces)]
    return this.#pieces[0]!
  }
}
