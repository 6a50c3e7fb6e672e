import type { Database } from '../../../store/database.ts'
import { ContentTable } from './content-table.ts'
import { FolderTable } from './folder-table.ts'
import { MessageTable } from './message-table.ts'

export interface MailboxRow {
  readonly id: number
  readonly account: string
}

/** The mailboxes' file, table by table. */
export class Tables {
  readonly database: Database
  readonly contents: ContentTable
  readonly folders: FolderTable
  readonly messages: MessageTable

  constructor(database: Database) {
    this.database = database
    this.contents = new ContentTable(database)
    this.folders = new FolderTable(database)
    this.messages = new MessageTable(database)
  }

  findMailbox(account: string): MailboxRow | undefined {
    const row = this.database.get('SELECT id FROM mailboxes WHERE account = ?', account)
    return row && { id: Number(row['id']), account }
  }

  addMailbox(account: string, uidValidity: number): MailboxRow {
    const sql = 'INSERT INTO mailboxes (account, uid_validity) VALUES (?, ?)'
    return { id: this.database.run(sql, account, uidValidity).lastId, account }
  }

  /** Never the same twice in one mailbox, and later than any before, also after the clock was set back (RFC 3501 §2.3.1.1). */
  nextUidValidity(mailbox: number, wallNow: number): number {
    const row = this.database.get('SELECT uid_validity FROM mailboxes WHERE id = ?', mailbox)!
    const next = Math.max(Number(row['uid_validity']) + 1, Math.floor(wallNow / 1000))
    this.database.run('UPDATE mailboxes SET uid_validity = ? WHERE id = ?', next, mailbox)
    return next
  }

  bytes(mailbox: number): number {
    return Number(this.database.get('SELECT bytes FROM mailboxes WHERE id = ?', mailbox)!['bytes'])
  }

  addBytes(mailbox: number, bytes: number): void {
    this.database.run('UPDATE mailboxes SET bytes = bytes + ? WHERE id = ?', bytes, mailbox)
  }

  hasArrived(mailbox: number, key: Uint8Array): boolean {
    const sql = 'SELECT 1 FROM arrivals WHERE mailbox = ? AND key = ?'
    return this.database.get(sql, mailbox, key) !== undefined
  }

  noteArrival(mailbox: number, key: Uint8Array, wallNow: number): void {
    this.database.run('INSERT INTO arrivals (mailbox, key, at) VALUES (?, ?, ?)', mailbox, key, wallNow)
  }

  forgetArrivals(before: number): void {
    this.database.run('DELETE FROM arrivals WHERE at < ?', before)
  }
}
