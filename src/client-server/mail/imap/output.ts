import type { Recorder } from '../access/recorder.ts'
import type { Wire } from '../access/wire.ts'
import { ANSWER_PIECE_BYTES } from './limits.ts'
import type { Answer } from './text.ts'

/** A session's answers, collected into pieces worth sending, and taken down without what the messages say. */
export class Output {
  readonly #wire: Wire
  readonly #recorder: Recorder | undefined
  #pieces: Uint8Array[] = []
  #bytes = 0

  constructor(wire: Wire, recorder: Recorder | undefined) {
    this.#wire = wire
    this.#recorder = recorder
  }

  /** A whole line, star or tag included. */
  line(text: string): void {
    this.#recorder?.server(text)
    this.#keep(Buffer.from(`${text}\r\n`, 'latin1'))
  }

  /** An answer with literals in it, without its star. */
  answer(parts: readonly Answer[]): void {
    this.#recorder?.server(`* ${withoutLiterals(parts)}`)
    this.#keep(Buffer.from('* '))
    // Texts between literals go out as one.
    let text = ''
    for (const part of parts) {
      if (typeof part === 'string') text += part
      else {
        this.#keep(Buffer.from(text, 'latin1'))
        this.#keep(part)
        text = ''
      }
    }
    this.#keep(Buffer.from(`${text}\r\n`, 'latin1'))
  }

  /** Whether enough is collected to be sent. */
  get isFull(): boolean {
    return this.#bytes >= ANSWER_PIECE_BYTES
  }

  /** Sends what was collected; resolves when there is room for more. Throws WireClosed. */
  async flush(): Promise<void> {
    if (this.#pieces.length === 0) return
    const bytes = Buffer.concat(this.#pieces, this.#bytes)
    this.#pieces = []
    this.#bytes = 0
    await this.#wire.write(bytes)
  }

  #keep(bytes: Uint8Array): void {
    this.#pieces.push(bytes)
    this.#bytes += bytes.length
  }
}

function withoutLiterals(parts: readonly Answer[]): string {
  return parts
    .map((part) => (typeof part === 'string' ? part.replace('\r\n', ' ') : `(${part.length} bytes)`))
    .join('')
}
