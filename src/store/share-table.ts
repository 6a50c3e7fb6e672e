import type { SQLInputValue } from 'node:sqlite'
import type { Database, Row } from './database.ts'
import type { CatalogueRecord, LeftOut } from './types.ts'

/** One share as the catalogue keeps it: what others may know, and what only the store needs. */
export interface ShareRow extends CatalogueRecord {
  readonly id: number
  /** DAG-CBOR bytes. */
  readonly root: Uint8Array | undefined
  /** Every page is there and its entries have their places. */
  readonly placed: boolean
  /** Where a download is being written. */
  readonly partPath: string | undefined
  /** Its files were written by Shoal, and may be deleted by it. */
  readonly owned: boolean
  /** Of a finished share: bits of chunks that no longer verify. */
  readonly lost: Uint8Array | undefined
}

export type ShareChange = Partial<Omit<ShareRow, 'id'>>

const COLUMNS: Readonly<Record<Exclude<keyof ShareRow, 'id'>, string>> = {
  cid: 'cid',
  role: 'role',
  name: 'name',
  title: 'title',
  openly: 'openly',
  paused: 'paused',
  path: 'path',
  targetDir: 'target_dir',
  partPath: 'part_path',
  link: 'link',
  addedAt: 'added_at',
  completedAt: 'completed_at',
  leftOut: 'left_out',
  root: 'root',
  placed: 'placed',
  owned: 'owned',
  lost: 'lost',
}

export const NOTHING_LEFT_OUT: LeftOut = {
  symbolicLinks: 0,
  specialFiles: 0,
  unportableNames: 0,
  unreadable: 0,
  examples: [],
}

export class ShareTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** A row without a CID: a share that is being made. */
  begin(role: CatalogueRecord['role'], name: string, addedAt: number): number {
    const sql = 'INSERT INTO shares (role, name, added_at, left_out) VALUES (?, ?, ?, ?)'
    return this.#db.run(sql, role, name, addedAt, JSON.stringify(NOTHING_LEFT_OUT)).lastId
  }

  update(id: number, change: ShareChange): void {
    const keys = (Object.keys(change) as (keyof ShareChange)[]).filter((key) => COLUMNS[key])
    if (keys.length === 0) return
    const sets = keys.map((key) => `${COLUMNS[key]} = ?`).join(', ')
    this.#db.run(`UPDATE shares SET ${sets} WHERE id = ?`, ...keys.map((key) => toColumn(change[key])), id)
  }

  get(id: number): ShareRow | undefined {
    const row = this.#db.get('SELECT * FROM shares WHERE id = ?', id)
    return row && fromRow(row)
  }

  find(cid: string): ShareRow | undefined {
    const row = this.#db.get('SELECT * FROM shares WHERE cid = ?', cid)
    return row && fromRow(row)
  }

  all(): ShareRow[] {
    return this.#db.all('SELECT * FROM shares WHERE cid IS NOT NULL ORDER BY added_at, id').map(fromRow)
  }

  /** Shares whose making or forgetting was interrupted. */
  abandoned(): number[] {
    return this.#db.all('SELECT id FROM shares WHERE cid IS NULL').map((row) => Number(row['id']))
  }

  /** Nobody's any more: its CID may be another row's. The row itself stays until all of its entries are gone. */
  release(id: number): void {
    this.#db.run('UPDATE shares SET cid = NULL WHERE id = ?', id)
  }

  /** The last of a share to go: its id may be given to another at once. */
  delete(id: number): void {
    this.#db.run('DELETE FROM shares WHERE id = ?', id)
  }
}

function toColumn(value: ShareChange[keyof ShareChange]): SQLInputValue {
  if (value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return JSON.stringify(value)
  return value
}

function fromRow(row: Row): ShareRow {
  return {
    id: Number(row['id']),
    cid: String(row['cid'] ?? ''),
    role: row['role'] === 'source' ? 'source' : 'download',
    name: String(row['name']),
    title: text(row['title']),
    openly: row['openly'] === 1,
    paused: row['paused'] === 1,
    path: text(row['path']),
    targetDir: text(row['target_dir']),
    partPath: text(row['part_path']),
    link: text(row['link']),
    addedAt: Number(row['added_at']),
    completedAt: row['completed_at'] === null ? undefined : Number(row['completed_at']),
    leftOut: JSON.parse(String(row['left_out'])) as LeftOut,
    root: row['root'] instanceof Uint8Array ? row['root'] : undefined,
    placed: row['placed'] === 1,
    owned: row['owned'] === 1,
    lost: row['lost'] instanceof Uint8Array ? row['lost'] : undefined,
  }
}

function text(value: Row[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
