import { ShoalError } from '../base/errors.ts'
import { CollisionChecker } from './collisions.ts'
import { Placer } from './layout.ts'
import type { Layout, Placement } from './layout.ts'
import { isFolderPath, printable } from './names.ts'
import { comparePaths } from './order.ts'
import { entryFault } from './pages.ts'
import type { Entry, Root } from './types.ts'

/**
 * The receiver's last check before it writes anything: all entries of all pages, in page order, one at a time,
 * against what the root says and against each other. Gives each file its place and, at the end, the layout. Memory as
 * CollisionChecker's. Throws `bad-page` (or `bad-name` for names that collide); the share is then broken for good.
 */
export class EntryChecker {
  readonly #root: Root
  readonly #placer: Placer
  readonly #collisions = new CollisionChecker()
  #last: string | undefined
  #files = 0
  #dirs = 0

  constructor(root: Root) {
    this.#root = root
    this.#placer = new Placer(root.chunkSize)
  }

  add(entry: Entry): Placement | undefined {
    const fault = entryFault(entry)
    if (fault) throw bad(fault)
    if (this.#last !== undefined && comparePaths(this.#last, entry.path) >= 0)
      throw bad('entries are out of order')
    if (this.#root.kind === 'file' && entry.path !== this.#root.name)
      throw bad("the file does not have the share's name")
    if (!this.#collisions.add(entry.path)) throw collision(entry.path)
    this.#last = entry.path
    if (isFolderPath(entry.path)) this.#dirs++
    else this.#files++
    return this.#placer.place(entry.size)
  }

  /** Throws `bad-page` when entries are missing, or counts and sizes are not the root's. */
  finish(): Layout {
    const layout = this.#placer.finish()
    const { files, dirs, size, chunks } = this.#root
    if (this.#files !== files || this.#dirs !== dirs)
      throw bad('numbers of files or folders differ from the root')
    if (layout.size !== size) throw bad('sizes do not add up to the root')
    if (layout.chunks !== chunks) throw bad('chunks differ from the root')
    return layout
  }
}

function bad(why: string): ShoalError {
  return new ShoalError('bad-page', `entries do not fit their root: ${why}`)
}

function collision(path: string): ShoalError {
  const name = printable(path)
  return new ShoalError('bad-name', `two names are one on some systems: ${name}`, {
    data: { fault: 'collision', name },
  })
}
