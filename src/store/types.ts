import type { AbortOptions, Bitmap, EventSource, Gaps, ShoalError } from '../base/index.ts'
import type { Entry, Part, Root } from '../content/types.ts'
import type { CID } from 'multiformats/cid'

/**
 * A buffer for one part on its way from a socket to the disk. Backed by a SharedArrayBuffer from a bounded pool, so
 * that a worker can hash and write it without a copy. Whoever holds it must `release` it, or hand it to `putPart`.
 */
export interface PartBuffer {
  readonly bytes: Uint8Array
  release(): void
}

/** At most a fixed number of bytes of part buffers for the whole app. */
export interface BufferPool {
  /** A buffer at once, or undefined when the pool is exhausted. */
  tryTake(length: number): PartBuffer | undefined
  /** Waits for room. */
  take(length: number, options?: AbortOptions): Promise<PartBuffer>
  readonly bytesFree: number
}

export interface StoredShareEvents {
  /** A part was verified and is on disk (or, after a re-check, is no longer held). */
  held: { part: Part; held: boolean }
  /** The root arrived: `root`, `parts` and `held` are there. */
  root: { root: Root }
  /** Every part is held and the files have their final names. */
  complete: { path: string }
  /** Nothing can be written or read for now: disk full, permission denied, source changed. Cleared by `recovered`. */
  trouble: { error: ShoalError }
  recovered: Record<string, never>
}

/**
 * What the swarm, the HTTP server and the HTTP download need of one share: which parts are held, and their bytes.
 * Implemented by the disk store and, for tests and the simulator, in memory; one suite runs over both.
 */
export interface StoredShare {
  readonly cid: CID
  /** Undefined until the root is known. */
  readonly root: Root | undefined
  readonly rootBytes: Uint8Array | undefined
  /** Number of parts: entry pages + hash pages + chunks. 0 until the root is known. */
  readonly parts: number
  /** Number of pages; parts below it are pages, the others chunks. */
  readonly pages: number
  /** Parts verified and on disk. Live; do not write to it. */
  readonly held: Bitmap
  readonly isComplete: boolean
  /** True once every page is held: chunks can then be verified and placed. */
  readonly hasAllPages: boolean
  /** Bytes of chunks verified on disk, resumed ones included. */
  readonly bytesHeld: number
  readonly events: EventSource<StoredShareEvents>

  /** Verifies root bytes against the CID and the format; throws `hash-mismatch` or `bad-root`. */
  putRoot(bytes: Uint8Array): Promise<Root>
  /**
   * Length of a part in bytes. Of an entry page that is not held, and of a chunk before `hasAllPages`: the most it can
   * be, for their exact lengths follow from the pages. Throws RangeError for parts that do not exist.
   */
  partLength(part: Part): number
  /**
   * Bytes of a held part. Throws `source-changed` when a shared file is no longer what was hashed (size, mtime and
   * inode are compared around each read), and then stops holding the part.
   */
  readPart(part: Part, offset: number, length: number, options?: AbortOptions): Promise<Uint8Array>
  /**
   * As `readPart`, into memory the caller uses again and again (backed by a SharedArrayBuffer): for whole blocks at a
   * rate at which new memory for each would keep the collector busy. `into` must not be touched until this settles; its
   * gaps are left as they were.
   */
  readPartInto(part: Part, offset: number, into: Uint8Array, gaps?: Gaps): Promise<void>
  /**
   * Verifies and stores a part; true when it verified. False: the bytes are not the part's (the sender lied). Throws
   * `disk-full`, `permission-denied` … when it cannot be written: nothing is lost, the part can be put again.
   * Pages are verified by the root; those that verify and are no pages of such a root throw `bad-page` or `bad-name`, and
   * the share stays unusable. A chunk may be put once `hasAllPages`. The buffer is released in every case.
   */
  putPart(part: Part, buffer: PartBuffer): Promise<boolean>
}

/** What a share is, and where it lies, as kept in the catalogue. */
export interface CatalogueRecord {
  readonly cid: string
  readonly role: 'source' | 'download'
  /** Name in the root; the CID's end while unknown. */
  readonly name: string
  readonly title: string | undefined
  /** Listed openly to everyone nearby. */
  readonly openly: boolean
  /** A download a person paused; does not start by itself. */
  readonly paused: boolean
  /** The file or folder shared; of a download, its final path once complete. */
  readonly path: string | undefined
  /** Of a download: the folder it goes to. */
  readonly targetDir: string | undefined
  /** Hints and addresses of the link it came from; the link itself. */
  readonly link: string | undefined
  /** Milliseconds since 1970. */
  readonly addedAt: number
  readonly completedAt: number | undefined
  /** Symbolic links, special files and unportable names left out of a shared folder. */
  readonly leftOut: LeftOut
}

export interface LeftOut {
  readonly symbolicLinks: number
  readonly specialFiles: number
  readonly unportableNames: number
  readonly unreadable: number
  /** A few examples to show. */
  readonly examples: readonly string[]
}

export interface HashingProgress {
  readonly phase: 'scanning' | 'hashing'
  readonly filesFound: number
  readonly bytesDone: number
  /** 0 while scanning. */
  readonly bytesTotal: number
}

export interface AddShareOptions extends AbortOptions {
  title?: string | undefined
  openly?: boolean | undefined
  onProgress?: ((progress: HashingProgress) => void) | undefined
}

export interface OpenDownloadOptions {
  /** Folder the file or folder is put into; created if missing. */
  targetDir: string
  link?: string | undefined
  /** While an interrupted download is checked: chunks read again, and how many there are to read. */
  onCheck?: ((done: number, total: number) => void) | undefined
  /** Ends the checking; `openDownload` then rejects, and may be called again. */
  signal?: AbortSignal | undefined
}

/** Every share of one home: hashed, kept in place, found again after a restart. */
export interface Store {
  readonly buffers: BufferPool
  start(): Promise<void>
  stop(): Promise<void>
  /** Hashes a file or folder (unchanged files are not read again) and keeps serving it in place. */
  addShare(path: string, options?: AddShareOptions): Promise<StoredShare>
  /**
   * Begins a download or takes up an interrupted one, which is checked first: what may have been touched since it was
   * written is read again. A finished one whose files are as they were is returned as it is; when it lies in another
   * folder than is asked for, it is copied there, and served from there.
   */
  openDownload(cid: CID, options: OpenDownloadOptions): Promise<StoredShare>
  /** A share at hand. An interrupted download is one once `openDownload` has taken it up. */
  get(cid: string): StoredShare | undefined
  record(cid: string): CatalogueRecord | undefined
  records(): CatalogueRecord[]
  update(cid: string, change: Partial<Pick<CatalogueRecord, 'title' | 'openly' | 'paused' | 'link'>>): void
  /** Forgets a share. `withFiles` also deletes what was downloaded (never what was shared in place). */
  remove(cid: string, options: { withFiles: boolean }): Promise<void>
  /** Reads everything again and compares; resolves with the number of parts that no longer verify. */
  verify(
    cid: string,
    options?: AbortOptions & { onProgress?: (done: number, total: number) => void },
  ): Promise<number>
  /** Entries for listing, in the share's order. Empty until the pages are there. */
  entries(cid: string, offset: number, limit: number): Entry[]
  /** Small settings-like facts other rooms keep (remembered peers …), by key. */
  readonly facts: FactStore
}

export interface FactStore {
  get(key: string): string | undefined
  set(key: string, value: string): void
  delete(key: string): void
  keys(prefix: string): string[]
}
