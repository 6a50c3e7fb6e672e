import type { Database, Row } from '../../../store/database.ts'
import type { FolderUse } from './folder-name.ts'

export interface FolderRow {
  readonly id: number
  readonly name: string
  readonly uidValidity: number
  readonly uidNext: number
  /** The first UID that no session was told of. */
  readonly recent: number
  /** False for a name that only has folders inside it. */
  readonly selectable: boolean
  readonly use: FolderUse | undefined
}

/** The rows of folders and subscriptions. Calls that change something belong into a transaction of the caller's. */
export class FolderTable {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** By name, in the order of their bytes. */
  list(mailbox: number): FolderRow[] {
    return this.#database.all('SELECT * FROM folders WHERE mailbox = ? ORDER BY name', mailbox).map(rowOf)
  }

  find(mailbox: number, name: string): FolderRow | undefined {
    const row = this.#database.get('SELECT * FROM folders WHERE mailbox = ? AND name = ?', mailbox, name)
    return row && rowOf(row)
  }

  add(mailbox: number, name: string, uidValidity: number, use?: FolderUse): void {
    const sql = 'INSERT INTO folders (mailbox, name, uid_validity, use) VALUES (?, ?, ?, ?)'
    this.#database.run(sql, mailbox, name, uidValidity, use ?? null)
  }

  rename(id: number, name: string): void {
    this.#database.run('UPDATE folders SET name = ? WHERE id = ?', name, id)
  }

  /** A folder made anew under its old name: UIDs begin again, so their validity does too. */
  revive(id: number, uidValidity: number): void {
    const sql = 'UPDATE folders SET selectable = 1, uid_validity = ?, uid_next = 1, recent = 1 WHERE id = ?'
    this.#database.run(sql, uidValidity, id)
  }

  setNotSelectable(id: number): void {
    this.#database.run('UPDATE folders SET selectable = 0 WHERE id = ?', id)
  }

  remove(id: number): void {
    this.#database.run('DELETE FROM folders WHERE id = ?', id)
  }

  setUidNext(id: number, uidNext: number): void {
    this.#database.run('UPDATE folders SET uid_next = ? WHERE id = ?', uidNext, id)
  }

  setRecent(id: number, uid: number): void {
    this.#database.run('UPDATE folders SET recent = ? WHERE id = ?', uid, id)
  }

  subscriptions(mailbox: number): string[] {
    const sql = 'SELECT name FROM subscriptions WHERE mailbox = ? ORDER BY name'
    return this.#database.all(sql, mailbox).map((row) => String(row['name']))
  }

  subscribe(mailbox: number, name: string): void {
    this.#database.run('INSERT OR IGNORE INTO subscriptions (mailbox, name) VALUES (?, ?)', mailbox, name)
  }

  unsubscribe(mailbox: number, name: string): void {
    this.#database.run('DELETE FROM subscriptions WHERE mailbox = ? AND name = ?', mailbox, name)
  }
}

function rowOf(row: Row): FolderRow {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    uidValidity: Number(row['uid_validity']),
    uidNext: Number(row['uid_next']),
    recent: Number(row['recent']),
    selectable: row['selectable'] === 1,
    use: (row['use'] as FolderUse | null) ?? undefined,
  }
}
