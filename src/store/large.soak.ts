import { execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { copyShare, completed, startStore, tempDir } from './fixtures.ts'

const GIB = 2 ** 30
const MIB = 2 ** 20

function rssPeak(): { stop: () => number } {
  let peak = 0
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
  return { stop: () => (clearInterval(timer), peak) }
}

it('shares and fetches 5 GiB of a sparse file in bounded memory', async () => {
  const dir = tempDir()
  const path = join(dir, 'sparse.bin')
  const fd = openSync(path, 'w')
  ftruncateSync(fd, 5 * GIB)
  for (const at of [0, 1.5 * GIB, 5 * GIB - 7]) writeSync(fd, 'bytes!!', at)
  closeSync(fd)
  const store = await startStore({ threads: true })
  const receiver = await startStore({ threads: true })
  const peak = rssPeak()
  const source = await store.addShare(path)
  const share = await receiver.openDownload(source.cid, { targetDir: join(dir, 'out') })
  const done = completed(share)
  await copyShare(source, share)
  expect(statSync(await done).size).toBe(5 * GIB)
  execFileSync('cmp', [path, await done])
  const rss = peak.stop()
  process.stdout.write(`peak ${Math.round(rss / MIB)} MiB, two stores in one process\n`)
  expect(rss).toBeLessThan(500 * MIB)
})

it('shares and fetches 200,000 files in bounded memory', async () => {
  const dir = tempDir()
  for (let i = 0; i < 200_000; i++) {
    const folder = join(dir, 'many', `${Math.floor(i / 1000)}`)
    if (i % 1000 === 0) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `file-${i}`), `${i}\n`)
  }
  const store = await startStore({ threads: true })
  const receiver = await startStore({ threads: true })
  const peak = rssPeak()
  const source = await store.addShare(join(dir, 'many'))
  expect(source.root?.files).toBe(200_000)
  const share = await receiver.openDownload(source.cid, { targetDir: join(dir, 'out') })
  const done = completed(share)
  await copyShare(source, share)
  execFileSync('diff', ['-r', join(dir, 'many'), await done])
  const rss = peak.stop()
  process.stdout.write(`peak ${Math.round(rss / MIB)} MiB, two stores in one process\n`)
  expect(rss).toBeLessThan(500 * MIB)
})
