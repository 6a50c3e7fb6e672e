const FIRST_CAPACITY = 1024
const LF = 10

/** Bytes that came and were not read yet. Each byte is looked at once for the end of a line, however they were cut. */
export class ByteQueue {
  #buffer = Buffer.allocUnsafe(FIRST_CAPACITY)
  #start = 0
  #end = 0
  #scanned = 0

  get length(): number {
    return this.#end - this.#start
  }

  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(bytes.length)
    this.#buffer.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** Takes at most `most` bytes from the front. */
  take(most: number): Buffer {
    const length = Math.min(most, this.length)
    const bytes = Buffer.from(this.#buffer.subarray(this.#start, this.#start + length))
    this.#start += length
    this.#scanned = Math.max(this.#scanned, this.#start)
    if (this.length === 0) this.clear()
    return bytes
  }

  /** Bytes of the first line with its end, or undefined while that has not come. */
  lineLength(): number | undefined {
    const at = this.#buffer.subarray(0, this.#end).indexOf(LF, this.#scanned)
    if (at >= 0) {
      this.#scanned = at
      return at + 1 - this.#start
    }
    this.#scanned = this.#end
    return undefined
  }

  clear(): void {
    // A large literal should not leave a large buffer behind.
    if (this.#buffer.length > 64 * FIRST_CAPACITY) this.#buffer = Buffer.allocUnsafe(FIRST_CAPACITY)
    this.#start = 0
    this.#end = 0
    this.#scanned = 0
  }

  #makeRoom(more: number): void {
    const needed = this.length + more
    const target = needed * 2 > this.#buffer.length ? Buffer.allocUnsafe(needed * 2) : this.#buffer
    this.#buffer.copy(target, 0, this.#start, this.#end)
    this.#buffer = target
    this.#end -= this.#start
    this.#scanned -= this.#start
    this.#start = 0
  }
}
