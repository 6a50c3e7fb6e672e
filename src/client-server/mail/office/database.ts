import { openDatabase, type DatabaseKind, type OpenedDatabase } from '../../../store/database.ts'
import { DATABASE_BUSY_MS, DATABASE_CACHE_KIB } from './limits.ts'

/**
 * The schema, one step per version; `user_version` says how many were taken. Steps are never edited.
 *
 * messages: what is to be sent or was; `content` goes when nobody waits for it any more. recipients: each with its own fate. `held_by`
 * tells whether `next_at` was set for the whole destination or for this recipient. steps: what happened, for people.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE domains (domain TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    size INTEGER NOT NULL,
    content BLOB,
    is_8bit INTEGER NOT NULL,
    is_utf8 INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    warned_at INTEGER,
    finished_at INTEGER
  ) STRICT;
  CREATE INDEX messages_waiting ON messages (size) WHERE finished_at IS NULL;

  CREATE TABLE recipients (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
    address TEXT NOT NULL,
    domain TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    held_by TEXT NOT NULL DEFAULT 'nothing',
    reason TEXT NOT NULL DEFAULT '',
    server TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX recipients_of_message ON recipients (message);
  CREATE INDEX recipients_waiting ON recipients (next_at) WHERE state = 'waiting';
  CREATE INDEX recipients_of_domain ON recipients (domain) WHERE state = 'waiting';

  CREATE TABLE steps (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    recipient TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX steps_of_message ON steps (message);

  CREATE TABLE dialogues (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    dialogue TEXT NOT NULL
  ) STRICT;
  CREATE TABLE dialogue_messages (
    message_id TEXT NOT NULL,
    dialogue INTEGER NOT NULL REFERENCES dialogues ON DELETE CASCADE,
    PRIMARY KEY (message_id, dialogue)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX messages_of_dialogue ON dialogue_messages (dialogue);
  `,
]

const KIND: DatabaseKind = {
  name: 'mail',
  migrations: MIGRATIONS,
  // Whoever is told "250" forgets the message: it must outlive a power cut as well.
  synchronous: 'FULL',
  pragmas: ['foreign_keys = ON', `cache_size = -${DATABASE_CACHE_KIB}`],
  busyMs: DATABASE_BUSY_MS,
}

/**
 * Opens the file of accounts, queue and dialogues, and brings its schema up to date. A commit is on the disk when it returns. A damaged
 * file is kept aside. Throws `storage-failed` for one made by a newer Shoal.
 */
export function openPostFile(path: string, wallNow: number): OpenedDatabase {
  return openDatabase(path, KIND, wallNow)
}
