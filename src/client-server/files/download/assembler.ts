import { ShoalError } from '../../../base/index.ts'
import type { BufferPool, PartBuffer, StoredShare } from '../../../store/index.ts'
import { MAX_WRITES } from '../limits.ts'
import type { Stretch } from './stretches.ts'

/** A chunk whose first bytes are here. */
interface Begun {
  readonly chunk: number
  readonly buffer: PartBuffer
  filled: number
}

/**
 * Puts the bytes of a stretch together to chunks and gives them to the store, which verifies them; a few are written
 * while the next is received. A chunk that has begun is kept when the connection is lost, and continued.
 */
export class Assembler {
  readonly #stored: StoredShare
  readonly #buffers: BufferPool
  readonly #onWritten: () => void
  readonly #writes = new Set<Promise<void>>()
  #stretch: Stretch = { chunk: 0, begin: 0, end: 0 }
  #begun: Begun | undefined
  #failure: { error: unknown } | undefined

  constructor(stored: StoredShare, buffers: BufferPool, onWritten: () => void) {
    this.#stored = stored
    this.#buffers = buffers
    this.#onWritten = onWritten
  }

  /** What to ask for next: the rest of what has begun, or a new stretch. */
  begin(stretch: Stretch): { begin: number; end: number } {
    const begun = this.#begun
    if (begun?.chunk === stretch.chunk) {
      this.#stretch = stretch
      return { begin: stretch.begin + begun.filled, end: stretch.end }
    }
    this.drop()
    this.#stretch = stretch
    return stretch
  }

  /** Takes the next bytes. Throws what writing throws, and `hash-mismatch` for a chunk that is not the share's. */
  async take(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const begun = (this.#begun ??= await this.#start(signal))
      const count = Math.min(begun.buffer.bytes.length - begun.filled, bytes.length - at)
      begun.buffer.bytes.set(bytes.subarray(at, at + count), begun.filled)
      begun.filled += count
      at += count
      if (begun.filled === begun.buffer.bytes.length) await this.#write(begun)
    }
  }

  /** Waits for what is being written. */
  async flush(): Promise<void> {
    await Promise.all(this.#writes)
    this.#throwFailure()
  }

  /** Forgets what has begun and waits for what is being written. */
  async stop(): Promise<void> {
    this.drop()
    await Promise.all(this.#writes)
  }

  drop(): void {
    this.#begun?.buffer.release()
    this.#begun = undefined
  }

  async #start(signal: AbortSignal): Promise<Begun> {
    const { chunk } = this.#stretch
    const length = this.#stored.partLength(this.#stored.pages + chunk)
    return { chunk, buffer: await this.#buffers.take(length, { signal }), filled: 0 }
  }

  async #write({ chunk, buffer, filled }: Begun): Promise<void> {
    this.#begun = undefined
    this.#stretch = { chunk: chunk + 1, begin: this.#stretch.begin + filled, end: this.#stretch.end }
    const write: Promise<void> = this.#put(chunk, buffer).finally(() => this.#writes.delete(write))
    this.#writes.add(write)
    while (this.#writes.size >= MAX_WRITES) await Promise.race(this.#writes)
    this.#throwFailure()
  }

  /** Never rejects: a failure is thrown by whoever waits next. */
  async #put(chunk: number, buffer: PartBuffer): Promise<void> {
    try {
      if (await this.#stored.putPart(this.#stored.pages + chunk, buffer)) return this.#onWritten()
      throw new ShoalError('hash-mismatch', 'the server sent bytes that are not the share’s', {
        data: { chunk },
      })
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error
  }
}
