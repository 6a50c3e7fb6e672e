import { hash } from 'node:crypto'
import { dirname, join, sep } from 'node:path'
import {
  equalBytes,
  gappedStretches,
  ShoalError,
  systemCode,
  toShoalError,
  type Gaps,
} from '../base/index.ts'
import type { DiskFs } from './disk-fs.ts'
import { identityOf, sameContent } from './identity.ts'
import type { Piece } from './jobs.ts'
import type { OpenFiles } from './open-files.ts'

/** Where a `/`-separated path lies below a base; the base itself when empty. */
export function locate(base: string, path: string): string {
  return path === '' ? base : join(base, path)
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

/**
 * Reads pieces into `into`, one after the other, leaving its gaps free. A file that is not what was hashed throws
 * `source-changed`.
 */
export function readPieces(
  fs: DiskFs,
  files: OpenFiles,
  base: string,
  pieces: readonly Piece[],
  into: Uint8Array,
  gaps?: Gaps,
): void {
  let at = 0
  for (const piece of pieces) {
    const path = locate(base, piece.path)
    try {
      readPiece(fs, files, path, piece, gappedStretches(into, at, piece.length, gaps))
    } catch (error) {
      files.forget(path)
      throw asChanged(error, piece)
    }
    at += piece.length
  }
}

function readPiece(
  fs: DiskFs,
  files: OpenFiles,
  path: string,
  piece: Piece,
  stretches: readonly Uint8Array[],
): void {
  const fd = files.toRead(path)
  const { identity } = piece
  if (identity && !sameContent(identityOf(fs.fstatSync(fd, { bigint: true })), identity)) throw changed(piece)
  let at = piece.offset
  for (const into of stretches) {
    if (!readAll(fs, fd, into, at)) throw changed(piece)
    at += into.length
  }
  // By its name this time: a file put in its place is a change, too.
  if (identity && !sameContent(identityOf(fs.lstatSync(path, { bigint: true })), identity))
    throw changed(piece)
}

/** False when the file ends before. */
function readAll(fs: DiskFs, fd: number, into: Uint8Array, offset: number): boolean {
  for (let done = 0; done < into.length;) {
    const read = fs.readSync(fd, into, done, into.length - done, offset + done)
    if (read === 0) return false
    done += read
  }
  return true
}

function changed(piece: Piece): ShoalError {
  return new ShoalError('source-changed', `changed since it was shared: ${piece.path || 'the file'}`, {
    data: { path: piece.path },
  })
}

const GONE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO'])

function asChanged(error: unknown, piece: Piece): unknown {
  return GONE.has(systemCode(error) ?? '') ? changed(piece) : error
}

/** Writes a part where it belongs, if its SHA-256 is the expected one; false, and nothing written, if not. */
export function writePieces(
  fs: DiskFs,
  files: OpenFiles,
  base: string,
  pieces: readonly Piece[],
  bytes: Uint8Array,
  expected: Uint8Array,
): boolean {
  if (!equalBytes(sha256(bytes), expected)) return false
  let at = 0
  for (const piece of pieces) {
    writePiece(fs, files, base, piece, bytes.subarray(at, at + piece.length))
    at += piece.length
  }
  return true
}

function writePiece(fs: DiskFs, files: OpenFiles, base: string, piece: Piece, bytes: Uint8Array): void {
  const path = locate(base, piece.path)
  try {
    if (piece.path !== '') makeParents(fs, base, piece.path)
    writeAll(fs, files.toWrite(path, piece), bytes, piece.offset)
  } catch (error) {
    files.close(path)
    const { code, message } = toShoalError(error, 'storage-failed')
    throw new ShoalError(code, message, { data: { path: piece.path }, cause: error })
  }
}

function writeAll(fs: DiskFs, fd: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length;) {
    done += fs.writeSync(fd, bytes, done, bytes.length - done, offset + done)
  }
}

/** Makes the folders above a path, one by one, refusing links: whoever plants one must not lead us out of `base`. */
export function makeParents(fs: DiskFs, base: string, path: string): void {
  requireFolder(fs, base)
  let folder = base
  for (const part of dirname(path).split('/')) {
    if (part === '.') return
    folder = `${folder}${sep}${part}`
    requireFolder(fs, folder)
  }
}

/** A real folder, made if it is missing (not its parents). */
export function requireFolder(fs: DiskFs, folder: string): void {
  const stats = fs.lstatSync(folder, { throwIfNoEntry: false })
  if (!stats) return makeFolder(fs, folder)
  if (!stats.isDirectory()) {
    throw new ShoalError('storage-failed', 'something else stands where a folder of the download goes')
  }
}

function makeFolder(fs: DiskFs, folder: string): void {
  try {
    fs.mkdirSync(folder)
  } catch (error) {
    // Another worker was faster.
    if (systemCode(error) !== 'EEXIST' || !fs.lstatSync(folder).isDirectory()) throw error
  }
}
