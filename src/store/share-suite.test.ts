import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { startStore, tempDir } from './fixtures.ts'
import { MemoryShare } from './memory-share.ts'
import { testShare } from './share-suite.ts'

testShare('a share in memory', async (cid) => ({ share: new MemoryShare(cid), written: () => [] }))

for (const threads of [false, true]) {
  testShare(threads ? 'a share on disk, written by threads' : 'a share on disk', async (cid) => {
    const targetDir = join(tempDir(), 'out')
    const store = await startStore({ threads })
    const share = await store.openDownload(cid, { targetDir })
    return { share, written: () => names(targetDir) }
  })
}

function names(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}
