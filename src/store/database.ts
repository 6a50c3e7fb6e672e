import { closeSync, existsSync, openSync, renameSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { errorMessage, isShoalError, ShoalError, type ErrorCode } from '../base/index.ts'

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
  constructor(db: DatabaseSync, name: string) {
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

function guard<T>(work: () => T, name: string): T {
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

/** What one of Shoal's SQLite files is. */
export interface DatabaseKind {
  /** Begins the text of every error. */
  readonly name: string
  /** The schema, one step per version; `user_version` says how many were taken. Steps are never edited. */
  readonly migrations: readonly string[]
  /** FULL: a commit outlives a power cut. NORMAL: it outlives the process. */
  readonly synchronous: 'FULL' | 'NORMAL'
  /** Further settings of each connection. */
  readonly pragmas: readonly string[]
  /** How long another connection's write is waited for, ms. */
  readonly busyMs: number
  /** Tables of one connection alone. */
  readonly temporary?: string
}

/**
 * Opens a file and brings its schema up to date. A damaged one is kept aside and a new one begun. One made by a newer
 * Shoal throws `storage-failed`.
 */
export function openDatabase(path: string, kind: DatabaseKind, wallNow: number): OpenedDatabase {
  try {
    return { database: openChecked(path, kind), keptAside: undefined }
  } catch (error) {
    if (!isShoalError(error, 'storage-corrupt')) throw error
    const keptAside = keepAside(path, wallNow)
    return { database: openChecked(path, kind), keptAside }
  }
}

/** A further connection to a file that is open. */
export function joinDatabase(path: string, kind: DatabaseKind): Database {
  return connect(path, kind, () => {})
}

function openChecked(path: string, kind: DatabaseKind): Database {
  return connect(path, kind, (database) => {
    const answer = database.get('PRAGMA quick_check(1)')
    if (answer?.['quick_check'] !== 'ok') throw new ShoalError('storage-corrupt', `${kind.name}: damaged`)
    migrate(database, kind)
  })
}

function connect(path: string, kind: DatabaseKind, prepare: (database: Database) => void): Database {
  const { name, synchronous, pragmas, busyMs, temporary } = kind
  makePrivate(path)
  const database = new Database(
    guard(() => new DatabaseSync(path, { timeout: busyMs }), name),
    name,
  )
  try {
    const settings = ['journal_mode = WAL', `synchronous = ${synchronous}`, ...pragmas]
    for (const setting of settings) database.exec(`PRAGMA ${setting}`)
    prepare(database)
    if (temporary !== undefined) database.exec(temporary)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A new file is its owner's alone, whatever folder it is in; SQLite gives its companions (`-wal`, `-shm`) the same rights. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch {
    // SQLite will find the same, and say it better.
  }
}

function migrate(database: Database, { name, migrations }: DatabaseKind): void {
  const version = Number(database.get('PRAGMA user_version')?.['user_version'])
  if (version > migrations.length) {
    throw new ShoalError('storage-failed', `${name}: made by a newer version of Shoal`, {
      data: { version },
    })
  }
  for (let step = version; step < migrations.length; step++) {
    database.transaction(() => {
      database.exec(migrations[step]!)
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
