import { Buffer } from 'node:buffer'
import { dirname, join } from 'node:path'
import { FLAG_EXECUTABLE, isFolderPath } from '../content/index.ts'
import { nodeFs, type DiskFs } from './disk-fs.ts'
import { identityOf, sameContent, type Identity } from './identity.ts'
import type { Answer, Ask, FileRecord, JobName, Piece } from './jobs.ts'
import { OpenFiles } from './open-files.ts'
import { locate, makeParents, readPieces, requireFolder, sha256, writePieces } from './pieces.ts'
import { beginPart, makeFolder, settlePart } from './target.ts'

type Handlers = { [N in JobName]: (ask: Ask<N>) => Answer<N> }

const EXECUTABLE_BITS = 0o111
const READABLE_BITS = 0o444

/** Does the jobs, one after the other, blocking. Runs in a worker; in tests also without one, on a faulty disk. */
export class JobRunner {
  readonly #fs: DiskFs
  readonly #files: OpenFiles
  #buffer = new Uint8Array(0)

  readonly #handlers: Handlers = {
    hash: (ask) => this.#hash(ask),
    read: (ask) => this.#read(ask),
    readInto: ({ base, pieces, into, gaps }) => readPieces(this.#fs, this.#files, base, pieces, into, gaps),
    write: ({ base, pieces, bytes, hash }) => writePieces(this.#fs, this.#files, base, pieces, bytes, hash),
    begin: ({ dir, name, kind }) => beginPart(this.#fs, dir, name, kind),
    settle: ({ part, dir, name, kind }) => settlePart(this.#fs, part, dir, name, kind),
    finish: ({ base, files }) => files.map((file) => this.#finish(base, file)),
    identify: ({ base, paths }) => paths.map((path) => this.#identify(locate(base, path))),
    unchanged: ({ base, files }) => files.every((file) => this.#isUnchanged(base, file)),
    erase: (ask) => this.#erase(ask),
    probe: (ask) => this.#probe(ask),
    close: ({ base }) => this.#files.close(base),
  }

  constructor(fs: DiskFs = nodeFs) {
    this.#fs = fs
    this.#files = new OpenFiles(fs)
  }

  run<N extends JobName>(name: N, ask: Ask<N>): Answer<N> {
    return this.#handlers[name](ask)
  }

  closeAll(): void {
    this.#files.closeAll()
  }

  #hash({ base, pieces }: Ask<'hash'>): Uint8Array {
    const length = totalLength(pieces)
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafeSlow(length)
    const bytes = this.#buffer.subarray(0, length)
    readPieces(this.#fs, this.#files, base, pieces, bytes)
    // A copy: Node's small buffers are views of a large pool, all of which would cross to the other thread.
    return Uint8Array.from(sha256(bytes))
  }

  #read({ base, pieces }: Ask<'read'>): Uint8Array<ArrayBuffer> {
    // Not zeroed, every byte is overwritten; not pooled, so that it can be given to the other thread.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(totalLength(pieces)).buffer)
    readPieces(this.#fs, this.#files, base, pieces, bytes)
    return bytes
  }

  #finish(base: string, file: FileRecord): Identity | undefined {
    const path = locate(base, file.path)
    if (file.path !== '' && file.size === 0) makeParents(this.#fs, base, file.path)
    if (isFolderPath(file.path)) {
      requireFolder(this.#fs, path.slice(0, -1))
      return undefined
    }
    const stats = this.#fs.lstatSync(path, { bigint: true, throwIfNoEntry: false })
    if (!stats && file.size > 0) return undefined
    if (stats && (!stats.isFile() || stats.size !== BigInt(file.size))) return undefined
    if (!stats) this.#fs.closeSync(this.#fs.openSync(path, 'wx', file.executable ? 0o777 : 0o666))
    else this.#setExecutable(path, Number(stats.mode), file.executable)
    return this.#identify(path)
  }

  /** A file that was there before it was written (a download taken up again) has whatever mode it has. */
  #setExecutable(path: string, mode: number, executable: boolean): void {
    if (process.platform === 'win32') return
    // For whom the umask lets read it, for those it may be executed.
    const wanted = executable ? mode | ((mode & READABLE_BITS) >> 2) : mode & ~EXECUTABLE_BITS
    if (mode !== wanted) this.#fs.chmodSync(path, wanted & 0o777)
  }

  #identify(path: string): Identity | undefined {
    try {
      const stats = this.#fs.lstatSync(path, { bigint: true })
      return stats.isFile() ? identityOf(stats) : undefined
    } catch {
      return undefined
    }
  }

  #erase({ base, files }: Ask<'erase'>): number {
    let erased = 0
    for (const file of files) {
      const path = locate(base, file.path)
      if (isFolderPath(file.path)) removeEmptyFolder(this.#fs, path.slice(0, -1))
      else if (this.#isUnchanged(base, file)) {
        this.#files.close(path)
        this.#fs.unlinkSync(path)
        erased++
      }
      if (file.path !== '') this.#removeEmptyParents(base, file.path)
    }
    return erased
  }

  #isUnchanged(base: string, { path, identity, size }: FileRecord): boolean {
    const stats = this.#fs.lstatSync(locate(base, path), { bigint: true, throwIfNoEntry: false })
    if (!stats) return false
    if (isFolderPath(path)) return stats.isDirectory()
    if (!stats.isFile()) return false
    // Of downloaded empty files no identity is kept: an empty one is as good as another.
    return identity ? sameContent(identityOf(stats), identity) : size === 0 && stats.size === 0n
  }

  /** Up to the share's own folder, and that too. */
  #removeEmptyParents(base: string, path: string): void {
    const parts = path.split('/').slice(0, isFolderPath(path) ? -2 : -1)
    while (removeEmptyFolder(this.#fs, join(base, ...parts)) && parts.length > 0) parts.pop()
  }

  #probe({ path, bytes }: Ask<'probe'>): void {
    makeFolder(this.#fs, dirname(path))
    const fd = this.#fs.openSync(path, 'wx')
    try {
      this.#fs.writeSync(fd, new Uint8Array(bytes), 0, bytes, 0)
    } finally {
      this.#fs.closeSync(fd)
      this.#fs.unlinkSync(path)
    }
  }
}

function removeEmptyFolder(fs: DiskFs, path: string): boolean {
  try {
    fs.rmdirSync(path)
    return true
  } catch {
    return false
  }
}

function totalLength(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0)
}

export function isExecutable(flags: number): boolean {
  return (flags & FLAG_EXECUTABLE) !== 0
}
