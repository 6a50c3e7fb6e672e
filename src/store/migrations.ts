import type { DatabaseKind } from './database.ts'
import { CATALOGUE_BUSY_MS, CATALOGUE_CACHE_KIB } from './limits.ts'

/**
 * The catalogue's schema, one step per version; `user_version` says how many were taken. Steps are never edited.
 *
 * entries: where each file's bytes lie in the share (`area` 0 whole files, 1 packed ones, `start` the offset there, so
 * that a chunk is one range of the key), 2 what has no bytes. `local` is the disk's own spelling where it is not NFC.
 * pages: entry pages, then hash pages, by part number.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE shares (
    id INTEGER PRIMARY KEY,
    cid TEXT UNIQUE,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT,
    openly INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0,
    path TEXT,
    target_dir TEXT,
    part_path TEXT,
    link TEXT,
    added_at INTEGER NOT NULL,
    completed_at INTEGER,
    left_out TEXT NOT NULL,
    root BLOB,
    placed INTEGER NOT NULL DEFAULT 0,
    owned INTEGER NOT NULL DEFAULT 0,
    lost BLOB
  ) STRICT;

  CREATE TABLE entries (
    share INTEGER NOT NULL,
    area INTEGER NOT NULL,
    start INTEGER NOT NULL,
    path TEXT NOT NULL,
    local TEXT,
    size INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    identity TEXT,
    PRIMARY KEY (share, area, start)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE pages (
    share INTEGER NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (share, part)
  ) STRICT;

  CREATE TABLE hashes (
    key BLOB PRIMARY KEY,
    hash BLOB NOT NULL,
    seen INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE facts (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
]

/** Of this connection alone: what a scan found, sorted by path as it comes in. */
const TEMPORARY = `
  CREATE TEMP TABLE found (
    scan INTEGER NOT NULL,
    path TEXT NOT NULL,
    local TEXT,
    size INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    identity TEXT NOT NULL,
    PRIMARY KEY (scan, path)
  ) STRICT, WITHOUT ROWID;
`

/** The catalogue's file. */
export const CATALOGUE: DatabaseKind = {
  name: 'catalogue',
  migrations: MIGRATIONS,
  synchronous: 'NORMAL',
  pragmas: [`cache_size = -${CATALOGUE_CACHE_KIB}`, 'temp_store = FILE'],
  busyMs: CATALOGUE_BUSY_MS,
  temporary: TEMPORARY,
}
