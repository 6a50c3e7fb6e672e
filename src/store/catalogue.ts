import type { Logger } from '../base/index.ts'
import { joinDatabase, openDatabase, type Database, type OpenedDatabase } from './database.ts'
import { EntryTable } from './entry-table.ts'
import { HASH_CACHE_DAYS } from './limits.ts'
import { CATALOGUE } from './migrations.ts'
import type { ScanRecord } from './scan.ts'
import { ShareTable } from './share-table.ts'
import type { FactStore } from './types.ts'

/** Everything the store remembers, in one SQLite file. Synchronous; every call is bounded by a page or a chunk. */
export class Catalogue {
  readonly database: Database
  readonly shares: ShareTable
  readonly entries: EntryTable
  readonly pages: PageTable
  readonly hashes: HashCache
  readonly found: FoundTable
  readonly facts: FactStore
  /** Where a damaged file was put; the catalogue is then new. */
  readonly keptAside: string | undefined

  private constructor({ database, keptAside }: OpenedDatabase) {
    this.database = database
    this.keptAside = keptAside
    this.shares = new ShareTable(database)
    this.entries = new EntryTable(database)
    this.pages = new PageTable(database)
    this.hashes = new HashCache(database)
    this.found = new FoundTable(database)
    this.facts = new FactTable(database)
  }

  /** Opens or makes the file; a damaged one is kept aside and a new one begun. */
  static open(path: string, wallNow: number, log: Logger): Catalogue {
    const opened = openDatabase(path, CATALOGUE, wallNow)
    const { keptAside } = opened
    if (keptAside) log.error('the catalogue was damaged; it is kept aside and a new one begun', { keptAside })
    return new Catalogue(opened)
  }

  /** One more connection, on another thread, to a file that is open and in order. */
  static join(path: string): Catalogue {
    return new Catalogue({ database: joinDatabase(path, CATALOGUE), keptAside: undefined })
  }

  close(): void {
    this.database.close()
  }
}

/** Entry pages and hash pages of shares, by part number. */
class PageTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  put(share: number, part: number, bytes: Uint8Array): void {
    this.#db.run('INSERT OR REPLACE INTO pages (share, part, bytes) VALUES (?, ?, ?)', share, part, bytes)
  }

  get(share: number, part: number): Uint8Array | undefined {
    const row = this.#db.get('SELECT bytes FROM pages WHERE share = ? AND part = ?', share, part)
    return row?.['bytes'] instanceof Uint8Array ? row['bytes'] : undefined
  }

  /** Part number and length of each page that is there. */
  held(share: number): { part: number; length: number }[] {
    const rows = this.#db.all('SELECT part, length(bytes) AS length FROM pages WHERE share = ?', share)
    return rows.map((row) => ({ part: Number(row['part']), length: Number(row['length']) }))
  }

  /** Pages of hashes follow those of entries, whose number is known only once all entries are listed. */
  delete(share: number): void {
    this.#db.run('DELETE FROM pages WHERE share = ?', share)
  }
}

/** SHA-256 of chunks of files that were read before, by what identifies the files and the stretches of them. */
class HashCache {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const row = this.#db.get('SELECT hash FROM hashes WHERE key = ?', key)
    return row?.['hash'] instanceof Uint8Array ? row['hash'] : undefined
  }

  put(key: Uint8Array, hash: Uint8Array, wallNow: number): void {
    this.#db.run('INSERT OR REPLACE INTO hashes (key, hash, seen) VALUES (?, ?, ?)', key, hash, day(wallNow))
  }

  forgetOld(wallNow: number): void {
    this.#db.run('DELETE FROM hashes WHERE seen < ?', day(wallNow) - HASH_CACHE_DAYS)
  }
}

function day(wallNow: number): number {
  return Math.floor(wallNow / 86_400_000)
}

/** What a scan found, in the order of paths. Belongs to this connection and is gone with it. */
class FoundTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  insert(scan: number, records: readonly ScanRecord[]): void {
    const sql = 'INSERT INTO found (scan, path, local, size, flags, identity) VALUES (?, ?, ?, ?, ?, ?)'
    for (const { path, local, size, flags, identity } of records) {
      this.#db.run(sql, scan, path, local ?? null, size, flags, identity)
    }
  }

  after(scan: number, path: string, limit: number): ScanRecord[] {
    const sql = 'SELECT * FROM found WHERE scan = ? AND path > ? ORDER BY path LIMIT ?'
    return this.#db.all(sql, scan, path, limit).map((row) => ({
      path: String(row['path']),
      local: typeof row['local'] === 'string' ? row['local'] : undefined,
      size: Number(row['size']),
      flags: Number(row['flags']),
      identity: String(row['identity']),
    }))
  }

  delete(scan: number): void {
    this.#db.run('DELETE FROM found WHERE scan = ?', scan)
  }
}

class FactTable implements FactStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  get(key: string): string | undefined {
    const row = this.#db.get('SELECT value FROM facts WHERE key = ?', key)
    return row && String(row['value'])
  }

  set(key: string, value: string): void {
    this.#db.run('INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)', key, value)
  }

  delete(key: string): void {
    this.#db.run('DELETE FROM facts WHERE key = ?', key)
  }

  keys(prefix: string): string[] {
    const sql = 'SELECT key FROM facts WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key'
    return this.#db.all(sql, prefix).map((row) => String(row['key']))
  }
}
