import { parseDay } from './dates.ts'
import { MAX_SEARCH_DEPTH, MAX_SEARCH_KEYS } from './limits.ts'
import { badSyntax, type Scanner } from './scanner.ts'
import type { SearchKey } from './search-key.ts'

const FLAGS: Readonly<Record<string, string>> = {
  ANSWERED: '\\Answered',
  DELETED: '\\Deleted',
  DRAFT: '\\Draft',
  FLAGGED: '\\Flagged',
  SEEN: '\\Seen',
}
const FIELDS = ['BCC', 'CC', 'FROM', 'SUBJECT', 'TO']
const DATE = /"?[0-9A-Za-z-]{1,11}"?/y

/** All keys of a SEARCH, which must all be fulfilled. */
export function parseSearchKeys(scanner: Scanner): SearchKey {
  const parser = new SearchParser(scanner)
  const keys = parser.keys(0)
  return keys.length === 1 ? keys[0]! : { is: 'and', keys }
}

class SearchParser {
  readonly #scanner: Scanner
  #count = 0

  constructor(scanner: Scanner) {
    this.#scanner = scanner
  }

  keys(depth: number): SearchKey[] {
    const keys: SearchKey[] = []
    do keys.push(this.#key(depth))
    while (this.#scanner.skip(' '))
    return keys
  }

  #key(depth: number): SearchKey {
    if (++this.#count > MAX_SEARCH_KEYS || depth > MAX_SEARCH_DEPTH) throw badSyntax('too much to search for')
    if (this.#scanner.skip('(')) {
      const keys = this.keys(depth + 1)
      this.#scanner.expect(')')
      return { is: 'and', keys }
    }
    if (/[\d*]/.test(this.#scanner.peek())) return { is: 'numbers', set: this.#scanner.sequenceSet() }
    return this.#named(this.#scanner.keyword(), depth)
  }

  #named(name: string, depth: number): SearchKey {
    const flag = FLAGS[name.replace(/^UN/, '')]
    if (flag !== undefined) return { is: 'flag', flag, set: !name.startsWith('UN') }
    if (FIELDS.includes(name)) return { is: 'field', name, text: this.#text() }
    switch (name) {
      case 'ALL':
      case 'NEW':
      case 'OLD':
      case 'RECENT':
        return { is: name.toLowerCase() as 'all' | 'new' | 'old' | 'recent' }
      case 'KEYWORD':
      case 'UNKEYWORD':
        return { is: 'flag', flag: this.#argument(() => this.#scanner.atom()), set: name === 'KEYWORD' }
      case 'LARGER':
      case 'SMALLER':
        return {
          is: name === 'LARGER' ? 'larger' : 'smaller',
          bytes: this.#argument(() => this.#scanner.number()),
        }
      case 'BODY':
      case 'TEXT':
        return { is: name === 'BODY' ? 'body' : 'text', text: this.#text() }
      case 'HEADER':
        return { is: 'field', name: this.#argument(() => this.#scanner.astring()), text: this.#text() }
      case 'UID':
        return { is: 'uids', set: this.#argument(() => this.#scanner.sequenceSet()) }
      case 'NOT':
        return { is: 'not', key: this.#argument(() => this.#key(depth + 1)) }
      case 'OR':
        return { is: 'or', keys: [0, 1].map(() => this.#argument(() => this.#key(depth + 1))) }
      default:
        return this.#dated(name)
    }
  }

  #dated(name: string): SearchKey {
    const [, sent, kind] = /^(SENT)?(BEFORE|ON|SINCE)$/.exec(name) ?? []
    if (kind === undefined) throw badSyntax('no such search key')
    const day = parseDay(this.#argument(() => this.#scanner.match(DATE, 'a date is missing')))
    return { is: kind.toLowerCase() as 'before' | 'on' | 'since', day, of: sent ? 'sent' : 'received' }
  }

  #text(): string {
    return this.#argument(() => this.#scanner.text())
  }

  #argument<T>(read: () => T): T {
    this.#scanner.space()
    return read()
  }
}
