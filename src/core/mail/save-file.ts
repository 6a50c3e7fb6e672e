import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ShoalError, systemCode, toShoalError } from '../../base/index.ts'
import { MAX_NAME_TRIES } from '../../store/limits.ts'
import { numberedName } from '../../store/target.ts'
import type { MailFile } from './view.ts'

/**
 * Writes a file into a folder, which is made when it is missing; one that has its name stays, and the new one is `name (2)`. Gives its path.
 * Rejects with `permission-denied`, `disk-full`, `storage-failed`, and leaves nothing half written then.
 */
export async function saveNewFile(folder: string, { name, bytes }: MailFile): Promise<string> {
  try {
    await mkdir(folder, { recursive: true })
    for (let n = 1; n <= MAX_NAME_TRIES; n++) {
      const path = join(folder, numberedName(name, n, 'file'))
      if (await writeNew(path, bytes)) return path
    }
  } catch (error) {
    throw toShoalError(error, 'storage-failed')
  }
  throw new ShoalError('storage-failed', 'every name is taken')
}

/** False when there is something of that name already, whatever it is. */
async function writeNew(path: string, bytes: Uint8Array): Promise<boolean> {
  const file = await open(path, 'wx').catch((error: unknown) => {
    if (systemCode(error) === 'EEXIST') return undefined
    throw error
  })
  if (!file) return false
  try {
    await file.writeFile(bytes)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
  return true
}
