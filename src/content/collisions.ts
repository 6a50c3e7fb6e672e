import { utf8 } from '../base/bytes.ts'
import { ShoalError } from '../base/errors.ts'
import { MAX_FOLDERS } from './limits.ts'
import { collisionKey, isFolderPath, partsOfPath } from './names.ts'
import { sha256 } from './hash.ts'

/** Longer keys are kept as digests, so that 10⁶ names of 255 bytes in one folder cost no more than usual ones. */
const LONGEST_KEPT_KEY = 48

/** Half a SHA-256: 2^64 names would have to be tried for two digests that agree. */
const DIGEST_BYTES = 16

interface OpenFolder {
  readonly name: string
  /** Keys of the files and folders in it so far. */
  readonly taken: Set<string>
}

/**
 * Finds paths that some system would put on one file: names that differ by case or Unicode form, a file that is also
 * a folder, an empty folder that is not empty.
 *
 * Paths come in the order of their UTF-8 bytes. All paths below one spelling of a folder then follow each other, so
 * a folder's keys can be forgotten once it is left: it does not come back, and another spelling of it is caught in
 * its parent. Within a folder the order says nothing about keys (`Z` < `a` < `z`, and `a`, `a-`, `a/b` keep a file
 * apart from the folder of the same name), hence a set for each *open* folder. Memory: the names in the folders on
 * the way to the current path, at most about 150 bytes for each.
 */
export class CollisionChecker {
  readonly #root: OpenFolder = { name: '', taken: new Set() }
  #open: OpenFolder[] = [this.#root]
  #folders = 0

  /**
   * Takes a path; false when it collides with an earlier one, which changes nothing. Throws `too-large` when entries
   * imply too many folders.
   */
  add(path: string): boolean {
    const parts = partsOfPath(path)
    const folders = parts.length - 1
    let depth = 0
    while (depth < folders && this.#open[depth + 1]?.name === parts[depth]) depth++
    const first = shortKey(parts[depth]!)
    const parent = this.#open[depth]!
    if (parent.taken.has(first)) return false
    this.#count(folders - depth + (isFolderPath(path) ? 1 : 0))
    parent.taken.add(first)
    this.#open.length = depth + 1
    for (let i = depth; i < folders; i++) {
      // Everything below the first new folder is new too: it cannot collide.
      this.#open.push({ name: parts[i]!, taken: new Set([shortKey(parts[i + 1]!)]) })
    }
    return true
  }

  #count(more: number): void {
    this.#folders += more
    if (this.#folders > MAX_FOLDERS) {
      throw new ShoalError('too-large', `more than ${MAX_FOLDERS} folders in one share`, {
        data: { what: 'folders', limit: MAX_FOLDERS },
      })
    }
  }
}

function shortKey(name: string): string {
  const key = collisionKey(name)
  if (key.length <= LONGEST_KEPT_KEY) return key
  // A NUL in front, which no portable name has: a digest never equals a key.
  return String.fromCharCode(0, ...sha256(utf8(key)).subarray(0, DIGEST_BYTES))
}
