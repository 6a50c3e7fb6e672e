import { concatBytes } from '../../../base/index.ts'
import { Flags, type Entry, type Folder } from '../mailbox/index.ts'
import { parseFields, parseParts } from '../mime/index.ts'
import { bodyStructureOf } from './body-structure.ts'
import { formatDateTime } from './dates.ts'
import { envelopeOf } from './envelope.ts'
import { marksSeen, needs, type BodyItem, type FetchItem } from './fetch-item.ts'
import { chosenFields, partialOf, sectionOf, type Fetched } from './section.ts'
import type { Selected } from './selected.ts'
import { literalOf, parenthesized, type Answer } from './text.ts'

/** Answers FETCH for messages of a selected folder. */
export class Fetcher {
  readonly #selected: Selected
  readonly #items: readonly FetchItem[]
  readonly #need: 'entry' | 'head' | 'whole'
  readonly marksSeen: boolean

  constructor(selected: Selected, items: readonly FetchItem[], byUid: boolean) {
    this.#selected = selected
    this.#items = byUid && !items.some(({ is }) => is === 'uid') ? [{ is: 'uid' }, ...items] : items
    const all = items.map(needs)
    this.#need = all.includes('whole') ? 'whole' : all.includes('head') ? 'head' : 'entry'
    this.marksSeen = items.some(marksSeen) && !selected.isReadOnly
  }

  /** Whether the messages themselves go out, not only facts about them. */
  get handsOut(): boolean {
    return this.#items.some((item) => item.is === 'body' && ['all', 'text'].includes(item.section.what))
  }

  /** Marks messages as read that were not; gives the UIDs of those. */
  markSeen(places: readonly number[]): ReadonlySet<number> {
    if (!this.marksSeen) return new Set()
    const { folder } = this.#selected
    const uids = places.flatMap((place) => this.#selected.entry(place)?.uid ?? [])
    return new Set(folder.setFlags(uids, 'add', Flags.of(['\\Seen']), this.#selected))
  }

  /** One message's answer; undefined when it is not there any more. */
  answer(place: number, isNewlySeen: boolean): Answer[] | undefined {
    const entry = this.#selected.entry(place)
    const message = entry && this.#read(entry)
    if (!entry || !message) return undefined
    const facts = this.#items.map((item) => this.#fact(item, entry, message))
    if (isNewlySeen && !this.#items.some(({ is }) => is === 'flags'))
      facts.push([this.#selected.flagsText(entry)])
    return [`${place + 1} FETCH `, ...parenthesized(facts)]
  }

  #read(entry: Entry): Fetched | undefined {
    const bytes = bytesOf(this.#selected.folder, entry, this.#need)
    if (!bytes) return undefined
    let root: ReturnType<typeof parseParts> | undefined
    return { bytes, root: () => (root ??= parseParts(bytes)) }
  }

  #fact(item: FetchItem, entry: Entry, message: Fetched): Answer[] {
    switch (item.is) {
      case 'flags':
        return [this.#selected.flagsText(entry)]
      case 'uid':
        return [`UID ${entry.uid}`]
      case 'internaldate':
        return [`INTERNALDATE "${formatDateTime(entry.receivedAt)}"`]
      case 'size':
        return [`RFC822.SIZE ${entry.size}`]
      case 'envelope':
        return ['ENVELOPE ', ...envelopeOf(parseFields(message.bytes))]
      case 'structure':
        return ['BODY ', ...bodyStructureOf(message.bytes, message.root(), false)]
      case 'bodystructure':
        return ['BODYSTRUCTURE ', ...bodyStructureOf(message.bytes, message.root(), true)]
      case 'body':
        return [`${item.label} `, ...this.#body(item, message)]
    }
  }

  #body(item: BodyItem, message: Fetched): Answer[] {
    const { section } = item
    // A head that was read alone is not cut into parts again.
    const isPlainHead = this.#need === 'head' && section.what !== 'header'
    const bytes = isPlainHead ? chosenFields(message.bytes, section) : this.#section(item, message)
    return bytes === undefined ? ['NIL'] : literalOf(partialOf(bytes, item.partial))
  }

  #section({ section }: BodyItem, message: Fetched): Uint8Array | undefined {
    return this.#need === 'head' ? message.bytes : sectionOf(message, section)
  }
}

function bytesOf(folder: Folder, entry: Entry, need: 'entry' | 'head' | 'whole'): Uint8Array | undefined {
  if (need === 'entry') return new Uint8Array()
  if (need === 'head') return folder.head(entry)
  const content = folder.whole(entry)
  return content && concatBytes(content.head, content.body)
}
