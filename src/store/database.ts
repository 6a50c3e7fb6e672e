import { existsSync, renameSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { errorMessage, ShoalError, type ErrorCode } from '../base/index.ts'
import { CATALOGUE_BUSY_MS, CATALOGUE_CACHE_KIB } from './limits.ts'
import { MIGRATIONS, TEMPORARY } from './migrations.ts'

export type Row = Record<string, SQLOutputValue>

/** SQLite's primary result codes that mean something to a person. */
const RESULT_CODES: Readonly<Record<number, ErrorCode>> = {
  8: 'permission-denied',
  11: 'storage-corrupt',
  13: 'disk-full',
  26: 'storage-corrupt',
}

/** A SQLite file with prepared statements kept by their text. Errors become ShoalErrors. */
export class Database {
  readonly #db: DatabaseSync
  readonly #name: string
  readonly #statements = new Map<string, StatementSync>()

  /** `name` begins the text of every error. */
  constructor(db: DatabaseSync, name = 'catalogue') {
    this.#db = db
    this.#name = name
  }

  run(sql: string, ...values: SQLInputValue[]): { lastId: number; changes: number } {
    return this.#guard(() => {
      const { lastInsertRowid, changes } = this.#prepare(sql).run(...values)
      return { lastId: Number(lastInsertRowid), changes: Number(changes) }
    })
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#guard(() => this.#prepare(sql).get(...values))
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guard(() => this.#prepare(sql).all(...values))
  }

  exec(sql: string): void {
    this.#guard(() => this.#db.exec(sql))
  }

  /** All of `work`'s changes or, when it throws, none. Not to be nested; `work` is synchronous. */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  close(): void {
    this.#statements.clear()
    this.#db.close()
  }

  #rollBack(): void {
    try {
      this.#db.exec('ROLLBACK')
    } catch {
      // SQLite has rolled back by itself (disk full): the first error is the one to tell.
    }
  }

  #guard<T>(work: () => T): T {
    return guard(work, this.#name)
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)))
    return statement
  }
}

function guard<T>(work: () => T, name = 'catalogue'): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ShoalError) throw error
    throw new ShoalError(codeOf(error), `${name}: ${errorMessage(error)}`, { cause: error })
  }
}

function codeOf(error: unknown): ErrorCode {
  const result = (error as { errcode?: unknown } | undefined)?.errcode
  return (typeof result === 'number' && RESULT_CODES[result & 0xff]) || 'storage-failed'
}

export interface OpenedDatabase {
  readonly database: Database
  /** Where a file that could not be read was put. */
  readonly keptAside: string | undefined
}

/**
 * Opens the catalogue and brings its schema up to date. A damaged file is kept aside and a new one begun: shares are
 * then added again, which the damaged file could not do either. One made by a newer Shoal throws `storage-failed`.
 */
export function openDatabase(path: string, wallNow: number): OpenedDatabase {
  try {
    return { database: openChecked(path), keptAside: undefined }
  } catch (error) {
    if (!(error instanceof ShoalError) || error.code !== 'storage-corrupt') throw error
    const keptAside = keepAside(path, wallNow)
    return { database: openChecked(path), keptAside }
  }
}

/** A further connection to a catalogue that is open. */
export function joinDatabase(path: string): Database {
  return connect(path, () => {})
}

function openChecked(path: string): Database {
  return connect(path, (database) => {
    const answer = database.get('PRAGMA quick_check(1)')
    if (answer?.['quick_check'] !== 'ok') throw new ShoalError('storage-corrupt', 'catalogue: damaged')
    migrate(database)
  })
}

function connect(path: string, prepare: (database: Database) => void): Database {
  const database = new Database(guard(() => new DatabaseSync(path, { timeout: CATALOGUE_BUSY_MS })))
  try {
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = NORMAL')
    database.exec(`PRAGMA cache_size = -${CATALOGUE_CACHE_KIB}`)
    database.exec('PRAGMA temp_store = FILE')
    prepare(database)
    database.exec(TEMPORARY)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function migrate(database: Database): void {
  const version = Number(database.get('PRAGMA user_version')?.['user_version'])
  if (version > MIGRATIONS.length) {
    throw new ShoalError('storage-failed', 'catalogue: made by a newer version of Shoal', {
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

function keepAside(path: string, wallNow: number): string {
  const aside = `${path}.damaged-${wallNow}`
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
  }
  return aside
}
