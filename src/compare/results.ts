import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ShoalError, systemCode, type Logger } from '../base/index.ts'
import { raceResultSchema, type RaceResult, type RaceSummary } from '../contract/index.ts'
import { MAX_RESULT_BYTES, MAX_RESULTS } from './limits.ts'

/** As ids are made: nothing of a path can be in one. */
const ID = /^race-[0-9]{13}-[0-9a-f]{8}$/

/** Saved results, one JSON file each. */
export class Results {
  readonly #dir: string
  readonly #log: Logger

  constructor(home: string, log: Logger) {
    this.#dir = join(home, 'compare')
    this.#log = log
  }

  /** Written beside and moved into place when whole; the oldest beyond a number go. */
  async save(result: RaceResult): Promise<void> {
    const path = this.#path(result.id)
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    await writeFile(`${path}.new`, JSON.stringify(result), { mode: 0o600 })
    await rename(`${path}.new`, path)
    const ids = await this.#ids()
    for (const id of ids.slice(MAX_RESULTS)) await this.remove(id)
  }

  /** Newest first. What cannot be read is left out. */
  async list(): Promise<RaceSummary[]> {
    const all = await Promise.all((await this.#ids()).map((id) => this.#tryLoad(id)))
    return all.flatMap((result) => {
      if (!result) return []
      const { id, at, ground, spec, points } = result
      return [{ id, at, ground, spec, points: points.length }]
    })
  }

  /** @throws ShoalError `not-found`, `storage-corrupt`. */
  async load(id: string): Promise<RaceResult> {
    const path = this.#path(id)
    try {
      return parseResult(await readFile(path, 'utf8'))
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
    return ids.filter((id) => ID.test(id)).sort((a, b) => (a < b ? 1 : -1))
  }

  async #tryLoad(id: string): Promise<RaceResult | undefined> {
    try {
      if ((await stat(this.#path(id))).size > MAX_RESULT_BYTES) return undefined
      return await this.load(id)
    } catch (error) {
      this.#log.warn('a saved result cannot be read', { id, error: String(error) })
      return undefined
    }
  }

  #path(id: string): string {
    if (!ID.test(id)) throw notFound()
    return join(this.#dir, `${id}.json`)
  }
}

/** Reads a result as it was saved or exported. @throws ShoalError `storage-corrupt` for anything else. */
export function parseResult(json: string): RaceResult {
  try {
    return raceResultSchema.parse(JSON.parse(json))
  } catch (error) {
    throw new ShoalError('storage-corrupt', 'this is not a saved comparison', { cause: error })
  }
}

function notFound(cause?: unknown): ShoalError {
  return new ShoalError('not-found', 'there is no such result', { cause })
}
