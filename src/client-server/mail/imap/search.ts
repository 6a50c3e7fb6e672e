import { concatBytes } from '../../../base/index.ts'
import type { Entry } from '../mailbox/index.ts'
import {
  decodedText,
  decodeText,
  fieldValue,
  parseFields,
  parseParts,
  type Field,
  type Part,
} from '../mime/index.ts'
import { DAY_MS, dayOfField } from './dates.ts'
import { badSyntax } from './scanner.ts'
import type { SearchKey } from './search-key.ts'
import type { Selected } from './selected.ts'
import { placesOfNumbers, placesOfUids } from './sequence-set.ts'

/** One message while it is looked at: read only as far as a key asks. */
interface Candidate {
  readonly place: number
  readonly entry: Entry
  readonly fields: () => readonly Field[]
  readonly text: () => string
}

type Test = (candidate: Candidate) => boolean

/** Keys turned into a test, sets of messages resolved once. */
export class Searcher {
  readonly #selected: Selected
  readonly #test: Test
  readonly readsMessages: boolean

  constructor(selected: Selected, key: SearchKey) {
    this.#selected = selected
    this.#test = this.#compile(key)
    this.readsMessages = reads(key)
  }

  matches(place: number): boolean {
    const entry = this.#selected.entry(place)
    return entry !== undefined && this.#test(this.#candidate(place, entry))
  }

  #candidate(place: number, entry: Entry): Candidate {
    const { folder } = this.#selected
    let fields: readonly Field[] | undefined
    let text: string | undefined
    return {
      place,
      entry,
      fields: () => (fields ??= parseFields(folder.head(entry) ?? new Uint8Array())),
      text: () => (text ??= bodyText(folder.whole(entry))),
    }
  }

  #compile(key: SearchKey): Test {
    switch (key.is) {
      case 'all':
        return () => true
      case 'recent':
        return ({ entry }) => this.#selected.isRecent(entry.uid)
      case 'old':
        return ({ entry }) => !this.#selected.isRecent(entry.uid)
      case 'new':
        return ({ entry }) => this.#selected.isRecent(entry.uid) && !entry.flags.has('\\Seen')
      case 'flag':
        return ({ entry }) => entry.flags.has(key.flag) === key.set
      case 'larger':
        return ({ entry }) => entry.size > key.bytes
      case 'smaller':
        return ({ entry }) => entry.size < key.bytes
      case 'before':
      case 'on':
      case 'since':
        return dayTest(key)
      case 'not':
        return negated(this.#compile(key.key))
      case 'and':
        return every(key.keys.map((part) => this.#compile(part)))
      case 'or':
        return some(key.keys.map((part) => this.#compile(part)))
      default:
        return this.#compileContent(key)
    }
  }

  #compileContent(key: Extract<SearchKey, { is: 'field' | 'body' | 'text' | 'numbers' | 'uids' }>): Test {
    if ('set' in key) {
      const { uids } = this.#selected
      const places = key.is === 'uids' ? placesOfUids(key.set, uids) : placesOfNumbers(key.set, uids.length)
      if (!places) throw badSyntax('no such message')
      const wanted = new Set(places)
      return ({ place }) => wanted.has(place)
    }
    const wanted = folded(key.text)
    if (key.is === 'field') return fieldTest(key.name.toLowerCase(), wanted)
    if (key.is === 'body') return ({ text }) => folded(text()).includes(wanted)
    return ({ fields, text }) =>
      fields().some(({ raw }) => folded(decodeText(raw)).includes(wanted)) || folded(text()).includes(wanted)
  }
}

function reads(key: SearchKey): boolean {
  if (key.is === 'not') return reads(key.key)
  if (key.is === 'and' || key.is === 'or') return key.keys.some(reads)
  return ['field', 'body', 'text'].includes(key.is) || ('of' in key && key.of === 'sent')
}

function fieldTest(name: string, wanted: string): Test {
  return ({ fields }) =>
    fields().some(
      (field) => field.name.toLowerCase() === name && folded(decodeText(field.value)).includes(wanted),
    )
}

function dayTest(key: Extract<SearchKey, { is: 'before' | 'on' | 'since' }>): Test {
  return ({ entry, fields }) => {
    const day =
      key.of === 'received'
        ? Math.floor(entry.receivedAt / DAY_MS)
        : dayOfField(fieldValue(fields(), 'date') ?? '')
    if (day === undefined) return false
    if (key.is === 'on') return day === key.day
    return key.is === 'before' ? day < key.day : day >= key.day
  }
}

function negated(test: Test): Test {
  return (candidate) => !test(candidate)
}

function every(tests: readonly Test[]): Test {
  return (candidate) => tests.every((test) => test(candidate))
}

function some(tests: readonly Test[]): Test {
  return (candidate) => tests.some((test) => test(candidate))
}

/** Case and the ways to write one letter do not count. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

/** All text of a message, decoded. */
function bodyText(content: { head: Uint8Array; body: Uint8Array } | undefined): string {
  if (!content) return ''
  const message = concatBytes(content.head, content.body)
  return textParts(parseParts(message))
    .map((part) => decodedText(message, part))
    .join('\n')
}

function textParts(part: Part): Part[] {
  const inside = [...part.children, ...(part.message ? [part.message] : [])]
  return inside.length > 0 ? inside.flatMap(textParts) : part.type === 'text' ? [part] : []
}
