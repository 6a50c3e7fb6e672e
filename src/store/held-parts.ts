import { Bitmap, type Emitter } from '../base/index.ts'
import type { Part } from '../content/index.ts'
import type { StoredShareEvents } from './types.ts'

/** Which parts of a share are held, its pages before its chunks. Tells of every change. */
export class HeldParts {
  readonly bits: Bitmap
  readonly #pages: number
  readonly #chunkLength: (chunk: number) => number
  readonly #events: Emitter<StoredShareEvents>
  #chunkBytes = 0

  /** `chunkLength` is asked once a chunk is held, when all pages are. */
  constructor(
    size: { readonly pages: number; readonly parts: number },
    chunkLength: (chunk: number) => number,
    events: Emitter<StoredShareEvents>,
  ) {
    this.bits = new Bitmap(size.parts)
    this.#pages = size.pages
    this.#chunkLength = chunkLength
    this.#events = events
  }

  /** Bytes of the chunks held. */
  get chunkBytes(): number {
    return this.#chunkBytes
  }

  hasChunk(chunk: number): boolean {
    return this.bits.has(this.#pages + chunk)
  }

  /** `tell` is false for what was held before anybody listened. */
  hold(part: Part, tell = true): void {
    if (!this.bits.add(part)) return
    if (part >= this.#pages) this.#chunkBytes += this.#chunkLength(part - this.#pages)
    if (tell) this.#events.emit('held', { part, held: true })
  }

  holdChunk(chunk: number, tell = true): void {
    this.hold(this.#pages + chunk, tell)
  }

  loseChunk(chunk: number): void {
    const part = this.#pages + chunk
    if (!this.bits.delete(part)) return
    this.#chunkBytes -= this.#chunkLength(chunk)
    this.#events.emit('held', { part, held: false })
  }

  /** The chunks that are not held. */
  missingChunks(): Bitmap {
    const chunks = this.bits.length - this.#pages
    const missing = new Bitmap(chunks)
    for (let chunk = 0; chunk < chunks; chunk++) if (!this.hasChunk(chunk)) missing.add(chunk)
    return missing
  }

  tellAll(): void {
    for (const part of this.bits.indices()) this.#events.emit('held', { part, held: true })
  }
}
