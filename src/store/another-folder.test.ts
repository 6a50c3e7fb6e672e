import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  bytesOf,
  completed,
  copyShare,
  readTree,
  readWhole,
  startStore,
  tempDir,
  writeTree,
} from './fixtures.ts'
import { createMemoryFile, createMemoryShare, type MemoryFile, type MemoryShare } from './memory-share.ts'
import type { StoredShare } from './types.ts'

const FILES: readonly MemoryFile[] = [
  { path: 'big.bin', bytes: bytesOf(200_000, 1) },
  { path: 'docs/empty/', bytes: new Uint8Array() },
  { path: 'docs/run.sh', bytes: bytesOf(20, 4), executable: true },
  { path: 'zero', bytes: new Uint8Array() },
]

const allOf = (share: StoredShare): Promise<Uint8Array[]> =>
  Promise.all(Array.from({ length: share.parts }, (_, part) => readWhole(share, part)))

async function finished(source?: MemoryShare) {
  const from = source ?? (await createMemoryShare('things', FILES))
  const home = join(tempDir(), 'home')
  const store = await startStore({ home })
  const share = await store.openDownload(from.cid, { targetDir: join(tempDir(), 'first') })
  const done = completed(share)
  await copyShare(from, share)
  return { source: from, store, home, share, path: await done, second: join(tempDir(), 'deep', 'second') }
}

describe('a finished download that is asked for in another folder', () => {
  it('is copied there without what was put beside its files, and served from there, also after a restart', async () => {
    const { source, store, home, share, path, second } = await finished()
    const before = readTree(path)
    writeFileSync(join(path, 'docs', 'mine.txt'), 'not of the share')
    await store.openDownload(source.cid, { targetDir: second })
    expect(readTree(join(second, 'things'))).toEqual(before)
    expect(readdirSync(second)).toEqual(['things'])
    expect(readFileSync(join(path, 'docs', 'mine.txt'), 'utf8')).toBe('not of the share')
    const cid = source.cid.toString()
    expect(store.record(cid)).toMatchObject({ path: join(second, 'things'), targetDir: second })
    // What is served now is the copy: the first one may go.
    writeFileSync(join(path, 'big.bin'), 'edited')
    expect(await allOf(share)).toEqual(await allOf(source))
    await store.stop()
    const again = await startStore({ home })
    expect(again.get(cid)?.isComplete).toBe(true)
    expect(await again.verify(cid)).toBe(0)
    await again.remove(cid, { withFiles: true })
    expect([existsSync(join(second, 'things')), existsSync(join(path, 'docs', 'run.sh'))]).toEqual([
      false,
      true,
    ])
  })

  it('overwrites nothing: equal content there is taken, any other gets a neighbour', async () => {
    const source = await createMemoryFile('a.bin', bytesOf(50_000, 7))
    const { store, share, second } = await finished(source)
    const third = join(second, 'third')
    writeTree(second, { 'a.bin': bytesOf(50_000, 7) })
    writeTree(third, { 'a.bin': 'another' })
    await store.openDownload(source.cid, { targetDir: second })
    expect(readdirSync(second).toSorted()).toEqual(['a.bin', 'third'])
    await store.openDownload(source.cid, { targetDir: third })
    expect(store.record(source.cid.toString())?.path).toBe(join(third, 'a (2).bin'))
    expect(readFileSync(join(third, 'a.bin'), 'utf8')).toBe('another')
    expect(share.isComplete).toBe(true)
    // The one that was there before is not ours to delete.
    await store.remove(source.cid.toString(), { withFiles: true })
    expect([readdirSync(third), existsSync(join(second, 'a.bin'))]).toEqual([['a.bin'], true])
  })

  it('stays where it is, and nothing is left there, when it cannot be copied', async () => {
    const { source, store, share, path, second } = await finished()
    const abort = new AbortController()
    abort.abort()
    const copying = store.openDownload(source.cid, { targetDir: second, signal: abort.signal })
    await expect(copying).rejects.toThrow()
    expect(readdirSync(second)).toEqual([])
    expect(store.record(source.cid.toString())?.path).toBe(path)
    expect(await allOf(share)).toEqual(await allOf(source))
  })
})

describe('the folder of a download', () => {
  it.skipIf(process.platform !== 'linux')(
    'is refused, not tried for ever, where none can be made',
    async () => {
      const { beginPart } = await import('./target.ts')
      const { nodeFs } = await import('./disk-fs.ts')
      expect(() => beginPart(nodeFs, '/proc/none/such', 'a', 'file')).toThrow(/ENOENT/)
      // As the disk is asked again while a download waits for it.
      const { JobRunner } = await import('./job-runner.ts')
      const probe = () => new JobRunner(nodeFs).run('probe', { path: '/proc/none/such/a', bytes: 1 })
      expect(probe).toThrow(/ENOENT/)
    },
  )
})
