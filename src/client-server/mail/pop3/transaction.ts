import type { Recorder } from '../access/recorder.ts'
import type { Wire } from '../access/wire.ts'
import type { Content, Entry } from '../mailbox/index.ts'
import { messageIdOf } from '../mime/fields.ts'
import type { Drop } from './drop.ts'
import { LINES_AT_ONCE } from './limits.ts'
import { stuffed, topOf } from './multi-line.ts'

/** A line without its end, or several with theirs; empty when all was sent already. */
export type Answer = string

const NO_SUCH = '-ERR no such message'

/** What may be asked once somebody is logged in. */
export class Transaction {
  readonly #drop: Drop
  readonly #wire: Wire
  readonly #recorder: Recorder | undefined

  constructor(init: { drop: Drop; wire: Wire; recorder: Recorder | undefined }) {
    this.#drop = init.drop
    this.#wire = init.wire
    this.#recorder = init.recorder
  }

  answer(verb: string, rest: string): Promise<Answer> | Answer | undefined {
    const words = rest === '' ? [] : rest.trim().split(/ +/)
    switch (verb) {
      case 'STAT':
        return `+OK ${this.#drop.count} ${this.#drop.bytes}`
      case 'LIST':
        return this.#list(words, ({ size }) => String(size))
      case 'UIDL':
        return this.#list(words, (entry) => this.#drop.uniqueId(entry))
      case 'RETR':
        return this.#retrieve(words)
      case 'TOP':
        return this.#top(words)
      case 'DELE':
        return this.#delete(words)
      case 'NOOP':
        return '+OK'
      case 'RSET':
        this.#drop.reset()
        return `+OK ${this.#drop.count} messages`
      default:
        return undefined
    }
  }

  #list(words: readonly string[], fact: (entry: Entry) => string): Promise<Answer> | Answer {
    if (words.length === 0) return this.#listAll(fact)
    const number = numberOf(words)
    const entry = number === undefined ? undefined : this.#drop.find(number)
    return entry ? `+OK ${number} ${fact(entry)}` : NO_SUCH
  }

  async #listAll(fact: (entry: Entry) => string): Promise<Answer> {
    this.#recorder?.server('+OK')
    let piece = ['+OK\r\n']
    for (const [number, entry] of this.#drop.kept()) {
      const line = `${number} ${fact(entry)}`
      this.#recorder?.server(line)
      piece.push(`${line}\r\n`)
      if (piece.length < LINES_AT_ONCE) continue
      await this.#wire.write(piece.join(''))
      piece = []
    }
    this.#recorder?.server('.')
    await this.#wire.write(`${piece.join('')}.\r\n`)
    return ''
  }

  async #retrieve(words: readonly string[]): Promise<Answer> {
    const found = this.#find(words)
    if (!found) return NO_SUCH
    this.#recorder?.about(messageIdOf(found.content.head))
    await this.#send(found.content)
    this.#drop.noteRead(found.number)
    return ''
  }

  async #top(words: readonly string[]): Promise<Answer> {
    const lines = numberOf(words.slice(1))
    if (lines === undefined) return '-ERR TOP message lines'
    const found = this.#find(words.slice(0, 1))
    if (!found) return NO_SUCH
    await this.#send(topOf(found.content, lines))
    return ''
  }

  #find(words: readonly string[]): { number: number; content: Content } | undefined {
    const number = numberOf(words)
    const content = number !== undefined && this.#drop.find(number) ? this.#drop.read(number) : undefined
    return content && { number: number!, content }
  }

  async #send(content: Content): Promise<void> {
    const bytes = content.head.length + content.body.length
    this.#recorder?.server(`+OK ${bytes} octets`)
    this.#recorder?.server(`(${bytes} bytes of the message)`)
    this.#recorder?.server('.')
    await this.#wire.write(`+OK ${bytes} octets\r\n`)
    await this.#wire.write(stuffed(content))
  }

  #delete(words: readonly string[]): Answer {
    const number = numberOf(words)
    if (number === undefined || !this.#drop.find(number)) return NO_SUCH
    this.#drop.delete(number)
    return '+OK'
  }
}

/** The one argument that must be a number; 0 is one for TOP and no message's. */
function numberOf(words: readonly string[]): number | undefined {
  return words.length === 1 && /^\d{1,9}$/.test(words[0]!) ? Number(words[0]) : undefined
}
