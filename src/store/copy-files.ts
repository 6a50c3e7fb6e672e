import { constants } from 'node:fs'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { toShoalError } from '../base/index.ts'
import { isFolderPath, type Root } from '../content/index.ts'
import { nodeFs } from './disk-fs.ts'
import { locate } from './pieces.ts'
import type { ShareFiles } from './share-files.ts'
import { beginPart, settlePart } from './target.ts'

/** Where files lie, and which of what is there belongs to the share. */
interface Original {
  readonly files: ShareFiles
  readonly base: string
  readonly root: Pick<Root, 'name' | 'kind'>
}

/**
 * Copies a share's files, and nothing that was put beside them, into another folder under a name that is free there; gives
 * the path. What was copied goes again when it cannot be finished. Throws `disk-full`, `permission-denied` …
 */
export async function copyFiles(
  { files, base, root }: Original,
  dir: string,
  signal?: AbortSignal,
): Promise<string> {
  let part: string | undefined
  try {
    part = beginPart(nodeFs, dir, root.name, root.kind)
    for await (const batch of files.batches(signal)) {
      for (const entry of batch) {
        signal?.throwIfAborted()
        const { path } = files.toRecord(entry)
        await copyOne(locate(base, path), locate(part, path), isFolderPath(path))
      }
    }
    return settlePart(nodeFs, part, dir, root.name, root.kind)
  } catch (error) {
    if (part !== undefined) await rm(part, { recursive: true, force: true })
    throw toShoalError(error, 'storage-failed')
  }
}

async function copyOne(from: string, to: string, isFolder: boolean): Promise<void> {
  await mkdir(isFolder ? to : dirname(to), { recursive: true })
  // File systems that can let two files share their blocks do.
  if (!isFolder) await copyFile(from, to, constants.COPYFILE_FICLONE)
}
