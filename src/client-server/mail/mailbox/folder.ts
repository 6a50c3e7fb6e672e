import { Emitter, ShoalError, type EventSource } from '../../../base/index.ts'
import { splitMessage, type Content } from './content-table.ts'
import type { FlagChange, Flags } from './flags.ts'
import type { FolderRow } from './folder-table.ts'
import type { Entry } from './message-table.ts'
import { MAX_KEYWORDS_PER_FOLDER, MAX_MESSAGE_BYTES, MAX_MESSAGES_PER_FOLDER } from './limits.ts'
import type { Tables } from './tables.ts'

/** What befell a folder: sessions that look at it are told. UIDs ascending. */
export interface FolderEvents {
  added: { readonly uids: readonly number[] }
  /** `by` is whoever changed them, as given. */
  flagged: { readonly uids: readonly number[]; readonly by: unknown }
  expunged: { readonly uids: readonly number[] }
  /** Deleted or renamed away: nobody can go on looking at it. */
  gone: object
}

/** A message to put into a folder. */
export interface Addition {
  readonly content: Content
  readonly receivedAt: number
  readonly flags: Flags
}

/** What a folder needs of the mailbox it is in. */
export interface FolderHome {
  readonly mailboxId: number
  readonly tables: Tables
  /** Throws `mailbox-full` when so many bytes more are too many. */
  checkRoom(bytes: number): void
}

/**
 * One folder, its index in memory while it is open. Every change is on the disk before it shows. There is one object
 * a folder, so that all sessions see the same.
 */
export class Folder {
  readonly #row: FolderRow
  readonly #home: FolderHome
  readonly #events = new Emitter<FolderEvents>()
  readonly #entries: Map<number, Entry>
  #uidNext: number
  #recent: number

  constructor(row: FolderRow, home: FolderHome) {
    this.#row = row
    this.#home = home
    this.#entries = home.tables.messages.load(row.id)
    this.#uidNext = row.uidNext
    this.#recent = row.recent
  }

  get name(): string {
    return this.#row.name
  }

  get id(): number {
    return this.#row.id
  }

  get uidValidity(): number {
    return this.#row.uidValidity
  }

  get uidNext(): number {
    return this.#uidNext
  }

  /** The first UID that no session was told of; from there on messages are recent. */
  get recent(): number {
    return this.#recent
  }

  get events(): EventSource<FolderEvents> {
    return this.#events
  }

  get isWatched(): boolean {
    return this.#events.listenerCount('expunged') > 0
  }

  /** By UID, ascending; it changes with the folder. */
  get entries(): ReadonlyMap<number, Entry> {
    return this.#entries
  }

  /** The messages nobody was told of are now the caller's to tell (`\Recent`): gives the first UID of them. */
  claimRecent(): number {
    const first = this.#recent
    if (first === this.#uidNext) return first
    this.#home.tables.folders.setRecent(this.id, this.#uidNext)
    this.#recent = this.#uidNext
    return first
  }

  head({ content }: Entry): Uint8Array | undefined {
    return this.#home.tables.contents.head(content)
  }

  whole({ content }: Entry): Content | undefined {
    return this.#home.tables.contents.whole(content)
  }

  /** Keeps a message; gives its UID. Throws `too-large`, `mailbox-full`, or what the disk says. */
  append(message: Uint8Array, options: { receivedAt: number; flags: Flags }): number {
    if (message.length > MAX_MESSAGE_BYTES)
      throw new ShoalError('too-large', `a message has at most ${MAX_MESSAGE_BYTES} bytes`)
    this.checkFlags(options.flags)
    this.#home.checkRoom(message.length)
    const staged = this.#home.tables.database.transaction(() =>
      this.stage([{ ...options, content: splitMessage(message) }]),
    )
    this.show(staged)
    return staged[0]!.uid
  }

  /**
   * Writes messages within a transaction of the caller's, who calls `show` once it is committed, before anything else
   * is staged. Contents that are in the table already are named by their key.
   */
  stage(additions: readonly (Addition | Entry)[]): readonly Entry[] {
    if (this.#entries.size + additions.length > MAX_MESSAGES_PER_FOLDER)
      throw new ShoalError('mailbox-full', `a folder holds at most ${MAX_MESSAGES_PER_FOLDER} messages`)
    const { tables, mailboxId } = this.#home
    const staged = additions.map((addition, i) => this.#stageOne(addition, this.#uidNext + i))
    tables.folders.setUidNext(this.id, this.#uidNext + additions.length)
    tables.addBytes(
      mailboxId,
      staged.reduce((sum, { size }) => sum + size, 0),
    )
    return staged
  }

  show(staged: readonly Entry[]): void {
    if (staged.length === 0) return
    for (const entry of staged) this.#entries.set(entry.uid, entry)
    this.#uidNext = staged.at(-1)!.uid + 1
    this.#events.emit('added', { uids: staged.map(({ uid }) => uid) })
  }

  #stageOne(addition: Addition | Entry, uid: number): Entry {
    const { tables } = this.#home
    const { receivedAt, flags, content } = addition
    let entry: Entry
    if (typeof content === 'number') {
      tables.contents.use(content)
      entry = { ...(addition as Entry), uid }
    } else {
      const size = content.head.length + content.body.length
      entry = { uid, content: tables.contents.add(content, 1), size, receivedAt, flags }
    }
    tables.messages.add(this.id, entry)
    return entry
  }

  /** Changes flags of messages that are there; gives the UIDs of those whose flags are others now. */
  setFlags(uids: Iterable<number>, change: FlagChange, flags: Flags, by?: unknown): number[] {
    if (change !== 'remove') this.checkFlags(flags)
    const changed: Entry[] = []
    for (const uid of uids) {
      const entry = this.#entries.get(uid)
      const next = entry?.flags.changed(change, flags)
      if (entry && next && next.text !== entry.flags.text) changed.push({ ...entry, flags: next })
    }
    if (changed.length === 0) return []
    const { tables } = this.#home
    tables.database.transaction(() => {
      for (const entry of changed) tables.messages.setFlags(this.id, entry.uid, entry.flags)
    })
    for (const entry of changed) this.#entries.set(entry.uid, entry)
    const done = changed.map(({ uid }) => uid)
    this.#events.emit('flagged', { uids: done, by })
    return done
  }

  /** Removes messages for ever; gives the UIDs of those that were there. */
  expunge(uids: Iterable<number>): number[] {
    const doomed = this.pick(uids)
    if (doomed.length === 0) return []
    this.#home.tables.database.transaction(() => this.stageRemoval(doomed))
    return this.hide(doomed)
  }

  /** The messages of these UIDs that are there, ascending. */
  pick(uids: Iterable<number>): Entry[] {
    const picked = new Map<number, Entry>()
    for (const uid of uids) {
      const entry = this.#entries.get(uid)
      if (entry) picked.set(uid, entry)
    }
    return [...picked.values()].toSorted((a, b) => a.uid - b.uid)
  }

  /** Removes within a transaction of the caller's, who calls `hide` once it is committed. */
  stageRemoval(doomed: readonly Entry[]): void {
    const { tables, mailboxId } = this.#home
    let bytes = 0
    for (const { uid, content, size } of doomed) {
      tables.messages.remove(this.id, uid)
      tables.contents.release(content)
      bytes += size
    }
    tables.addBytes(mailboxId, -bytes)
  }

  hide(doomed: readonly Entry[]): number[] {
    for (const { uid } of doomed) this.#entries.delete(uid)
    const uids = doomed.map(({ uid }) => uid)
    this.#events.emit('expunged', { uids })
    return uids
  }

  /** Tells everybody that the folder is no more. */
  vanish(): void {
    this.#events.emit('gone', {})
    this.#events.clear()
  }

  get keywords(): readonly string[] {
    const texts = new Set<string>()
    const keywords = new Map<string, string>()
    for (const { flags } of this.#entries.values()) {
      if (texts.has(flags.text)) continue
      texts.add(flags.text)
      for (const keyword of flags.keywords) keywords.set(keyword.toLowerCase(), keyword)
    }
    return [...keywords.values()].toSorted()
  }

  /** Throws `too-large` when the folder would know too many keywords. */
  checkFlags(flags: Flags): void {
    if (flags.keywords.length === 0) return
    const known = new Set([...this.keywords, ...flags.keywords].map((keyword) => keyword.toLowerCase()))
    if (known.size > MAX_KEYWORDS_PER_FOLDER)
      throw new ShoalError('too-large', `a folder knows at most ${MAX_KEYWORDS_PER_FOLDER} keywords`)
  }
}
