import type { Area, ChunkRange, Placement } from '../content/index.ts'
import type { Database, Row } from './database.ts'
import type { Identity } from './identity.ts'

/** An entry with its place in the share and on the disk. */
export interface StoredEntry {
  readonly path: string
  /** As the disk spells it. */
  readonly local: string
  readonly size: number
  readonly flags: number
  readonly placement: Placement | undefined
  readonly identity: Identity | undefined
}

export interface NewEntry {
  readonly path: string
  readonly local: string | undefined
  readonly size: number
  readonly flags: number
  readonly placement: Placement | undefined
  readonly identity: Identity | undefined
}

/** Where a walk through all entries stands. */
export interface Cursor {
  readonly area: number
  readonly start: number
}

export const FIRST: Cursor = { area: -1, start: 0 }

const AREAS: readonly (Area | undefined)[] = ['whole', 'packed', undefined]
const FIELDS = 'area, start, path, local, size, flags, identity'
/** Rows deleted in one go, so that the thread is not held up. */
const DELETE_ROWS = 2_000

/** A file that covered all of a stretch asked for. */
interface Covering {
  readonly share: number
  readonly area: Area
  readonly entry: StoredEntry
}

export class EntryTable {
  readonly #db: Database
  /** Large files are read and written chunk after chunk: the last one is not looked up again. */
  #last: Covering | undefined

  constructor(db: Database) {
    this.#db = db
  }

  /** Adds entries; those without bytes are numbered from `emptyStart`. Returns the next such number. */
  insert(share: number, entries: readonly NewEntry[], emptyStart: number): number {
    this.#last = undefined
    const sql = `INSERT INTO entries (share, ${FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
    let empty = emptyStart
    for (const { path, local, size, flags, placement, identity } of entries) {
      const area = AREAS.indexOf(placement?.area)
      const start = placement?.offset ?? empty++
      this.#db.run(sql, share, area, start, path, local ?? null, size, flags, identity ?? null)
    }
    return empty
  }

  /** The files that a chunk covers, in order. One range of the key, whatever the size of the share. */
  inRange(share: number, range: ChunkRange): StoredEntry[] {
    const { area, begin, end } = range
    if (this.#last?.share === share && this.#last.area === area && covers(this.#last.entry, range)) {
      return [this.#last.entry]
    }
    const index = AREAS.indexOf(area)
    const sql = `
      SELECT ${FIELDS} FROM entries WHERE share = ?1 AND area = ?2 AND start < ?4 AND start >= (
        SELECT max(start) FROM entries WHERE share = ?1 AND area = ?2 AND start <= ?3
      ) ORDER BY start`
    const entries = this.#db.all(sql, share, index, begin, end).map(fromRow)
    const [entry] = entries
    this.#last = entry && entries.length === 1 && covers(entry, range) ? { share, area, entry } : undefined
    return entries
  }

  /** The next `limit` entries of a walk that begins at FIRST, and where it then stands. */
  after(share: number, cursor: Cursor, limit: number): { entries: StoredEntry[]; cursor: Cursor } {
    const sql = `
      SELECT ${FIELDS} FROM entries WHERE share = ? AND (area, start) > (?, ?)
      ORDER BY area, start LIMIT ?`
    const rows = this.#db.all(sql, share, cursor.area, cursor.start, limit)
    const last = rows.at(-1)
    return {
      entries: rows.map(fromRow),
      cursor: last ? { area: Number(last['area']), start: Number(last['start']) } : cursor,
    }
  }

  /** Sizes of the files that begin a chunk, in order: with the root's total, all that the layout depends on. */
  wholeSizes(share: number): number[] {
    const sql = 'SELECT size FROM entries WHERE share = ? AND area = 0 ORDER BY start'
    return this.#db.all(sql, share).map((row) => Number(row['size']))
  }

  setIdentity(share: number, { placement }: StoredEntry, identity: Identity | undefined): void {
    this.#last = undefined
    if (!placement) return
    const sql = 'UPDATE entries SET identity = ? WHERE share = ? AND area = ? AND start = ?'
    this.#db.run(sql, identity ?? null, share, AREAS.indexOf(placement.area), placement.offset)
  }

  count(share: number): number {
    return Number(this.#db.get('SELECT count(*) AS n FROM entries WHERE share = ?', share)?.['n'])
  }

  /** Deletes some of a share's entries; false once there are none. */
  deleteSome(share: number): boolean {
    this.#last = undefined
    const sql = `
      DELETE FROM entries WHERE share = ?1 AND (area, start) IN (
        SELECT area, start FROM entries WHERE share = ?1 LIMIT ${DELETE_ROWS}
      )`
    return this.#db.run(sql, share).changes > 0
  }
}

function fromRow(row: Row): StoredEntry {
  const area = AREAS[Number(row['area'])]
  const path = String(row['path'])
  return {
    path,
    local: typeof row['local'] === 'string' ? row['local'] : path,
    size: Number(row['size']),
    flags: Number(row['flags']),
    placement: area && { area, offset: Number(row['start']) },
    identity: typeof row['identity'] === 'string' ? row['identity'] : undefined,
  }
}

function covers({ placement, size }: StoredEntry, { begin, end }: ChunkRange): boolean {
  return placement !== undefined && placement.offset <= begin && end <= placement.offset + size
}
