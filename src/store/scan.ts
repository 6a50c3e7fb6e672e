import type { BigIntStats } from 'node:fs'
import { basename, join } from 'node:path'
import { ShoalError, systemCode } from '../base/index.ts'
import { collisionKey, FLAG_EXECUTABLE, MAX_ENTRIES, MAX_PATH_BYTES, nameFault } from '../content/index.ts'
import type { DiskFs } from './disk-fs.ts'
import { identityOf, type Identity } from './identity.ts'
import { MAX_DEPTH, MAX_EXAMPLES, SCAN_BATCH } from './limits.ts'
import type { LeftOut } from './types.ts'

export interface ScanRecord {
  /** NFC; an empty folder ends in `/`. */
  readonly path: string
  /** The disk's own spelling where it differs. */
  readonly local: string | undefined
  readonly size: number
  readonly flags: number
  readonly identity: Identity
}

export interface ScanBatch {
  readonly kind: 'file' | 'folder'
  readonly records: readonly ScanRecord[]
  readonly leftOut: LeftOut
  readonly done: boolean
}

interface Folder {
  /** NFC, ending in `/`; empty for the root. */
  readonly path: string
  /** As the disk spells it, ending in `/`; empty for the root. */
  readonly local: string
  readonly names: readonly Name[]
  next: number
  kept: number
}

interface Name {
  readonly nfc: string
  readonly local: string
}

type Reason = Exclude<keyof LeftOut, 'examples'>

const R_OK = 4
const EXECUTABLE_BITS = 0o111n

export interface ScanOptions {
  /** The system records who may execute a file; not on Windows. */
  readonly executableBits?: boolean
  /** The path of the record of a single file. */
  readonly fileName?: string
}

/**
 * Lists the files and empty folders of a path, a batch at a time, depth first, in no particular order. `lstat` comes
 * before anything else (opening a FIFO would block). Symbolic links, special files, unreadable ones and names that do
 * not exist on every system are left out and counted; of names that differ only by case or Unicode form, one is kept.
 */
export class Scan {
  readonly #fs: DiskFs
  readonly #root: string
  readonly #executableBits: boolean
  readonly #fileName: string | undefined
  readonly #folders: Folder[] = []
  readonly #counts = { symbolicLinks: 0, specialFiles: 0, unportableNames: 0, unreadable: 0 }
  readonly #examples: string[] = []
  #kind: 'file' | 'folder' | undefined
  #found = 0

  constructor(fs: DiskFs, root: string, options: ScanOptions = {}) {
    this.#fs = fs
    this.#root = root
    this.#fileName = options.fileName
    this.#executableBits = options.executableBits ?? process.platform !== 'win32'
  }

  next(limit = SCAN_BATCH): ScanBatch {
    const records: ScanRecord[] = []
    if (!this.#kind) this.#begin(records)
    while (this.#folders.length > 0 && records.length < limit) this.#step(records)
    this.#found += records.length
    if (this.#found > MAX_ENTRIES) throw new ShoalError('too-large', `more than ${MAX_ENTRIES} files`)
    return { kind: this.#kind!, records, leftOut: this.#leftOut(), done: this.#folders.length === 0 }
  }

  #begin(records: ScanRecord[]): void {
    const stats = this.#fs.lstatSync(this.#root, { bigint: true })
    if (stats.isDirectory()) {
      this.#kind = 'folder'
      this.#folders.push({ path: '', local: '', names: this.#list(''), next: 0, kept: 0 })
    } else if (stats.isFile()) {
      this.#kind = 'file'
      this.#fs.accessSync(this.#root, R_OK)
      records.push(this.#fileRecord(this.#fileName ?? basename(this.#root), undefined, stats))
    } else throw new ShoalError('not-supported', 'neither a file nor a folder')
  }

  #step(records: ScanRecord[]): void {
    const folder = this.#folders.at(-1)!
    const name = folder.names[folder.next++]
    if (name) this.#visit(folder, name, records)
    else this.#leave(folder, records)
  }

  #leave(folder: Folder, records: ScanRecord[]): void {
    this.#folders.pop()
    if (folder.kept > 0 || folder.path === '') return
    const stats = this.#fs.lstatSync(join(this.#root, folder.local), { bigint: true, throwIfNoEntry: false })
    const local = folder.local === folder.path ? undefined : folder.local
    if (stats) records.push({ path: folder.path, local, size: 0, flags: 0, identity: identityOf(stats) })
  }

  #visit(folder: Folder, name: Name, records: ScanRecord[]): void {
    const path = folder.path + name.nfc
    const local = folder.local + name.local
    const stats = this.#look(local, path)
    if (!stats) return
    if (stats.isSymbolicLink()) return this.#leaveOut('symbolicLinks', path)
    if (!stats.isFile() && !stats.isDirectory()) return this.#leaveOut('specialFiles', path)
    if (Buffer.byteLength(path) + (stats.isDirectory() ? 1 : 0) > MAX_PATH_BYTES) {
      return this.#leaveOut('unportableNames', path)
    }
    if (stats.isDirectory()) this.#enter(folder, path, local)
    else if (this.#isReadable(local, path)) {
      folder.kept++
      records.push(this.#fileRecord(path, local === path ? undefined : local, stats))
    }
  }

  #enter(parent: Folder, path: string, local: string): void {
    if (this.#folders.length >= MAX_DEPTH) return this.#leaveOut('unportableNames', path)
    try {
      this.#folders.push({ path: `${path}/`, local: `${local}/`, names: this.#list(local), next: 0, kept: 0 })
      parent.kept++
    } catch (error) {
      if (error instanceof ShoalError) throw error
      this.#leaveOut('unreadable', path)
    }
  }

  /** The names in a folder that can be kept. Streamed, so that a folder of ten million ends in an error, not in swap. */
  #list(local: string): Name[] {
    const byKey = new Map<string, Name>()
    const directory = this.#fs.opendirSync(join(this.#root, local), { bufferSize: SCAN_BATCH })
    try {
      for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
        this.#addName(byKey, entry.name, local)
        if (byKey.size > MAX_ENTRIES)
          throw new ShoalError('too-large', `more than ${MAX_ENTRIES} files in one folder`)
      }
    } finally {
      directory.closeSync()
    }
    return [...byKey.values()]
  }

  #addName(byKey: Map<string, Name>, local: string, folder: string): void {
    const nfc = local.normalize('NFC')
    if (nameFault(nfc) !== undefined) return this.#leaveOut('unportableNames', join(folder, nfc))
    const name = { nfc, local }
    const key = collisionKey(nfc)
    const other = byKey.get(key)
    const kept = other && isBefore(other, name) ? other : name
    byKey.set(key, kept)
    if (other) this.#leaveOut('unportableNames', join(folder, (kept === other ? name : other).local))
  }

  #look(local: string, path: string): BigIntStats | undefined {
    try {
      return this.#fs.lstatSync(join(this.#root, local), { bigint: true })
    } catch (error) {
      // Gone since it was listed, unless its name was not valid UTF-8: then it was never readable by this name.
      const reason = path.includes('\uFFFD') ? 'unportableNames' : 'unreadable'
      if (systemCode(error) !== 'ENOENT' || reason === 'unportableNames') this.#leaveOut(reason, path)
      return undefined
    }
  }

  #isReadable(local: string, path: string): boolean {
    try {
      this.#fs.accessSync(join(this.#root, local), R_OK)
      return true
    } catch {
      this.#leaveOut('unreadable', path)
      return false
    }
  }

  #fileRecord(path: string, local: string | undefined, stats: BigIntStats): ScanRecord {
    const executable = this.#executableBits && (stats.mode & EXECUTABLE_BITS) !== 0n
    if (stats.size > BigInt(Number.MAX_SAFE_INTEGER)) throw new ShoalError('too-large', `too large: ${path}`)
    const flags = executable ? FLAG_EXECUTABLE : 0
    return { path, local, size: Number(stats.size), flags, identity: identityOf(stats) }
  }

  #leaveOut(reason: Reason, path: string): void {
    this.#counts[reason]++
    if (this.#examples.length < MAX_EXAMPLES) this.#examples.push(path)
  }

  #leftOut(): LeftOut {
    return { ...this.#counts, examples: [...this.#examples] }
  }
}

/** Which of two colliding names is kept must not depend on the order in which a disk lists them. */
function isBefore(a: Name, b: Name): boolean {
  if (a.nfc !== b.nfc) return Buffer.compare(Buffer.from(a.nfc), Buffer.from(b.nfc)) < 0
  return a.local === a.nfc || (b.local !== b.nfc && a.local < b.local)
}
