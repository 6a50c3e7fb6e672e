import { ShoalError } from '../../../base/index.ts'
import { MAX_KEYWORD_LENGTH, MAX_KEYWORDS_PER_MESSAGE } from './limits.ts'

/** Flags every mailbox knows (RFC 3501 §2.3.2). `\Recent` is no property of a message: a session has it. */
export const SYSTEM_FLAGS = ['\\Answered', '\\Deleted', '\\Draft', '\\Flagged', '\\Seen'] as const

const SYSTEM_BY_KEY = new Map<string, string>(SYSTEM_FLAGS.map((flag) => [flag.toLowerCase(), flag]))
/** An atom of RFC 3501, which is what a keyword must be. */
const KEYWORD = /^[!#$&'+-[^-z|}~]+$/

/** What STORE and its like do with the flags they name. */
export type FlagChange = 'add' | 'remove' | 'replace'

/** A message's flags: immutable, compared without regard to case. */
export class Flags {
  static readonly none = new Flags(new Map())
  /** Canonical: sorted, a space between. Equal flags have equal texts. */
  readonly text: string
  readonly #byKey: ReadonlyMap<string, string>

  private constructor(byKey: ReadonlyMap<string, string>) {
    this.#byKey = byKey
    this.text = [...byKey.values()].toSorted().join(' ')
  }

  /** Flags by name. Throws `bad-name` for what no flag may be called, `too-large` for too many keywords. */
  static of(names: Iterable<string>): Flags {
    const byKey = new Map<string, string>()
    for (const name of names) {
      const key = name.toLowerCase()
      if (!byKey.has(key)) byKey.set(key, SYSTEM_BY_KEY.get(key) ?? keyword(name))
    }
    if (byKey.size > MAX_KEYWORDS_PER_MESSAGE + SYSTEM_FLAGS.length)
      throw new ShoalError('too-large', `a message has at most ${MAX_KEYWORDS_PER_MESSAGE} keywords`)
    return byKey.size === 0 ? Flags.none : new Flags(byKey)
  }

  /** Flags as the database holds them. */
  static stored(text: string): Flags {
    if (text === '') return Flags.none
    return new Flags(new Map(text.split(' ').map((name) => [name.toLowerCase(), name])))
  }

  has(name: string): boolean {
    return this.#byKey.has(name.toLowerCase())
  }

  get names(): readonly string[] {
    return this.text === '' ? [] : this.text.split(' ')
  }

  get keywords(): readonly string[] {
    return this.names.filter((name) => !name.startsWith('\\'))
  }

  changed(change: FlagChange, by: Flags): Flags {
    if (change === 'replace') return by
    if (change === 'add') return Flags.of([...this.names, ...by.names])
    return Flags.of(this.names.filter((name) => !by.has(name)))
  }
}

function keyword(name: string): string {
  if (name.length <= MAX_KEYWORD_LENGTH && KEYWORD.test(name)) return name
  throw new ShoalError('bad-name', 'not a flag: a keyword is an atom', { data: { flag: name.slice(0, 40) } })
}
