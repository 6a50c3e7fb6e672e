import { Emitter, ShoalError, type Clock, type EventSource } from '../../../base/index.ts'
import { checkedName, canonicalName, INBOX, isInside, parentsOf, SENT } from './folder-name.ts'
import { Folder, type FolderHome } from './folder.ts'
import type { FolderRow } from './folder-table.ts'
import type { Entry } from './message-table.ts'
import { IDLE_FOLDERS_KEPT, MAX_FOLDERS, MAX_SUBSCRIPTIONS } from './limits.ts'
import type { MailboxRow, Tables } from './tables.ts'

export interface MailboxInit {
  readonly row: MailboxRow
  readonly tables: Tables
  readonly clock: Clock
  readonly quotaBytes: number
}

export interface MailboxEvents {
  /** Messages came into a folder, from wherever. */
  added: { readonly folder: Folder; readonly uids: readonly number[] }
  /** Something else changed: flags, messages that went, folders. */
  changed: object
}

/** Counts of a folder, as STATUS tells them. */
export interface FolderStatus {
  readonly messages: number
  readonly unseen: number
  readonly recent: number
  readonly uidNext: number
  readonly uidValidity: number
  readonly bytes: number
}

/** One account's folders. POP3, IMAP and HTTP are three ways to look at it. */
export class Mailbox {
  readonly account: string
  readonly #init: MailboxInit
  readonly #home: FolderHome
  readonly #open = new Map<string, Folder>()
  readonly #events = new Emitter<MailboxEvents>()
  #drop: 'free' | 'locked' = 'free'

  constructor(init: MailboxInit) {
    this.account = init.row.account
    this.#init = init
    this.#home = {
      mailboxId: init.row.id,
      tables: init.tables,
      checkRoom: (bytes) => {
        if (!this.hasRoom(bytes)) throw new ShoalError('mailbox-full', 'the mailbox is full')
      },
    }
  }

  get events(): EventSource<MailboxEvents> {
    return this.#events
  }

  /** Its key in the tables. */
  get id(): number {
    return this.#init.row.id
  }

  get bytes(): number {
    return this.#init.tables.bytes(this.#init.row.id)
  }

  get quotaBytes(): number {
    return this.#init.quotaBytes
  }

  hasRoom(bytes: number): boolean {
    return this.bytes + bytes <= this.#init.quotaBytes
  }

  get inbox(): Folder {
    return this.folder(INBOX)!
  }

  /** Where copies of what was sent go; the inbox if the folder was deleted. */
  get sent(): Folder {
    const use = this.folders().find((row) => row.selectable && row.use === '\\Sent')
    return this.folder(use?.name ?? SENT) ?? this.inbox
  }

  folders(): readonly FolderRow[] {
    return this.#init.tables.folders.list(this.#init.row.id)
  }

  /** A folder that can be looked at, whatever the case of INBOX; undefined when there is none. */
  folder(name: string): Folder | undefined {
    const canonical = canonicalName(name)
    const known = this.#open.get(canonical)
    if (known) return known
    const row = this.#find(canonical)
    if (!row?.selectable) return undefined
    this.#closeIdle()
    const folder = new Folder(row, this.#home)
    folder.events.on('added', ({ uids }) => this.#events.emit('added', { folder, uids }))
    folder.events.on('flagged', () => this.#events.emit('changed', {}))
    this.#open.set(canonical, folder)
    return folder
  }

  status(name: string): FolderStatus | undefined {
    const canonical = canonicalName(name)
    const row = this.#find(canonical)
    if (!row?.selectable) return undefined
    const { messages } = this.#init.tables
    const { uidValidity, uidNext, recent } = row
    return { ...messages.counts(row.id), recent: messages.countFrom(row.id, recent), uidNext, uidValidity }
  }

  /** Makes a folder and those around it. Throws `bad-name`, `name-taken`, `mailbox-full`. */
  create(name: string): void {
    const canonical = checkedName(name)
    if (this.#find(canonical)?.selectable) throw taken()
    this.#transaction(() => this.#make(canonical))
    this.#events.emit('changed', {})
  }

  /** Removes a folder with its messages; folders inside it stay, under a name that is then a name only. */
  delete(name: string): void {
    const row = this.#existing(name)
    if (row.name === INBOX) throw new ShoalError('not-supported', 'the inbox stays')
    const hasInside = this.folders().some((other) => isInside(other.name, row.name))
    if (hasInside && !row.selectable) throw new ShoalError('not-supported', 'there are folders inside')
    const folder = this.folder(row.name)
    this.#transaction(() => {
      if (folder) folder.stageRemoval([...folder.entries.values()])
      if (hasInside) this.#init.tables.folders.setNotSelectable(row.id)
      else this.#init.tables.folders.remove(row.id)
    })
    this.#close(row.name)
    this.#events.emit('changed', {})
  }

  /** Renames a folder and those inside it; of the inbox the messages move and it stays (RFC 3501 §6.3.5). */
  rename(from: string, to: string): void {
    const row = this.#existing(from)
    const canonical = checkedName(to)
    if (this.#find(canonical)) throw taken()
    if (isInside(canonical, row.name) && row.name !== INBOX)
      throw new ShoalError('bad-name', 'a folder cannot be put inside itself')
    if (row.name === INBOX) return this.#emptyInboxInto(canonical)
    const moved = this.folders().filter(({ name }) => name === row.name || isInside(name, row.name))
    const renamed = moved.map(({ id, name }) => ({ id, name, to: canonical + name.slice(row.name.length) }))
    for (const { to: target } of renamed) checkedName(target)
    this.#transaction(() => {
      this.#makeParents(canonical)
      for (const { id, to: target } of renamed) this.#init.tables.folders.rename(id, target)
    })
    for (const { name } of renamed) this.#close(name)
    this.#events.emit('changed', {})
  }

  subscriptions(): readonly string[] {
    return this.#init.tables.folders.subscriptions(this.#init.row.id)
  }

  subscribe(name: string): void {
    const canonical = checkedName(name)
    const known = this.subscriptions()
    if (known.includes(canonical)) return
    if (known.length >= MAX_SUBSCRIPTIONS) throw new ShoalError('too-large', 'too many subscriptions')
    this.#init.tables.folders.subscribe(this.#init.row.id, canonical)
  }

  unsubscribe(name: string): void {
    this.#init.tables.folders.unsubscribe(this.#init.row.id, canonicalName(name))
  }

  /** Copies messages, flags and dates included; gives old and new UIDs in step. Throws `mailbox-full`. */
  copy(from: Folder, uids: Iterable<number>, to: Folder): UidPairs {
    const entries = from.pick(uids)
    this.#checkCopies(entries, to)
    const staged = this.#transaction(() => to.stage(entries))
    to.show(staged)
    return pairs(entries, staged)
  }

  /** Like a copy and an expunge in one step: nobody sees the message twice or not at all after a crash (RFC 6851). */
  move(from: Folder, uids: Iterable<number>, to: Folder): UidPairs {
    const entries = from.pick(uids)
    for (const flags of new Set(entries.map((entry) => entry.flags))) to.checkFlags(flags)
    const staged = this.#transaction(() => {
      const added = to.stage(entries)
      from.stageRemoval(entries)
      return added
    })
    to.show(staged)
    if (entries.length > 0) from.hide(entries)
    this.#events.emit('changed', {})
    return pairs(entries, staged)
  }

  /** Removes messages for ever. */
  expunge(folder: Folder, uids: Iterable<number>): number[] {
    const gone = folder.expunge(uids)
    if (gone.length > 0) this.#events.emit('changed', {})
    return gone
  }

  /** The maildrop for one POP3 session alone: gives the release, or undefined while another has it (RFC 1939 §3). */
  lockDrop(): (() => void) | undefined {
    if (this.#drop === 'locked') return undefined
    this.#drop = 'locked'
    let held = true
    return () => {
      if (held) this.#drop = 'free'
      held = false
    }
  }

  #checkCopies(entries: readonly Entry[], to: Folder): void {
    this.#home.checkRoom(entries.reduce((sum, { size }) => sum + size, 0))
    for (const flags of new Set(entries.map((entry) => entry.flags))) to.checkFlags(flags)
  }

  #find(canonical: string): FolderRow | undefined {
    return this.#init.tables.folders.find(this.#init.row.id, canonical)
  }

  #existing(name: string): FolderRow {
    const row = this.#find(canonicalName(name))
    if (!row) throw new ShoalError('not-found', 'there is no such folder')
    return row
  }

  #make(canonical: string): void {
    const { tables, row, clock } = this.#init
    this.#makeParents(canonical)
    const known = this.#find(canonical)
    if (!known && this.folders().length >= MAX_FOLDERS)
      throw new ShoalError('mailbox-full', `an account has at most ${MAX_FOLDERS} folders`)
    const uidValidity = tables.nextUidValidity(row.id, clock.wallNow())
    if (known) tables.folders.revive(known.id, uidValidity)
    else tables.folders.add(row.id, canonical, uidValidity)
  }

  #makeParents(canonical: string): void {
    for (const parent of parentsOf(canonical)) if (!this.#find(parent)) this.#make(parent)
  }

  #emptyInboxInto(canonical: string): void {
    this.create(canonical)
    const { inbox } = this
    this.move(inbox, inbox.entries.keys(), this.folder(canonical)!)
  }

  #transaction<T>(work: () => T): T {
    return this.#init.tables.database.transaction(work)
  }

  #close(name: string): void {
    this.#open.get(name)?.vanish()
    this.#open.delete(name)
  }

  #closeIdle(): void {
    const idle = [...this.#open.values()].filter((folder) => !folder.isWatched && folder.name !== INBOX)
    for (const folder of idle.slice(0, Math.max(0, idle.length - IDLE_FOLDERS_KEPT + 1)))
      this.#open.delete(folder.name)
  }
}

/** UIDs of messages and of their copies, in step. */
export interface UidPairs {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

function pairs(from: readonly Entry[], to: readonly Entry[]): UidPairs {
  return { from: from.map(({ uid }) => uid), to: to.map(({ uid }) => uid) }
}

function taken(): ShoalError {
  return new ShoalError('name-taken', 'there is a folder of that name')
}
