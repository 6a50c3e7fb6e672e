import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ShoalError, systemCode } from '../../base/index.ts'
import { liesIn } from '../../store/index.ts'
import type { ManagedShare } from './managed-share.ts'

/**
 * Throws `path-missing` when `path` can never be a folder because it, or what it would lie in, is something else. What may
 * still change (no room, no permission) is left to the download, which waits for it.
 */
export async function requireFolder(path: string): Promise<void> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch((error: unknown) => systemCode(error))
    if (typeof found !== 'string' && found?.isDirectory()) return
    const isMissing = found === 'ENOENT' || found === 'ENOTDIR'
    if (isMissing && dirname(at) !== at) continue
    if (typeof found === 'string' || found === undefined) return
    throw new ShoalError('path-missing', `not a folder: ${at}`, { data: { path: at } })
  }
}

/** A finished download that is wanted in another folder than it is in. */
export function isElsewhere({ record, stored }: ManagedShare, to: string | undefined): boolean {
  if (to === undefined || record.role !== 'download' || !stored?.isComplete) return false
  return !liesIn(record, resolve(to))
}
