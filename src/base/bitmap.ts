/** A fixed number of bits that counts how many are set. Bit i is bit 7−(i mod 8) of byte ⌊i/8⌋, as on the wire. */
export class Bitmap {
  readonly length: number
  readonly #bytes: Uint8Array
  #count = 0

  constructor(length: number, bytes?: Uint8Array) {
    const size = Math.ceil(length / 8)
    if (bytes && bytes.length !== size) throw new RangeError(`bitmap of ${length} bits needs ${size} bytes`)
    this.length = length
    this.#bytes = bytes ? Uint8Array.from(bytes) : new Uint8Array(size)
    if (bytes && length % 8 !== 0) this.#bytes[size - 1]! &= 0xff << (8 - (length % 8))
    for (const byte of this.#bytes) this.#count += ONES[byte]!
  }

  static full(length: number): Bitmap {
    return new Bitmap(length, new Uint8Array(Math.ceil(length / 8)).fill(255))
  }

  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count === this.length
  }

  has(index: number): boolean {
    return index >= 0 && index < this.length && (this.#bytes[index >> 3]! & (128 >> (index & 7))) !== 0
  }

  /** Sets a bit; true when it was not set before. */
  add(index: number): boolean {
    if (index < 0 || index >= this.length) throw new RangeError(`bit ${index} of ${this.length}`)
    if (this.has(index)) return false
    this.#bytes[index >> 3]! |= 128 >> (index & 7)
    this.#count++
    return true
  }

  /** Clears a bit; true when it was set before. */
  delete(index: number): boolean {
    if (!this.has(index)) return false
    this.#bytes[index >> 3]! &= ~(128 >> (index & 7))
    this.#count--
    return true
  }

  clear(): void {
    this.#bytes.fill(0)
    this.#count = 0
  }

  *indices(): IterableIterator<number> {
    for (let i = 0; i < this.length; i++) if (this.has(i)) yield i
  }

  *missing(): IterableIterator<number> {
    for (let i = 0; i < this.length; i++) if (!this.has(i)) yield i
  }

  /** A copy of the bits as bytes. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes)
  }

  clone(): Bitmap {
    return new Bitmap(this.length, this.#bytes)
  }
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1
  return ones
})
