import { MAX_REPLY_LINE_BYTES, MAX_REPLY_LINES } from '../limits.ts'
import { reply, type Reply } from '../reply.ts'

const LINE = /^([2-5]\d\d)([ -]|$)(?:([245]\.\d{1,3}\.\d{1,3})(?: |$))?(.*)$/

/** Puts the lines of a server's replies together (RFC 5321 §4.2), however the network cut them. */
export class ReplyInput {
  #pending = ''
  #lines: string[] = []
  #code = 0
  #status: string | undefined

  /** Whether bytes are here that are not part of a finished reply. */
  get isInside(): boolean {
    return this.#pending !== '' || this.#lines.length > 0
  }

  push(chunk: Buffer): void {
    this.#pending += chunk.toString('utf8')
  }

  /** The next reply; undefined until it is complete, `malformed` when this is no SMTP server. */
  next(): Reply | 'malformed' | undefined {
    for (let end = this.#pending.indexOf('\n'); end >= 0; end = this.#pending.indexOf('\n')) {
      const line = this.#pending.slice(0, end).replace(/\r$/, '')
      this.#pending = this.#pending.slice(end + 1)
      const finished = this.#take(line)
      if (finished) return finished
    }
    return this.#pending.length > MAX_REPLY_LINE_BYTES ? 'malformed' : undefined
  }

  #take(line: string): Reply | 'malformed' | undefined {
    const match = line.length > MAX_REPLY_LINE_BYTES ? null : LINE.exec(line)
    if (!match || this.#lines.length >= MAX_REPLY_LINES) return 'malformed'
    const [, code, mark, status, text] = match
    if (this.#lines.length > 0 && Number(code) !== this.#code) return 'malformed'
    this.#code = Number(code)
    this.#status ??= status
    this.#lines.push(printable(text!))
    if (mark === '-') return undefined
    const whole = reply(this.#code, this.#status, ...this.#lines)
    this.#lines = []
    this.#status = undefined
    return whole
  }
}

/** What a server says ends in notifications and on the screen: nothing in it may be taken for a line end or worse. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '?')
}
