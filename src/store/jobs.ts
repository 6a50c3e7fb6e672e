import type { Gaps } from '../base/index.ts'
import type { Root } from '../content/index.ts'
import type { Identity } from './identity.ts'

/** A stretch of one file below a base. `path` is `/`-separated, as the disk spells it; empty: the base itself. */
export interface Piece {
  readonly path: string
  readonly offset: number
  readonly length: number
  /** Size of the whole file. */
  readonly size: number
  readonly executable: boolean
  /** The file as it was hashed; undefined while it is being downloaded. */
  readonly identity: Identity | undefined
  /** Nothing of the file is held yet, so that a write may create it. If something is and it is gone, it was deleted. */
  readonly fresh: boolean
}

/** A file or empty folder as the finishing and deleting of a download need it. */
export interface FileRecord {
  readonly path: string
  readonly size: number
  readonly executable: boolean
  readonly identity: Identity | undefined
}

/** What a worker can be asked, and what it answers. All of it blocks on the disk, which is why it is asked. */
export interface Jobs {
  /** SHA-256 of the pieces' bytes, each file's identity compared before and after where it is given. */
  hash: { ask: { base: string; pieces: readonly Piece[] }; answer: Uint8Array }
  /** The pieces' bytes; identities compared likewise. */
  read: { ask: { base: string; pieces: readonly Piece[] }; answer: Uint8Array<ArrayBuffer> }
  /** The same into shared memory of the one who asks. */
  readInto: {
    ask: { base: string; pieces: readonly Piece[]; into: Uint8Array; gaps?: Gaps | undefined }
    answer: void
  }
  /** Compares SHA-256 and, when it is right, writes; false when it is wrong. */
  write: {
    ask: { base: string; pieces: readonly Piece[]; bytes: Uint8Array; hash: Uint8Array }
    answer: boolean
  }
  /** Makes what no chunk made (empty files and folders), gives the rest its exact size and mode; tells identities. */
  finish: { ask: { base: string; files: readonly FileRecord[] }; answer: (Identity | undefined)[] }
  /** Begins a download: makes its folder and, in it, the first free `name.part`, `name (2).part` …; answers its path. */
  begin: { ask: { dir: string; name: string; kind: Root['kind'] }; answer: string }
  /** Ends a download: gives it the first free name, `name`, `name (2)` …, overwriting nothing; answers its path. */
  settle: { ask: { part: string; dir: string; name: string; kind: Root['kind'] }; answer: string }
  /** Identities as they are now; undefined where there is no such file. */
  identify: { ask: { base: string; paths: readonly string[] }; answer: (Identity | undefined)[] }
  /** Whether all of them are there and are what they were. */
  unchanged: { ask: { base: string; files: readonly FileRecord[] }; answer: boolean }
  /** Deletes the files that are still what was downloaded; the number deleted. */
  erase: { ask: { base: string; files: readonly FileRecord[] }; answer: number }
  /** Creates and removes a file of `bytes` bytes: throws what the disk says. */
  probe: { ask: { path: string; bytes: number }; answer: void }
  /** Closes kept files at and below `base`. Asked of every worker. */
  close: { ask: { base: string }; answer: void }
}

export type JobName = keyof Jobs
export type Ask<N extends JobName> = Jobs[N]['ask']
export type Answer<N extends JobName> = Jobs[N]['answer']
