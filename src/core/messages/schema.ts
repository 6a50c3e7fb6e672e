import type { Logger } from '../../base/index.ts'
import { openDatabase, type Database, type DatabaseKind } from '../../store/database.ts'
import { HISTORY_BUSY_MS } from './limits.ts'

/**
 * One step per version; `user_version` says how many were taken. Steps are never edited.
 *
 * messages: `mine` 1 for those sent from here. `delivery` and `offer_state` are the contract's unions as JSON, `offer` what is
 * offered; `told` is the last report on an offer that reached who made it.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE people (
    peer TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    blocked INTEGER NOT NULL DEFAULT 0,
    verified INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    wrote_to INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    peer TEXT NOT NULL,
    id TEXT NOT NULL,
    mine INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    delivery TEXT NOT NULL,
    offer TEXT,
    offer_state TEXT,
    told TEXT,
    round TEXT,
    UNIQUE (peer, mine, id)
  ) STRICT;
  CREATE INDEX messages_by_peer ON messages (peer, seq);
  CREATE INDEX messages_by_round ON messages (round) WHERE round IS NOT NULL;
  CREATE INDEX messages_with_offer ON messages (mine, seq) WHERE offer IS NOT NULL;

  CREATE TABLE rounds (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    everyone INTEGER NOT NULL,
    text TEXT NOT NULL,
    offer TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
]

const KIND: DatabaseKind = {
  name: 'messages',
  migrations: MIGRATIONS,
  synchronous: 'NORMAL',
  pragmas: [],
  busyMs: HISTORY_BUSY_MS,
}

/** Opens the history; one that is damaged is kept aside and reported, and a new one begun. */
export function openHistoryDatabase(path: string, wallNow: number, log: Logger): Database {
  const { database, keptAside } = openDatabase(path, KIND, wallNow)
  if (keptAside !== undefined)
    log.warn('the history of messages could not be read; it is kept aside', { aside: keptAside })
  return database
}
