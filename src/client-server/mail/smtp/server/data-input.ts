import { MAX_OVERSIZE_FACTOR, MAX_TEXT_LINE_BYTES } from '../limits.ts'

const LF = 10
const CR = 13
const DOT = 46

/** Why a message is not taken, whatever its recipients. */
export type DataFault = 'bare-line-end' | 'nul' | 'line-too-long' | 'too-large'

export type DataResult =
  /** CRLF line ends throughout, dots unstuffed. */
  | { readonly is: 'message'; readonly message: Buffer; readonly rest: Buffer }
  /** Too large, and read to its end: what follows is a command again. */
  | { readonly is: 'refused'; readonly fault: 'too-large'; readonly rest: Buffer }
  /** Nothing that follows can be trusted to be what it looks like. */
  | { readonly is: 'hopeless'; readonly fault: DataFault }

/**
 * Reads a message up to its end, which is CRLF.CRLF and nothing else (RFC 5321 §2.3.8, §4.1.1.4). A CR or LF alone is not let through:
 * some server on the way might take it for the end, and what follows for commands.
 */
export class DataInput {
  readonly #maxBytes: number
  #parts: Buffer[] = []
  #bytes = 0
  /** The beginning of a line whose end has not come. */
  #line: Buffer = Buffer.alloc(0)

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get heldBytes(): number {
    return Math.min(this.#bytes, this.#maxBytes) + this.#line.length
  }

  /** Takes the next bytes; undefined until the end is there. */
  push(chunk: Buffer): DataResult | undefined {
    if (chunk.includes(0)) return { is: 'hopeless', fault: 'nul' }
    const bytes = this.#line.length === 0 ? chunk : Buffer.concat([this.#line, chunk])
    let from = this.#line.length
    let start = 0
    for (let end = bytes.indexOf(LF, from); end >= 0; end = bytes.indexOf(LF, from)) {
      const fault = this.#takeLine(bytes, start, end)
      if (fault) return { is: 'hopeless', fault }
      from = end + 1
      if (end - start === 2 && bytes[start] === DOT) return this.#finish(bytes.subarray(from))
      start = from
    }
    this.#line = bytes.subarray(start)
    return this.#line.length > MAX_TEXT_LINE_BYTES ? { is: 'hopeless', fault: 'line-too-long' } : undefined
  }

  #takeLine(bytes: Buffer, start: number, end: number): DataFault | undefined {
    if (end - start >= MAX_TEXT_LINE_BYTES) return 'line-too-long'
    if (end === start || bytes.indexOf(CR, start) !== end - 1) return 'bare-line-end'
    const isDotted = bytes[start] === DOT
    if (isDotted && end - start === 2) return undefined
    this.#append(bytes.subarray(isDotted ? start + 1 : start, end + 1))
    return this.#bytes > this.#maxBytes * MAX_OVERSIZE_FACTOR ? 'too-large' : undefined
  }

  #append(line: Buffer): void {
    this.#bytes += line.length
    if (this.#bytes <= this.#maxBytes) this.#parts.push(line)
    else this.#parts = []
  }

  #finish(rest: Buffer): DataResult {
    if (this.#bytes > this.#maxBytes) return { is: 'refused', fault: 'too-large', rest }
    return { is: 'message', message: Buffer.concat(this.#parts, this.#bytes), rest }
  }
}
