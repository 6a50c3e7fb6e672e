import { utf8 } from '../../../base/index.ts'
import { parseEscape } from '../wire/name.ts'
import { MAX_TOKENS } from './limits.ts'
import { ZoneMistake, type ZoneMistakeCode } from './mistake.ts'

/** A word or a quoted string of a zone file, escapes as they were written. */
export interface Token {
  readonly text: string
  readonly quoted: boolean
}

/** One entry: a line, or several within parentheses. */
export interface Entry {
  /** Where it starts, from 1. */
  readonly line: number
  /** It begins with white space: its owner is the one of the entry before. */
  readonly continues: boolean
  readonly tokens: readonly Token[]
}

/** A mistake and its line. */
export class TextError extends ZoneMistake {
  readonly line: number

  constructor(line: number, code: ZoneMistakeCode, problem: string) {
    super(code, {}, problem)
    this.line = line
  }
}

/** Cuts a zone file into entries (RFC 1035 §5.1): comments, quotes, parentheses. Throws `TextError`. */
export function* entriesOf(text: string): Generator<Entry> {
  const scanner = new Scanner(text)
  for (let entry = scanner.next(); entry; entry = scanner.next()) if (entry.tokens.length > 0) yield entry
}

const BLANK = new Set([' ', '\t', '\r'])
const ENDS_WORD = new Set([' ', '\t', '\r', '\n', '(', ')', ';', '"'])

class Scanner {
  readonly #text: string
  #at = 0
  #line = 1

  constructor(text: string) {
    this.#text = text
  }

  next(): Entry | undefined {
    if (this.#at >= this.#text.length) return undefined
    const line = this.#line
    const continues = BLANK.has(this.#text[this.#at]!)
    const tokens: Token[] = []
    let depth = 0
    for (;;) {
      const char = this.#text[this.#at]
      if (char === undefined) {
        if (depth > 0) throw new TextError(line, 'paren-not-closed', 'a parenthesis is not closed')
        break
      }
      if (char === '\n') {
        this.#at++
        this.#line++
        if (depth === 0) break
      } else if (char === '(') {
        depth++
        this.#at++
      } else if (char === ')') {
        if (depth-- === 0)
          throw new TextError(this.#line, 'paren-not-opened', 'a closing parenthesis without an opening one')
        this.#at++
      } else if (BLANK.has(char)) this.#at++
      else if (char === ';') this.#skipComment()
      else tokens.push(char === '"' ? this.#quoted() : this.#word())
      if (tokens.length > MAX_TOKENS) throw new TextError(line, 'entry-too-long', 'the entry is too long')
    }
    return { line, continues, tokens }
  }

  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.#text.length : end
  }

  #word(): Token {
    const start = this.#at
    while (this.#at < this.#text.length && !ENDS_WORD.has(this.#text[this.#at]!)) this.#step()
    return { text: this.#text.slice(start, this.#at), quoted: false }
  }

  #quoted(): Token {
    const start = ++this.#at
    while (this.#text[this.#at] !== '"') {
      if (this.#at >= this.#text.length || this.#text[this.#at] === '\n')
        throw new TextError(this.#line, 'quote-not-closed', 'a quotation mark is not closed')
      this.#step()
    }
    return { text: this.#text.slice(start, this.#at++), quoted: true }
  }

  /** Past one character, or a backslash and the one it escapes. */
  #step(): void {
    const escapes = this.#text[this.#at] === '\\' && this.#text[this.#at + 1] !== '\n'
    this.#at = Math.min(this.#text.length, this.#at + (escapes ? 2 : 1))
  }
}

/** The octets of a token, escapes read: `\"`, `\065`. Throws an Error that says why not. */
export function octetsOf({ text }: Token): Uint8Array<ArrayBuffer> {
  const bytes = utf8(text)
  const octets: number[] = []
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== 0x5c) octets.push(bytes[at++]!)
    else {
      const { value, next } = parseEscape(bytes, at)
      octets.push(value)
      at = next
    }
  }
  return Uint8Array.from(octets)
}
