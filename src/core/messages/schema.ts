import { existsSync, renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { isShoalError, ShoalError, type Logger } from '../../base/index.ts'
import { Database } from '../../store/database.ts'

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

/** Opens the history; one that is damaged is kept aside and reported, and a new one begun. */
export function openHistoryDatabase(path: string, wallNow: number, log: Logger): Database {
  try {
    return connect(path)
  } catch (error) {
    if (!isShoalError(error, 'storage-corrupt')) throw error
    const aside = `${path}.damaged-${wallNow}`
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
    }
    log.warn('the history of messages could not be read; it is kept aside', { aside })
    return connect(path)
  }
}

function connect(path: string): Database {
  const database = new Database(new DatabaseSync(path, { timeout: 5_000 }), 'messages')
  try {
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = NORMAL')
    const answer = database.get('PRAGMA quick_check(1)')
    if (answer?.['quick_check'] !== 'ok') throw new ShoalError('storage-corrupt', 'messages: damaged')
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function migrate(database: Database): void {
  const version = Number(database.get('PRAGMA user_version')?.['user_version'])
  if (version > MIGRATIONS.length) {
    throw new ShoalError('storage-failed', 'messages: made by a newer version of Shoal', {
      data: { version },
    })
  }
  for (let step = version; step < MIGRATIONS.length; step++) {
    database.transaction(() => {
      database.exec(MIGRATIONS[step]!)
      database.exec(`PRAGMA user_version = ${step + 1}`)
    })
  }
}
