import { fromUtf8, ShoalError } from '../../../base/index.ts'
import { MAX_RANGES } from './limits.ts'
import { LAST, type Range, type SequenceSet } from './sequence-set.ts'
import { decodeUtf7 } from './utf7.ts'

/** A command as it came: text, and the literals between (RFC 3501 §4.3). */
export type Piece = string | Buffer

// What RFC 3501 §9 allows, as ranges of ASCII.
const ATOM = /[!#$&'+-[^-z|}~]+/y
const ASTRING = /[!#$&'+-[\]-z|}~]+/y
const PATTERN = /[!#-'*-[\]-z|}~]+/y
const QUOTED = /"((?:[^"\\\r\n\0]|\\["\\])*)"/y
const NUMBER = /\d{1,10}/y
const MAX_NUMBER = 0xffff_ffff

/** What a client wrote is not IMAP. */
export function badSyntax(what: string): ShoalError {
  return new ShoalError('protocol-violation', what)
}

/** Reads a command from left to right. Each method takes what it is called after, or throws `protocol-violation`. */
export class Scanner {
  readonly #pieces: readonly Piece[]
  #piece = 0
  #at = 0

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  get isAtEnd(): boolean {
    const piece = this.#pieces[this.#piece]
    return piece === undefined || (typeof piece === 'string' && this.#at >= piece.length && this.#isLastPiece)
  }

  end(): void {
    if (!this.isAtEnd) throw badSyntax('something is too much')
  }

  /** The next character; empty at a literal or the end. */
  peek(): string {
    const piece = this.#pieces[this.#piece]
    return typeof piece === 'string' ? (piece[this.#at] ?? '') : ''
  }

  /** Takes these characters if they come next, whatever their case. */
  skip(text: string): boolean {
    const piece = this.#pieces[this.#piece]
    if (typeof piece !== 'string') return false
    if (piece.slice(this.#at, this.#at + text.length).toUpperCase() !== text) return false
    this.#advance(text.length)
    return true
  }

  expect(text: string): void {
    if (!this.skip(text)) throw badSyntax(text === ' ' ? 'a space is missing' : `${text} is missing`)
  }

  space(): void {
    this.expect(' ')
  }

  /** In capitals. */
  keyword(): string {
    return this.#match(ATOM, 'a word is missing').toUpperCase()
  }

  atom(): string {
    return this.#match(ATOM, 'an atom is missing')
  }

  /** The text of a regular expression that sticks to where it is. */
  match(pattern: RegExp, missing: string): string {
    return this.#match(pattern, missing)
  }

  /** Atom, quoted or literal; one character a byte. */
  astring(): string {
    return this.#isString() ? this.string() : this.#match(ASTRING, 'a string is missing')
  }

  string(): string {
    const literal = this.literal()
    if (literal) return literal.toString('latin1')
    const quoted = this.#match(QUOTED, 'a string is missing')
    return quoted.slice(1, -1).replace(/\\(.)/g, '$1')
  }

  /** A string, or undefined for NIL. */
  nstring(): string | undefined {
    return this.skip('NIL') ? undefined : this.string()
  }

  literal(): Buffer | undefined {
    const piece = this.#pieces[this.#piece]
    if (!Buffer.isBuffer(piece)) return undefined
    this.#piece++
    this.#at = 0
    return piece
  }

  /** Text a person wrote: UTF-8. */
  text(): string {
    const text = fromUtf8(Buffer.from(this.astring(), 'latin1'))
    if (text === undefined) throw badSyntax('not UTF-8')
    return text
  }

  /** A folder's name, decoded. Throws `bad-name` when it is not modified UTF-7. */
  folderName(): string {
    return decodedName(this.astring())
  }

  /** A pattern of names, decoded. */
  pattern(): string {
    return decodedName(this.#isString() ? this.string() : this.#match(PATTERN, 'a pattern is missing'))
  }

  number(): number {
    const number = Number(this.#match(NUMBER, 'a number is missing'))
    if (number > MAX_NUMBER) throw badSyntax('a number is too large')
    return number
  }

  sequenceSet(): SequenceSet {
    const ranges: Range[] = []
    do {
      if (ranges.length >= MAX_RANGES) throw badSyntax('too many ranges')
      const from = this.#setNumber()
      ranges.push({ from, to: this.skip(':') ? this.#setNumber() : from })
    } while (this.skip(','))
    return ranges
  }

  /** `(a b c)`, at most so many. */
  list<T>(most: number, item: () => T): T[] {
    this.expect('(')
    const items: T[] = []
    if (this.skip(')')) return items
    do {
      if (items.length >= most) throw badSyntax('too many')
      items.push(item())
    } while (this.skip(' '))
    this.expect(')')
    return items
  }

  #setNumber(): number {
    if (this.skip('*')) return LAST
    const number = this.number()
    if (number === 0) throw badSyntax('0 is no message')
    return number
  }

  #isString(): boolean {
    return this.peek() === '"' || Buffer.isBuffer(this.#pieces[this.#piece])
  }

  #match(pattern: RegExp, missing: string): string {
    const piece = this.#pieces[this.#piece]
    if (typeof piece !== 'string') throw badSyntax(missing)
    pattern.lastIndex = this.#at
    const found = pattern.exec(piece)?.[0]
    if (found === undefined) throw badSyntax(missing)
    this.#advance(found.length)
    return found
  }

  #advance(length: number): void {
    this.#at += length
    const piece = this.#pieces[this.#piece] as string
    if (this.#at < piece.length || this.#isLastPiece) return
    this.#piece++
    this.#at = 0
  }

  get #isLastPiece(): boolean {
    return this.#piece >= this.#pieces.length - 1
  }
}

function decodedName(coded: string): string {
  const name = decodeUtf7(coded)
  if (name === undefined) throw new ShoalError('bad-name', 'the name is not in modified UTF-7')
  return name
}
