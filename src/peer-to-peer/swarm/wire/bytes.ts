import { concatBytes, fromUtf8, ShoalError, utf8 } from '../../../base/index.ts'

/** Varints have at most five bytes: values below 2³⁵, all of them safe integers. */
const MAX_VARINT_BYTES = 5

export function violation(message: string): ShoalError {
  return new ShoalError('protocol-violation', message)
}

/** Collects the bytes of one message. Integers are big-endian, varints LEB128. */
export class Writer {
  readonly #pieces: Uint8Array[] = []
  #small: number[] = []

  byte(value: number): this {
    this.#small.push(value & 0xff)
    return this
  }

  u16(value: number): this {
    return this.byte(value >>> 8).byte(value)
  }

  varint(value: number): this {
    let rest = value
    while (rest >= 128) {
      this.#small.push((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    this.#small.push(rest)
    return this
  }

  raw(bytes: Uint8Array): this {
    this.#flush()
    this.#pieces.push(bytes)
    return this
  }

  /** Length as a varint, then the bytes. */
  prefixed(bytes: Uint8Array): this {
    return this.varint(bytes.length).raw(bytes)
  }

  text(value: string): this {
    return this.prefixed(utf8(value))
  }

  varints(values: readonly number[]): this {
    this.varint(values.length)
    for (const value of values) this.varint(value)
    return this
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.#flush()
    return concatBytes(...this.#pieces)
  }

  #flush(): void {
    if (this.#small.length === 0) return
    this.#pieces.push(Uint8Array.from(this.#small))
    this.#small = []
  }
}

/** Reads one message; throws `protocol-violation` for whatever is cut off, too long or not minimal. */
export class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    if (this.left < 1) throw violation('message ends early')
    return this.#bytes[this.#at++]!
  }

  u16(): number {
    return this.byte() * 256 + this.byte()
  }

  varint(max: number): number {
    let value = 0
    for (let i = 0, scale = 1; i < MAX_VARINT_BYTES; i++, scale *= 128) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte < 128) {
        if (i > 0 && byte === 0) throw violation('a number is longer than it need be')
        if (value > max) throw violation(`number ${value} above ${max}`)
        return value
      }
    }
    throw violation('a number never ends')
  }

  /** A copy: the message's own buffer may be shared. */
  raw(length: number): Uint8Array<ArrayBuffer> {
    if (this.left < length) throw violation('message ends early')
    const bytes = this.#bytes.slice(this.#at, this.#at + length)
    this.#at += length
    return bytes
  }

  prefixed(max: number): Uint8Array<ArrayBuffer> {
    return this.raw(this.varint(max))
  }

  text(maxBytes: number): string {
    const text = fromUtf8(this.prefixed(maxBytes))
    if (text === undefined) throw violation('text is not UTF-8')
    return text
  }

  /** At most `maxCount` numbers of at most `max` each. */
  varints(maxCount: number, max: number): number[] {
    const count = this.varint(maxCount)
    const values = new Array<number>(count)
    for (let i = 0; i < count; i++) values[i] = this.varint(max)
    return values
  }

  end(): void {
    if (this.left > 0) throw violation(`${this.left} bytes after the end of a message`)
  }
}
