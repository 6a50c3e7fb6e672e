import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ShoalError, systemCode, type Logger } from '../base/index.ts'
import { MAX_RESULTS } from './limits.ts'

export interface SavedResultsInit<Result, Summary> {
  readonly home: string
  readonly log: Logger
  /** What their ids begin with. */
  readonly kind: 'race' | 'lookups'
  /** Throws for what is not one. */
  readonly schema: { parse(value: unknown): Result }
  /** Larger ones are left out. */
  readonly maxBytes: number
  /** As lists show it. */
  readonly summarise: (result: Result) => Summary
}

/** Saved results of one kind, one JSON file each. */
export class SavedResults<Result extends { readonly id: string }, Summary> {
  readonly #init: SavedResultsInit<Result, Summary>
  readonly #dir: string
  /** As ids are made: nothing of a path can be in one. */
  readonly #pattern: RegExp

  constructor(init: SavedResultsInit<Result, Summary>) {
    this.#init = init
    this.#dir = join(init.home, 'compare')
    this.#pattern = new RegExp(`^${init.kind}-[0-9]{13}-[0-9a-f]{8}$`)
  }

  /** Reads a result as it was saved or exported. @throws ShoalError `storage-corrupt` for anything else. */
  parse(json: string): Result {
    try {
      return this.#init.schema.parse(JSON.parse(json))
    } catch (error) {
      throw new ShoalError('storage-corrupt', 'this is not a saved comparison', { cause: error })
    }
  }

  /** Written beside and moved into place when whole; the oldest beyond a number go. */
  async save(result: Result): Promise<void> {
    const path = this.#path(result.id)
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    await writeFile(`${path}.new`, JSON.stringify(result), { mode: 0o600 })
    await rename(`${path}.new`, path)
    const ids = await this.#ids()
    for (const id of ids.slice(MAX_RESULTS)) await this.remove(id)
  }

  /** Newest first. What cannot be read is left out. */
  async list(): Promise<Summary[]> {
    const all = await Promise.all((await this.#ids()).map((id) => this.#tryLoad(id)))
    return all.flatMap((result) => (result ? [this.#init.summarise(result)] : []))
  }

  /** @throws ShoalError `not-found`, `storage-corrupt`. */
  async load(id: string): Promise<Result> {
    const path = this.#path(id)
    try {
      return this.parse(await readFile(path, 'utf8'))
    } catch (error) {
      if (systemCode(error) === 'ENOENT') throw notFound(error)
      throw error
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true })
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#dir).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return []
      throw error
    })
    const ids = names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []))
    return ids.filter((id) => this.#pattern.test(id)).sort((a, b) => (a < b ? 1 : -1))
  }

  async #tryLoad(id: string): Promise<Result | undefined> {
    try {
      if ((await stat(this.#path(id))).size > this.#init.maxBytes) return undefined
      return await this.load(id)
    } catch (error) {
      this.#init.log.warn('a saved result cannot be read', { id, error: String(error) })
      return undefined
    }
  }

  #path(id: string): string {
    if (!this.#pattern.test(id)) throw notFound()
    return join(this.#dir, `${id}.json`)
  }
}

function notFound(cause?: unknown): ShoalError {
  return new ShoalError('not-found', 'there is no such result', { cause })
}
