import type { BigIntStats } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { ShoalError, systemCode } from '../base/index.ts'
import { MAX_NAME_BYTES, utf8Length, type Root } from '../content/index.ts'
import type { DiskFs } from './disk-fs.ts'
import { MAX_NAME_TRIES } from './limits.ts'

const PART = '.part'

/** The n-th name to try: `a.txt`, `a (2).txt` …; shortened where a suffix would make it too long for a file system. */
export function numberedName(name: string, n: number, kind: Root['kind'], suffix = ''): string {
  const extension = kind === 'file' ? extname(name) : ''
  const tail = `${n === 1 ? '' : ` (${n})`}${extension}${suffix}`
  let stem = name.slice(0, name.length - extension.length)
  // Half a surrogate pair goes with the other half.
  while (stem !== '' && (utf8Length(stem + tail) > MAX_NAME_BYTES || !stem.isWellFormed()))
    stem = stem.slice(0, -1)
  return stem + tail
}

/** Makes the folder of a download if it is missing and, exclusively, the file or folder it is written to. */
export function beginPart(fs: DiskFs, dir: string, name: string, kind: Root['kind']): string {
  makeFolder(fs, dir)
  return firstFree(
    dir,
    (n) => numberedName(name, n, kind, PART),
    (path) => {
      if (kind === 'folder') fs.mkdirSync(path)
      else fs.closeSync(fs.openSync(path, 'wx'))
    },
  )
}

/** Gives a finished download its name. Whatever has that name already stays as it is. */
export function settlePart(fs: DiskFs, part: string, dir: string, name: string, kind: Root['kind']): string {
  const take = kind === 'folder' ? takeFolderName : takeFileName
  return firstFree(
    dir,
    (n) => numberedName(name, n, kind),
    (path) => take(fs, part, path),
  )
}

/** With those it lies in. Node's own way goes on for ever where nothing can be made and nobody says why (/proc). */
export function makeFolder(fs: DiskFs, dir: string): void {
  try {
    fs.mkdirSync(dir)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST' && isFolder(fs, dir)) return
    if (code !== 'ENOENT' || isFolder(fs, dirname(dir))) throw error
    makeFolder(fs, dirname(dir))
    makeFolder(fs, dir)
  }
}

/** Links count as what they lead to: people have their downloads on other disks. */
function isFolder(fs: DiskFs, path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function firstFree(dir: string, nameOf: (n: number) => string, take: (path: string) => void): string {
  for (let n = 1; n <= MAX_NAME_TRIES; n++) {
    const path = join(dir, nameOf(n))
    try {
      take(path)
      return path
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
  }
  throw new ShoalError('storage-failed', 'every name is taken')
}

/** A link to a name that exists fails, unlike a rename; then the old name goes. */
function takeFileName(fs: DiskFs, part: string, path: string): void {
  if (isSameFile(fs, part, path)) return fs.unlinkSync(part)
  try {
    fs.linkSync(part, path)
  } catch (error) {
    if (systemCode(error) === 'EEXIST' || systemCode(error) === 'ENOENT') throw error
    // No hard links here (FAT, some network drives): an empty file of our own holds the name.
    fs.closeSync(fs.openSync(path, 'wx'))
    return renameOver(fs, part, path, () => fs.unlinkSync(path))
  }
  fs.unlinkSync(part)
}

/** An empty folder of our own holds the name; a rename replaces that and nothing else. */
function takeFolderName(fs: DiskFs, part: string, path: string): void {
  fs.mkdirSync(path)
  // Windows replaces no folder, not even an empty one.
  if (process.platform === 'win32') fs.rmdirSync(path)
  renameOver(fs, part, path, () => fs.rmdirSync(path))
}

function renameOver(fs: DiskFs, part: string, path: string, giveBack: () => void): void {
  try {
    fs.renameSync(part, path)
  } catch (error) {
    giveBack()
    throw error
  }
}

/** A crash between the link and the end of the old name leaves two names of one file. */
function isSameFile(fs: DiskFs, a: string, b: string): boolean {
  const look = (path: string): BigIntStats | undefined =>
    fs.lstatSync(path, { bigint: true, throwIfNoEntry: false })
  const [one, other] = [look(a), look(b)]
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev
}
