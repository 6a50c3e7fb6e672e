import { ShoalError } from '../base/index.ts'
import { OPEN_TO_CREATE, OPEN_TO_READ, OPEN_TO_WRITE, type DiskFs } from './disk-fs.ts'
import { MAX_OPEN_FILES } from './limits.ts'

/** File descriptors kept open, the least recently used closed first. */
export class OpenFiles {
  readonly #fs: DiskFs
  readonly #limit: number
  readonly #reading = new Map<string, number>()
  readonly #writing = new Map<string, number>()

  constructor(fs: DiskFs, limit = MAX_OPEN_FILES) {
    this.#fs = fs
    this.#limit = limit
  }

  /** A descriptor to read a regular file with. Symbolic links are not followed. */
  toRead(path: string): number {
    return this.#use(this.#reading, path, () => {
      const fd = this.#fs.openSync(path, OPEN_TO_READ)
      return this.#checked(fd, () => {
        if (!this.#fs.fstatSync(fd).isFile()) throw new ShoalError('source-changed', 'no longer a file')
      })
    })
  }

  /**
   * A descriptor to write a file of `size` bytes with; a `fresh` one is made if missing and given its size, sparse.
   * One that is a link to something else, by name or by inode, is refused: that would be written to outside the
   * download.
   */
  toWrite(
    path: string,
    { size, executable, fresh }: { size: number; executable: boolean; fresh: boolean },
  ): number {
    return this.#use(this.#writing, path, () => {
      const fd = this.#fs.openSync(path, fresh ? OPEN_TO_CREATE : OPEN_TO_WRITE, executable ? 0o777 : 0o666)
      return this.#checked(fd, () => {
        const stats = this.#fs.fstatSync(fd)
        if (!stats.isFile() || stats.nlink > 1) {
          throw new ShoalError('storage-failed', 'something else stands where a file of the download goes')
        }
        if (stats.size !== size) this.#fs.ftruncateSync(fd, size)
      })
    })
  }

  /** Closes what is kept of a file, or of everything below a folder. */
  close(base: string): void {
    for (const files of [this.#reading, this.#writing]) {
      for (const [path, fd] of files) {
        if (path !== base && !(path.startsWith(base) && /^[/\\]/.test(path.slice(base.length)))) continue
        files.delete(path)
        this.#fs.closeSync(fd)
      }
    }
  }

  /** Forgets one descriptor to read: the next use opens the path anew. */
  forget(path: string): void {
    const fd = this.#reading.get(path)
    if (fd === undefined) return
    this.#reading.delete(path)
    this.#fs.closeSync(fd)
  }

  closeAll(): void {
    for (const files of [this.#reading, this.#writing]) {
      for (const fd of files.values()) this.#fs.closeSync(fd)
      files.clear()
    }
  }

  #use(files: Map<string, number>, path: string, open: () => number): number {
    let fd = files.get(path)
    if (fd === undefined) {
      while (this.#reading.size + this.#writing.size >= this.#limit) this.#closeOldest()
      fd = open()
    } else files.delete(path)
    files.set(path, fd)
    return fd
  }

  #checked(fd: number, check: () => void): number {
    try {
      check()
      return fd
    } catch (error) {
      this.#fs.closeSync(fd)
      throw error
    }
  }

  #closeOldest(): void {
    const files = this.#writing.size > this.#reading.size ? this.#writing : this.#reading
    const [path, fd] = files.entries().next().value!
    files.delete(path)
    this.#fs.closeSync(fd)
  }
}
