import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { completed, copyShare, startStore, tempDir } from './fixtures.ts'

it('shares 20,000 files, lists them by pages and gives them to another, on threads', async () => {
  const dir = join(tempDir(), 'many')
  for (let i = 0; i < 20_000; i++) {
    const folder = join(dir, `${Math.floor(i / 500)}`)
    if (i % 500 === 0) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${i}.txt`), `${i}`)
  }
  const store = await startStore({ threads: true })
  const source = await store.addShare(dir)
  expect(source.root).toMatchObject({ files: 20_000, dirs: 0 })
  const listed = store.entries(source.cid.toString(), 1020, 10).map((entry) => entry.path)
  expect(listed).toHaveLength(10)
  expect(listed).toEqual(listed.toSorted())
  expect(store.entries(source.cid.toString(), 19_995, 100)).toHaveLength(5)
  expect(store.entries(source.cid.toString(), 20_000, 10)).toEqual([])

  const receiver = await startStore({ threads: true })
  const share = await receiver.openDownload(source.cid, { targetDir: join(dir, '../out') })
  const done = completed(share)
  await copyShare(source, share)
  const again = await receiver.addShare(await done)
  expect(again.cid.toString()).toBe(source.cid.toString())
})
