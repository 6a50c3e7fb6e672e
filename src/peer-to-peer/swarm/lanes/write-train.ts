import { LONG_WRITE_BYTES, MAX_LONG_WRITE_BYTES } from '../limits.ts'

/** What of a TLS socket writing needs. */
export interface TrainSocket {
  cork(): void
  uncork(): void
  /** `onFlushed` is called in every case, also when the socket ends first. */
  write(bytes: Uint8Array, onFlushed?: () => void): boolean
}

interface Car {
  readonly bytes: Uint8Array
  readonly onFlushed: (() => void) | undefined
}

/**
 * All that one turn of the event loop writes goes out as one train of records. Node joins the pieces of such a write in new
 * memory; for long blocks at full speed no copy is dearer. So what lies in one piece of memory anyway, blocks with their
 * headers one after the other, goes out by itself, one such write at a time.
 */
export class WriteTrain {
  readonly #socket: TrainSocket
  #waiting: Car[] = []
  #isDue = false
  #isLongUnderWay = false

  constructor(socket: TrainSocket) {
    this.#socket = socket
  }

  /** Queues pieces; `onFlushed` when the last of them is written, or never will be. */
  add(pieces: readonly Uint8Array[], onFlushed: (() => void) | undefined): void {
    for (const [i, bytes] of pieces.entries())
      this.#waiting.push({ bytes, onFlushed: i === pieces.length - 1 ? onFlushed : undefined })
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      this.#leave()
    })
  }

  #leave(): void {
    while (this.#waiting.length > 0 && !this.#isLongUnderWay) {
      const { count, length } = this.#firstInOnePiece()
      if (length >= LONG_WRITE_BYTES) this.#sendLong(count, length)
      else this.#sendJoined()
    }
  }

  #firstInOnePiece(): { count: number; length: number } {
    const first = this.#waiting[0]!.bytes
    let { length } = first
    let count = 1
    for (let next = this.#waiting[count]; next; next = this.#waiting[++count]) {
      const { bytes } = next
      const isNext = bytes.buffer === first.buffer && bytes.byteOffset === first.byteOffset + length
      if (!isNext || length + bytes.length > MAX_LONG_WRITE_BYTES) break
      length += bytes.length
    }
    return { count, length }
  }

  #sendLong(count: number, length: number): void {
    const cars = this.#waiting.splice(0, count)
    const { buffer, byteOffset } = cars[0]!.bytes
    this.#isLongUnderWay = true
    this.#socket.write(new Uint8Array(buffer, byteOffset, length), () => {
      this.#isLongUnderWay = false
      for (const { onFlushed } of cars) onFlushed?.()
      this.#leave()
    })
  }

  /** Everything before the next long piece. */
  #sendJoined(): void {
    this.#socket.cork()
    do {
      const { bytes, onFlushed } = this.#waiting.shift()!
      this.#socket.write(bytes, onFlushed)
    } while (this.#waiting.length > 0 && this.#firstInOnePiece().length < LONG_WRITE_BYTES)
    this.#socket.uncork()
  }
}
