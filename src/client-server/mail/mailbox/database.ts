import { openDatabase, type DatabaseKind, type OpenedDatabase } from '../../../store/database.ts'
import { DATABASE_BUSY_MS, DATABASE_CACHE_KIB } from './limits.ts'

/**
 * The schema, one step per version; `user_version` says how many were taken. Steps are never edited.
 *
 * contents: a message's bytes, cut after the empty line that ends its head, shared by its copies (`uses`).
 * messages: `flags` in canonical spelling with spaces between. `recent`: the first UID no session was told of.
 * arrivals: which messages were delivered, by what a double would have in common.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE mailboxes (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL DEFAULT 0,
    uid_validity INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox INTEGER NOT NULL REFERENCES mailboxes,
    name TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid_next INTEGER NOT NULL DEFAULT 1,
    recent INTEGER NOT NULL DEFAULT 1,
    selectable INTEGER NOT NULL DEFAULT 1,
    use TEXT,
    UNIQUE (mailbox, name)
  ) STRICT;

  CREATE TABLE subscriptions (
    mailbox INTEGER NOT NULL REFERENCES mailboxes,
    name TEXT NOT NULL,
    PRIMARY KEY (mailbox, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uses INTEGER NOT NULL,
    head BLOB NOT NULL,
    body BLOB NOT NULL
  ) STRICT;

  CREATE TABLE messages (
    folder INTEGER NOT NULL REFERENCES folders,
    uid INTEGER NOT NULL,
    content INTEGER NOT NULL REFERENCES contents,
    size INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    flags TEXT NOT NULL,
    PRIMARY KEY (folder, uid)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE arrivals (
    mailbox INTEGER NOT NULL REFERENCES mailboxes,
    key BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (mailbox, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX arrivals_by_age ON arrivals (at);
  `,
]

const KIND: DatabaseKind = {
  name: 'mailboxes',
  migrations: MIGRATIONS,
  // Whoever is told "stored" forgets the message: it must outlive a power cut as well.
  synchronous: 'FULL',
  pragmas: ['foreign_keys = ON', `cache_size = -${DATABASE_CACHE_KIB}`],
  busyMs: DATABASE_BUSY_MS,
}

/**
 * Opens the mailboxes' file and brings its schema up to date. A commit is on the disk when it returns. A damaged file
 * is kept aside for whoever can mend it, and new mail goes into a new one. Throws `storage-failed` for a newer Shoal's.
 */
export function openMailboxFile(path: string, wallNow: number): OpenedDatabase {
  return openDatabase(path, KIND, wallNow)
}
