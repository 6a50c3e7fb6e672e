import type { Database, Row } from '../../../store/database.ts'
import { Flags } from './flags.ts'

/** A message as a folder shows it. Immutable: a change of flags makes another entry. */
export interface Entry {
  readonly uid: number
  /** Key of its bytes. */
  readonly content: number
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly flags: Flags
}

/** The rows of messages. Calls that change something belong into a transaction of the caller's. */
export class MessageTable {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** All of a folder, by UID. */
  load(folder: number): Map<number, Entry> {
    const known = new Map<string, Flags>()
    const flagsOf = (text: string): Flags => {
      let flags = known.get(text)
      if (!flags) known.set(text, (flags = Flags.stored(text)))
      return flags
    }
    const sql = 'SELECT uid, content, size, received_at, flags FROM messages WHERE folder = ? ORDER BY uid'
    const rows = this.#database.all(sql, folder)
    return new Map(rows.map((row) => [Number(row['uid']), entryOf(row, flagsOf)]))
  }

  add(folder: number, { uid, content, size, receivedAt, flags }: Entry): void {
    const sql =
      'INSERT INTO messages (folder, uid, content, size, received_at, flags) VALUES (?, ?, ?, ?, ?, ?)'
    this.#database.run(sql, folder, uid, content, size, receivedAt, flags.text)
  }

  setFlags(folder: number, uid: number, flags: Flags): void {
    const sql = 'UPDATE messages SET flags = ? WHERE folder = ? AND uid = ?'
    this.#database.run(sql, flags.text, folder, uid)
  }

  remove(folder: number, uid: number): void {
    this.#database.run('DELETE FROM messages WHERE folder = ? AND uid = ?', folder, uid)
  }

  /** Counts without loading a folder: STATUS asks for every folder there is. */
  counts(folder: number): { messages: number; bytes: number; unseen: number } {
    const sql = `SELECT count(*) AS messages, coalesce(sum(size), 0) AS bytes,
      coalesce(sum(instr(flags, '\\Seen') = 0), 0) AS unseen FROM messages WHERE folder = ?`
    const row = this.#database.get(sql, folder)!
    return { messages: Number(row['messages']), bytes: Number(row['bytes']), unseen: Number(row['unseen']) }
  }

  /** Messages of a folder with a UID from `uid` on. */
  countFrom(folder: number, uid: number): number {
    const sql = 'SELECT count(*) AS messages FROM messages WHERE folder = ? AND uid >= ?'
    return Number(this.#database.get(sql, folder, uid)!['messages'])
  }
}

function entryOf(row: Row, flagsOf: (text: string) => Flags): Entry {
  return {
    uid: Number(row['uid']),
    content: Number(row['content']),
    size: Number(row['size']),
    receivedAt: Number(row['received_at']),
    flags: flagsOf(String(row['flags'])),
  }
}
