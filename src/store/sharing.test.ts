import {
  appendFileSync,
  readSync as realRead,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../base/index.ts'
import type { DiskFs } from './disk-fs.ts'
import { bytesOf, copyShare, faultyFs, readWhole, startStore, tempDir, writeTree } from './fixtures.ts'
import { createMemoryShare } from './memory-share.ts'
import type { HashingProgress, Store } from './types.ts'

/** A store that counts the bytes it reads, an hour after the files were made. */
async function countingStore(): Promise<{ store: Store; bytesRead: () => number }> {
  let bytesRead = 0
  const counted = ((...args: Parameters<typeof realRead>) => {
    const read = realRead(...args)
    bytesRead += read
    return read
  }) as DiskFs['readSync']
  const clock = new VirtualClock(0, Date.now() + 3_600_000)
  const store = await startStore({ fs: faultyFs({ readSync: counted }), clock })
  return { store, bytesRead: () => bytesRead }
}

const TREE = {
  'big.bin': bytesOf(300_000, 1),
  'docs/a.txt': 'alpha',
  'docs/b.txt': bytesOf(20_000, 2),
  '*run.sh': '#!/bin/sh',
  zero: '',
  'hollow/': null,
}

describe('sharing files in place', () => {
  it('gives the CID that follows from names, flags and bytes alone', async () => {
    const store = await startStore({ threads: true })
    const dir = writeTree(join(tempDir(), 'things'), TREE)
    const share = await store.addShare(dir)
    const files = Object.entries(TREE).map(([key, bytes]) => ({
      path: key.replace(/^\*/, ''),
      bytes: typeof bytes === 'string' ? Buffer.from(bytes) : (bytes ?? new Uint8Array()),
      executable: key.startsWith('*'),
    }))
    const expected = await createMemoryShare('things', files)
    expect(share.cid.toString()).toBe(expected.cid.toString())
    expect([share.isComplete, share.bytesHeld, share.parts]).toEqual([
      true,
      expected.bytesHeld,
      expected.parts,
    ])
    for (let part = 0; part < share.parts; part++) {
      expect(await readWhole(share, part)).toEqual(await readWhole(expected, part))
    }
  })

  it('shares one file under its name', async () => {
    const store = await startStore()
    const dir = writeTree(tempDir(), { 'one.bin': bytesOf(70_000) })
    const share = await store.addShare(join(dir, 'one.bin'))
    expect(share.root).toMatchObject({ kind: 'file', name: 'one.bin', size: 70_000, chunks: 3 })
    expect(store.entries(share.cid.toString(), 0, 10)).toEqual([{ path: 'one.bin', size: 70_000, flags: 0 }])
  })

  it('gives names in either Unicode form the same CID, and reads the files by the spelling of the disk', async () => {
    const store = await startStore()
    const tree = (form: string): string =>
      writeTree(join(tempDir(), '한글'.normalize(form)), {
        [`${'가각'.normalize(form)}/${'힣.txt'.normalize(form)}`]: 'x',
      })
    const composed = await store.addShare(tree('NFC'))
    const decomposed = await store.addShare(tree('NFD'))
    expect(decomposed.cid.toString()).toBe(composed.cid.toString())
    expect(Buffer.from(await readWhole(decomposed, decomposed.pages)).toString()).toBe('x')
  })

  it('refuses what is not there, what is empty, and stops when told', async () => {
    const store = await startStore()
    const dir = tempDir()
    await expect(store.addShare(join(dir, 'none'))).rejects.toMatchObject({ code: 'path-missing' })
    await expect(store.addShare(dir)).rejects.toMatchObject({ code: 'empty-share' })
    writeTree(dir, TREE)
    await expect(store.addShare(dir, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
    const abort = new AbortController()
    const share = store.addShare(dir, { signal: abort.signal, onProgress: () => abort.abort() })
    await expect(share).rejects.toMatchObject({ code: 'cancelled' })
    expect(store.records()).toEqual([])
  })

  it('stops on its thread when told, says why, and can be asked again', async () => {
    const store = await startStore({ threads: true })
    const dir = writeTree(tempDir(), { ...TREE, 'more.bin': bytesOf(2_000_000, 5) })
    const abort = new AbortController()
    const stopped = store.addShare(dir, { signal: abort.signal, onProgress: () => abort.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    const failed = store.addShare(join(dir, 'none'))
    await expect(failed).rejects.toMatchObject({ code: 'path-missing' })
    expect((await store.addShare(dir)).isComplete).toBe(true)
  })

  it('tells how far it is, first without a total', async () => {
    const { store } = await countingStore()
    const seen: HashingProgress[] = []
    await store.addShare(writeTree(tempDir(), TREE), { onProgress: (progress) => seen.push(progress) })
    expect(seen[0]).toEqual({ phase: 'scanning', filesFound: 5, bytesDone: 0, bytesTotal: 0 })
    expect(seen.at(-1)).toEqual({ phase: 'hashing', filesFound: 5, bytesDone: 320_014, bytesTotal: 320_014 })
    const done = seen.map((progress) => progress.bytesDone)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
  })

  it('does not read unchanged files again, and of a changed one only its chunks', async () => {
    const { store, bytesRead } = await countingStore()
    const dir = writeTree(tempDir(), TREE)
    const first = await store.addShare(dir)
    expect(bytesRead()).toBe(320_014)
    const again = await store.addShare(dir)
    expect(bytesRead()).toBe(320_014)
    expect(again.cid.toString()).toBe(first.cid.toString())
    writeFileSync(join(dir, 'docs/a.txt'), 'ALPHA')
    const changed = await store.addShare(dir)
    expect(changed.cid.toString()).not.toBe(first.cid.toString())
    expect(bytesRead()).toBe(320_014 + 20_014)
  })

  it('reads files again that changed too recently to be told apart by their times', async () => {
    let bytesRead = 0
    const readSync = ((...args: Parameters<typeof realRead>) => {
      const read = realRead(...args)
      bytesRead += read
      return read
    }) as DiskFs['readSync']
    const clock = new VirtualClock(0, Date.now())
    const store = await startStore({ fs: faultyFs({ readSync }), clock })
    const dir = writeTree(tempDir(), { a: 'x' })
    await store.addShare(dir)
    await store.addShare(dir)
    expect(bytesRead).toBe(2)
  })

  it('begins again when a file changes while it is hashed', async () => {
    const dir = writeTree(tempDir(), { a: bytesOf(100_000, 1) })
    let changes = 0
    const readSync = ((...args: Parameters<typeof realRead>) => {
      if (changes++ === 0) appendFileSync(join(dir, 'a'), 'more')
      return realRead(...args)
    }) as DiskFs['readSync']
    const store = await startStore({ fs: faultyFs({ readSync }) })
    expect((await store.addShare(dir)).root?.size).toBe(100_004)
  })

  it('gives up with the reason when a file changes all the time', async () => {
    const dir = writeTree(tempDir(), { a: bytesOf(100_000, 1) })
    const readSync = ((...args: Parameters<typeof realRead>) => {
      appendFileSync(join(dir, 'a'), 'more')
      return realRead(...args)
    }) as DiskFs['readSync']
    const store = await startStore({ fs: faultyFs({ readSync }) })
    await expect(store.addShare(dir)).rejects.toMatchObject({ code: 'source-changed' })
    expect(store.records()).toEqual([])
  })

  it('is there again after a restart, and forgets what was being made', async () => {
    const home = join(tempDir(), 'home')
    const dir = writeTree(join(tempDir(), 'things'), TREE)
    const before = await startStore({ home })
    const share = await before.addShare(dir, { title: 'My things', openly: true })
    const cid = share.cid.toString()
    await before.stop()
    const store = await startStore({ home })
    expect(store.record(cid)).toMatchObject({
      role: 'source',
      name: 'things',
      title: 'My things',
      openly: true,
      path: dir,
    })
    const again = store.get(cid)!
    expect([again.isComplete, again.bytesHeld]).toEqual([true, 320_014])
    expect((await readWhole(again, again.pages)).length).toBe(again.partLength(again.pages))
    store.update(cid, { title: 'Other', openly: false })
    expect(store.record(cid)).toMatchObject({ title: 'Other', openly: false })
  })
})

describe('serving files in place', () => {
  const setUp = async () => {
    const store = await startStore()
    const dir = writeTree(join(tempDir(), 'things'), TREE)
    const share = await store.addShare(dir)
    const troubles: string[] = []
    share.events.on('trouble', ({ error }) => troubles.push(error.code))
    const tryAll = async (): Promise<number[]> => {
      const served: number[] = []
      for (let part = share.pages; part < share.parts; part++) {
        const read = share.held.has(part) ? await readWhole(share, part).catch(() => undefined) : undefined
        if (read) served.push(part - share.pages)
      }
      return served
    }
    return { store, dir, share, troubles, tryAll }
  }
  // 300,000 bytes in chunks of 32 KiB: 0 … 9 are big.bin, 10 the small ones.

  const changes: Record<string, (dir: string) => void> = {
    'was written to': (dir) => appendFileSync(join(dir, 'big.bin'), 'x'),
    'has other bytes of the same size': (dir) => writeFileSync(join(dir, 'big.bin'), bytesOf(300_000, 9)),
    'was replaced by another file': (dir) => {
      writeFileSync(join(dir, 'new'), bytesOf(300_000, 9))
      renameSync(join(dir, 'new'), join(dir, 'big.bin'))
    },
    'was touched': (dir) => utimesSync(join(dir, 'big.bin'), 1, 1),
    'is gone': (dir) => rmSync(join(dir, 'big.bin')),
  }
  for (const [what, change] of Object.entries(changes)) {
    it(`stops serving a file that ${what}, and nothing else`, async () => {
      const { share, dir, troubles, tryAll } = await setUp()
      change(dir)
      expect(await tryAll()).toEqual([10])
      expect([share.isComplete, share.held.count, troubles]).toEqual([
        false,
        share.pages + 1,
        ['source-changed'],
      ])
      await expect(share.readPart(share.pages, 0, 1)).rejects.toMatchObject({ code: 'not-found' })
    })
  }

  it('serves nothing of a folder that is gone', async () => {
    const { dir, share, tryAll } = await setUp()
    rmSync(dir, { recursive: true })
    expect(await tryAll()).toEqual([])
    expect(share.held.count).toBe(share.pages)
  })

  it('still knows after a restart what has changed', async () => {
    const home = join(tempDir(), 'home')
    const dir = writeTree(join(tempDir(), 'things'), TREE)
    const before = await startStore({ home })
    const cid = (await before.addShare(dir)).cid.toString()
    writeFileSync(join(dir, 'docs/a.txt'), 'changed')
    const share = before.get(cid)!
    await readWhole(share, share.parts - 1).catch(() => {})
    await before.stop()
    const again = (await startStore({ home })).get(cid)!
    expect([again.held.has(again.parts - 1), again.held.count]).toEqual([false, again.parts - 1])
  })

  it('serves again, without hashing all, what is shared again in its old state', async () => {
    const { store, dir, share, tryAll } = await setUp()
    utimesSync(join(dir, 'big.bin'), 1, 1)
    await tryAll()
    let recovered = 0
    share.events.on('recovered', () => recovered++)
    expect(await store.addShare(dir)).toBe(share)
    expect([share.isComplete, recovered, (await tryAll()).length]).toEqual([true, 1, 11])
  })

  it('finds by verifying what is no longer right, and what is', async () => {
    const { store, dir, share, tryAll } = await setUp()
    expect(await store.verify(share.cid.toString())).toBe(0)
    utimesSync(join(dir, 'docs/a.txt'), 1, 1)
    expect(await store.verify(share.cid.toString())).toBe(0)
    const bytes = Uint8Array.from(TREE['big.bin'])
    bytes[40_000]! ^= 1
    writeFileSync(join(dir, 'big.bin'), bytes)
    expect(await store.verify(share.cid.toString())).toBe(1)
    expect(await tryAll()).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('follows no link that takes the place of a shared file', async () => {
    const { dir, tryAll } = await setUp()
    const elsewhere = writeTree(tempDir(), { copy: TREE['big.bin'] })
    rmSync(join(dir, 'big.bin'))
    symlinkSync(join(elsewhere, 'copy'), join(dir, 'big.bin'))
    expect(await tryAll()).toEqual([10])
  })

  it('never deletes what was shared in place', async () => {
    const { store, dir, share } = await setUp()
    await store.remove(share.cid.toString(), { withFiles: true })
    expect([store.records(), store.get(share.cid.toString())]).toEqual([[], undefined])
    expect((await store.addShare(dir)).cid.toString()).toBe(share.cid.toString())
  })
})

describe('a download that is shared again', () => {
  it('keeps its CID where the system has no executable bits', async () => {
    const source = await createMemoryShare('things', [{ path: 'run', bytes: bytesOf(10), executable: true }])
    const store = await startStore({ executableBits: false })
    const share = await store.openDownload(source.cid, { targetDir: tempDir() })
    const done = new Promise<string>((resolve) => share.events.on('complete', ({ path }) => resolve(path)))
    await copyShare(source, share)
    const path = await done
    expect(await store.addShare(path)).toBe(share)
    writeFileSync(join(path, 'run'), 'another')
    expect((await store.addShare(path)).cid.toString()).not.toBe(source.cid.toString())
  })
})
