import { MAX_SKIPPED_BYTES } from '../limits.ts'

const LF = 10
const CR = 13

export type LineToken =
  /** One line without its CRLF. */
  | { readonly is: 'line'; readonly bytes: Buffer }
  /** A CR or LF that is not part of a CRLF: servers that disagree about where lines end can be played against each other. */
  | { readonly is: 'bare-line-end' }
  /** Longer than allowed; the whole line was read over. */
  | { readonly is: 'too-long' }
  /** So long that nobody waits for its end. */
  | { readonly is: 'flood' }

/** Cuts what a client sends into lines, however the network cut it. Holds what has not been asked for. */
export class LineInput {
  #pending: Buffer = Buffer.alloc(0)
  /** Bytes at the front of `#pending` known to hold no LF. */
  #searched = 0
  #skipped = 0

  get pendingBytes(): number {
    return this.#pending.length
  }

  push(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
  }

  /** Everything not yet read as lines, which then is not here any more. */
  takeAll(): Buffer {
    const all = this.#pending
    this.#keep(Buffer.alloc(0))
    return all
  }

  /** The next line of at most `maxBytes` with its line end; undefined until it is complete. */
  next(maxBytes: number): LineToken | undefined {
    const end = this.#pending.indexOf(LF, this.#searched)
    if (end < 0) return this.#unfinished(maxBytes)
    const line = this.#pending.subarray(0, end + 1)
    const wasSkipping = this.#skipped > 0
    this.#keep(this.#pending.subarray(end + 1))
    this.#skipped = 0
    if (wasSkipping || line.length > maxBytes) return { is: 'too-long' }
    if (end === 0 || line.indexOf(CR) !== end - 1) return { is: 'bare-line-end' }
    return { is: 'line', bytes: line.subarray(0, -2) }
  }

  #unfinished(maxBytes: number): LineToken | undefined {
    this.#searched = this.#pending.length
    if (this.#pending.length <= maxBytes) return undefined
    this.#skipped += this.#pending.length
    this.#keep(Buffer.alloc(0))
    return this.#skipped > MAX_SKIPPED_BYTES ? { is: 'flood' } : undefined
  }

  #keep(rest: Buffer): void {
    this.#pending = rest
    this.#searched = 0
  }
}
