import { ShoalError } from '../../../base/index.ts'
import { MAX_NAME_BYTES, MAX_POINTERS } from './limits.ts'
import { Name } from './name.ts'

const POINTER = 0xc0
const HEADER_BYTES = 12

/** Reads one message from its start; throws `bad-dns-message` at the first octet that cannot be. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #names = new Map<number, Name>()
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    // A Buffer's slice would be a view.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#at = at
  }

  get at(): number {
    return this.#at
  }

  u8(): number {
    this.#need(1)
    return this.#bytes[this.#at++]!
  }

  u16(): number {
    this.#need(2)
    const value = (this.#bytes[this.#at]! << 8) | this.#bytes[this.#at + 1]!
    this.#at += 2
    return value
  }

  u32(): number {
    return this.u16() * 0x1_0000 + this.u16()
  }

  /** A copy: the message's buffer may be used again. */
  take(length: number): Uint8Array<ArrayBuffer> {
    this.#need(length)
    const bytes = this.#bytes.slice(this.#at, this.#at + length)
    this.#at += length
    return bytes
  }

  /** A name, following pointers, each of which must go back (RFC 1035 §4.1.4). */
  name(): Name {
    const start = this.#at
    const labels: Uint8Array[] = []
    const tail = this.#labels(labels)
    const name = tail === undefined ? makeName(labels) : joinName(labels, tail)
    this.#names.set(start, name)
    return name
  }

  /** Reads labels up to the root, or to a pointer to a name read before, which is returned. */
  #labels(labels: Uint8Array[]): Name | undefined {
    let segment = this.#at
    let at = this.#at
    let length = 1
    let pointers = 0
    for (;;) {
      const size = this.#bytes[at]
      if (size === undefined) throw badMessage('a name runs out of the message')
      if (size >= POINTER) {
        const target = this.#pointer(at, segment)
        if (pointers++ === 0) this.#at = at + 2
        if (pointers > MAX_POINTERS) throw badMessage('a name has too many pointers')
        const known = this.#names.get(target)
        if (known) return known
        segment = at = target
        continue
      }
      if (size > 63) throw badMessage('a label of a kind that is not used')
      at += 1
      if (size === 0) {
        if (pointers === 0) this.#at = at
        return undefined
      }
      length += 1 + size
      if (length > MAX_NAME_BYTES) throw badMessage('a name is longer than 255 octets')
      if (at + size > this.#bytes.length) throw badMessage('a label runs out of the message')
      labels.push(this.#bytes.slice(at, at + size))
      at += size
    }
  }

  #pointer(at: number, segment: number): number {
    const low = this.#bytes[at + 1]
    if (low === undefined) throw badMessage('a pointer runs out of the message')
    const target = ((this.#bytes[at]! & 0x3f) << 8) | low
    if (target < HEADER_BYTES) throw badMessage('a pointer into the header')
    if (target >= segment) throw badMessage('a pointer that does not go back')
    return target
  }

  #need(length: number): void {
    if (this.#at + length > this.#bytes.length) throw badMessage('the message ends too early')
  }
}

function makeName(labels: readonly Uint8Array[]): Name {
  return Name.of(labels)
}

function joinName(labels: readonly Uint8Array[], tail: Name): Name {
  if (labels.length === 0) return tail
  try {
    return Name.of([...labels, ...tail.labels])
  } catch (cause) {
    throw badMessage('a name is longer than 255 octets', cause)
  }
}

export function badMessage(problem: string, cause?: unknown): ShoalError {
  return new ShoalError('bad-dns-message', problem, cause === undefined ? {} : { cause })
}
