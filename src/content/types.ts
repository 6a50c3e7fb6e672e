import type { CID } from 'multiformats/cid'

/** `executable` is the only permission kept; an empty folder is an entry whose path ends in `/`. */
export const FLAG_EXECUTABLE = 1

/** One file or empty folder of a share. */
export interface Entry {
  /** NFC, `/`-separated, relative, no leading slash. Of a share of kind `file`: the file's name. */
  readonly path: string
  /** Bytes; 0 for an empty folder. */
  readonly size: number
  /** Bit set of FLAG_…; other bits are refused. */
  readonly flags: number
}

/** The decoded root of a share (SHARE FORMAT in docs/PROTOCOL.md). Its DAG-CBOR bytes are what the CID names. */
export interface Root {
  readonly v: 1
  readonly kind: 'file' | 'folder'
  readonly name: string
  /** Sum of all file sizes, bytes. */
  readonly size: number
  readonly files: number
  /** Number of empty folders among the entries. */
  readonly dirs: number
  /** Bytes, a power of two. */
  readonly chunkSize: number
  readonly chunks: number
  /** SHA-256 of each entry page. */
  readonly entryPages: readonly Uint8Array[]
  /** SHA-256 of each hash page. */
  readonly hashPages: readonly Uint8Array[]
}

/**
 * Everything verified by its own hash and spread the same way is a *part*: entry pages, then hash pages, then chunks,
 * numbered in a row. Part numbers are what bitmaps, requests and `have` messages speak of.
 */
export type Part = number

/** A share's name and its root as they are stored and sent. */
export interface EncodedRoot {
  readonly cid: CID
  readonly root: Root
  readonly bytes: Uint8Array
}

/** A stretch of one file that a chunk covers. */
export interface Segment {
  readonly path: string
  /** Offset in the file, bytes. */
  readonly offset: number
  readonly length: number
}
