import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { MAX_CORE_FILE_BYTES } from './limits.ts'

const coreFileSchema = z.object({
  pid: z.number().int().positive(),
  port: z.number().int().min(1).max(65_535),
  token: z.string().regex(/^[\w-]{16,128}$/),
  /** The page, token included. */
  url: z.string(),
  version: z.string(),
})

/** How to reach the core of a home. Whoever can read it may do all the user may: mode 0600. */
export type CoreFile = z.infer<typeof coreFileSchema>

const pathOf = (home: string): string => join(home, 'core.json')

/** Writes it whole or not at all: to a file beside, then renamed. */
export async function writeCoreFile(home: string, content: CoreFile): Promise<void> {
  const temporary = `${pathOf(home)}.${content.pid}`
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(content)}\n`)
  } finally {
    await file.close()
  }
  await rename(temporary, pathOf(home))
}

/** What it says, or undefined when there is none that makes sense (a crash may have left any). */
export async function readCoreFile(home: string): Promise<CoreFile | undefined> {
  try {
    if ((await stat(pathOf(home))).size > MAX_CORE_FILE_BYTES) return undefined
    return coreFileSchema.parse(JSON.parse(await readFile(pathOf(home), 'utf8')))
  } catch {
    return undefined
  }
}

/** Removes it, unless another core has put its own there meanwhile. */
export async function removeCoreFile(home: string, token: string): Promise<void> {
  const content = await readCoreFile(home)
  if (content?.token === token) await rm(pathOf(home), { force: true })
}
