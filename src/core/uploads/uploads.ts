import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  ShoalError,
  toShoalError,
  type AbortOptions,
  type Clock,
  type Random,
  toHex,
} from '../../base/index.ts'
import { assertPortablePath, partsOfPath, toPortableName } from '../../content/index.ts'
import { MAX_UPLOAD_FILES, MAX_UPLOADS, UPLOAD_IDLE_MS } from '../limits.ts'

interface Upload {
  readonly id: string
  readonly dir: string
  /** Names at the top: one → it is what is shared; several → the folder around them. */
  readonly tops: Set<string>
  files: number
  writing: number
  forget: () => void
}

/**
 * Files a page sends because a browser tells it no paths. They are kept in `<home>/uploads/<id>/` and shared from
 * there; the folder goes when the share is removed.
 */
export class Uploads {
  readonly #root: string
  readonly #clock: Clock
  readonly #random: Random
  readonly #open = new Map<string, Upload>()

  constructor(init: { home: string; clock: Clock; random: Random }) {
    this.#root = join(init.home, 'uploads')
    this.#clock = init.clock
    this.#random = init.random
  }

  /** Removes what an earlier run left unfinished: every folder that no share lies in. */
  async clean(sharedPaths: readonly string[]): Promise<void> {
    for (const name of await readdir(this.#root).catch(() => [])) {
      const dir = join(this.#root, name)
      if (!sharedPaths.some((path) => path.startsWith(dir))) await rm(dir, { recursive: true, force: true })
    }
  }

  begin(): string {
    if (this.#open.size >= MAX_UPLOADS) {
      throw new ShoalError('rate-limited', 'too many uploads at once: finish or cancel one first')
    }
    const id = toHex(this.#random.bytes(16))
    const upload: Upload = {
      id,
      dir: join(this.#root, id, 'sent'),
      tops: new Set(),
      files: 0,
      writing: 0,
      forget: () => {},
    }
    this.#open.set(id, upload)
    this.#touch(upload)
    return id
  }

  /** Writes one file, `path` relative and portable, from a stream; a stream that breaks off leaves nothing behind. */
  async write(
    id: string,
    path: string,
    body: AsyncIterable<Uint8Array>,
    options: AbortOptions = {},
  ): Promise<void> {
    const upload = this.#get(id)
    assertPortablePath(path)
    if (++upload.files > MAX_UPLOAD_FILES) throw new ShoalError('too-large', 'too many files in one upload')
    upload.writing++
    try {
      await writeNew(join(upload.dir, ...partsOfPath(path)), body, () => this.#touch(upload), options.signal)
      upload.tops.add(partsOfPath(path)[0]!)
    } catch (error) {
      throw toShoalError(error, 'storage-failed')
    } finally {
      upload.writing--
    }
  }

  /** Closes the upload and gives the path to share; `name` becomes the name of the folder around several things. */
  async finish(id: string, name = 'Files'): Promise<string> {
    const upload = this.#get(id)
    if (upload.writing > 0)
      throw new ShoalError('bad-usage', 'some files of this upload are still being sent')
    if (upload.tops.size === 0) throw new ShoalError('empty-share', 'nothing was sent')
    this.#close(upload)
    if (upload.tops.size === 1) return join(upload.dir, [...upload.tops][0]!)
    const folder = join(dirname(upload.dir), toPortableName(name, 'Files'))
    await rename(upload.dir, folder)
    return folder
  }

  async cancel(id: string): Promise<void> {
    const upload = this.#open.get(id)
    if (!upload) return
    this.#close(upload)
    await rm(dirname(upload.dir), { recursive: true, force: true })
  }

  /** Removes the folder of a finished upload when `path` lies in one. */
  async removeShared(path: string): Promise<void> {
    if (!path.startsWith(this.#root)) return
    const [id] = path.slice(this.#root.length + 1).split(/[\\/]/)
    if (id) await rm(join(this.#root, id), { recursive: true, force: true })
  }

  async stop(): Promise<void> {
    for (const id of [...this.#open.keys()]) await this.cancel(id)
  }

  #get(id: string): Upload {
    const upload = this.#open.get(id)
    if (!upload) throw new ShoalError('not-found', 'there is no such upload (it may have waited too long)')
    return upload
  }

  #touch(upload: Upload): void {
    upload.forget()
    if (this.#open.has(upload.id)) {
      upload.forget = this.#clock.after(UPLOAD_IDLE_MS, () => void this.cancel(upload.id))
    }
  }

  #close(upload: Upload): void {
    this.#open.delete(upload.id)
    upload.forget()
  }
}

async function writeNew(
  target: string,
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  // `wx`: two files that some system takes for one must not overwrite each other.
  const file = await open(target, 'wx')
  try {
    for await (const bytes of body) {
      signal?.throwIfAborted()
      onBytes()
      await file.writev([bytes])
    }
  } catch (error) {
    await rm(target, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
