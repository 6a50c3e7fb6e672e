import { equalBytes, isShoalError, type AbortOptions } from '../base/index.ts'
import type { StoreContext } from './context.ts'
import type { ShareFiles } from './share-files.ts'

export interface FilesOnDiskInit {
  readonly context: StoreContext
  /** Of the catalogue's shares. */
  readonly row: number
  readonly files: ShareFiles
  /** Where they are: final, or under `name.part`. */
  readonly base: string
}

/** The files of one share as they are on the disk, held against what they should be. */
export class FilesOnDisk {
  readonly #init: FilesOnDiskInit

  constructor(init: FilesOnDiskInit) {
    this.#init = init
  }

  /** Whether all of them are what they were, by identity: nothing is read. */
  async areUnchanged(): Promise<boolean> {
    const { context, files, base } = this.#init
    for await (const batch of files.batches()) {
      const records = batch.map((entry) => files.toRecord(entry))
      if (!(await context.pool.run('unchanged', { base, files: records }))) return false
    }
    return true
  }

  /** The files that are there now are the ones meant from now on, whatever is in them. */
  async takeIdentities(signal?: AbortSignal): Promise<void> {
    const { context, row, files, base } = this.#init
    const { catalogue, pool } = context
    for await (const batch of files.batches(signal)) {
      const paths = batch.map((entry) => files.toRecord(entry).path)
      const identities = await pool.run('identify', { base, paths })
      catalogue.database.transaction(() => {
        for (const [i, entry] of batch.entries()) {
          if (identities[i]) catalogue.entries.setIdentity(row, entry, identities[i])
        }
      })
    }
  }

  /**
   * Reads a chunk and compares its hash; what cannot be read does not verify. Throws only `cancelled` and `timeout`.
   * `isSettled`: the files are where they belong, and must be those that were identified.
   */
  async verifies(
    chunk: number,
    expected: Uint8Array,
    { isSettled, signal }: AbortOptions & { isSettled: boolean },
  ): Promise<boolean> {
    const { context, files, base } = this.#init
    try {
      const pieces = files.toRead(chunk, isSettled)
      return equalBytes(await context.pool.run('hash', { base, pieces }, { signal }), expected)
    } catch (error) {
      if (isShoalError(error, 'cancelled') || isShoalError(error, 'timeout')) throw error
      return false
    }
  }
}
