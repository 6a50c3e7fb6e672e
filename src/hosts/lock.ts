import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errorMessage, ShoalError, toShoalError } from '../base/index.ts'
import { makeFolder } from './make-folder.ts'

/** SQLite's codes for "somebody else has it": busy, locked. */
const TAKEN = [5, 6]

/** The right to run the one core of a home; held until released, or until the process ends in whatever way. */
export interface HomeLock {
  release(): void
}

/**
 * Takes a home. An exclusive transaction on a database of its own: the system drops its file locks when a process
 * dies, so nothing is ever stale. Throws `already-running` when another core has it.
 */
export async function lockHome(home: string): Promise<HomeLock> {
  try {
    await makeFolder(home)
    return takeLock(join(home, 'lock.db'))
  } catch (error) {
    if (TAKEN.includes(sqliteCode(error))) {
      throw new ShoalError('already-running', `a core is running on ${home}`, {
        data: { path: home },
        cause: error,
      })
    }
    const facts = { path: home }
    const message = `${home} cannot be the home of a core: ${errorMessage(error)}`
    throw new ShoalError(toShoalError(error, 'storage-failed').code, message, { data: facts, cause: error })
  }
}

function takeLock(path: string): HomeLock {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw error
  }
  return {
    release() {
      if (database.isOpen) database.close()
    },
  }
}

/** The primary result code of an SQLite error, 0 for any other. */
function sqliteCode(error: unknown): number {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code & 0xff : 0
}
