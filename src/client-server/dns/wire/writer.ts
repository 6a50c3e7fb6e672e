import { badMessage } from './reader.ts'
import { MAX_MESSAGE_BYTES, MAX_POINTER_OFFSET } from './limits.ts'
import type { Name } from './name.ts'

const FIRST_BYTES = 512
const POINTER = 0xc000
/** A message, and the one record that turned out not to fit. */
const MAX_DRAFT_BYTES = 3 * MAX_MESSAGE_BYTES

/** Writes one message from its start; throws `bad-dns-message` for what has no room. */
export class Writer {
  #bytes = new Uint8Array(FIRST_BYTES)
  /** Where each name, and each end of a name, was written: by its octets, case too, so that what is read is what was written. */
  readonly #names = new Map<string, number>()
  #at = 0

  get at(): number {
    return this.#at
  }

  u8(value: number): void {
    check(value, 0xff)
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  u16(value: number): void {
    check(value, 0xffff)
    this.#room(2)
    this.#bytes[this.#at++] = value >> 8
    this.#bytes[this.#at++] = value & 0xff
  }

  u32(value: number): void {
    check(value, 0xffff_ffff)
    this.u16(Math.floor(value / 0x1_0000))
    this.u16(value % 0x1_0000)
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** A name whose end may be a pointer to where it was written before. */
  compressed(name: Name): void {
    const octets = name.exactKey
    let from = 0
    for (const label of name.labels) {
      const rest = octets.slice(from)
      const known = this.#names.get(rest)
      if (known !== undefined) return this.u16(POINTER | known)
      if (this.#at <= MAX_POINTER_OFFSET) this.#names.set(rest, this.#at)
      this.u8(label.length)
      this.raw(label)
      from += 1 + label.length
    }
    this.u8(0)
  }

  /** A name in full, as the data of types younger than RFC 1035 has it (RFC 3597 §4). */
  uncompressed(name: Name): void {
    this.raw(name.toBytes())
  }

  /** Sixteen bits at a place written before. */
  patch16(at: number, value: number): void {
    check(value, 0xffff)
    this.#bytes[at] = value >> 8
    this.#bytes[at + 1] = value & 0xff
  }

  peek16(at: number): number {
    return (this.#bytes[at]! << 8) | this.#bytes[at + 1]!
  }

  /** Forgets everything from `at` on. */
  rewind(at: number): void {
    this.#at = at
    for (const [name, offset] of this.#names) if (offset >= at) this.#names.delete(name)
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at)
  }

  #room(length: number): void {
    const needed = this.#at + length
    if (needed > MAX_DRAFT_BYTES) throw badMessage('a record is longer than any message')
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

function check(value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most) throw badMessage(`${value} has no room`)
}
