import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../base/index.ts'
import { nodeFs, type DiskFs } from './disk-fs.ts'
import {
  bytesOf,
  completed,
  copyPart,
  copyShare,
  faultyFs,
  readTree,
  readWhole,
  startStore,
  systemError,
  tempDir,
  writeTree,
  type StoreOptions,
} from './fixtures.ts'
import { createMemoryFile, createMemoryShare, type MemoryFile, type MemoryShare } from './memory-share.ts'
import type { Store, StoredShare } from './types.ts'

const FILES: readonly MemoryFile[] = [
  { path: 'big.bin', bytes: bytesOf(200_000, 1) },
  { path: 'docs/a.txt', bytes: bytesOf(9_000, 2) },
  { path: 'docs/b.txt', bytes: bytesOf(30_000, 3) },
  { path: 'docs/empty/', bytes: new Uint8Array() },
  { path: 'run.sh', bytes: bytesOf(20, 4), executable: true },
  { path: 'zero', bytes: new Uint8Array() },
  { path: '한글.txt', bytes: bytesOf(7, 5) },
]
// In chunks of 32 KiB: 0 … 6 are big.bin, 7 and 8 the small ones.

interface SetUp {
  readonly source: MemoryShare
  readonly store: Store
  readonly share: StoredShare
  readonly targetDir: string
  readonly home: string
}

async function setUp(options: StoreOptions = {}, source?: MemoryShare): Promise<SetUp> {
  const from = source ?? (await createMemoryShare('things', FILES))
  const home = options.home ?? join(tempDir(), 'home')
  const targetDir = join(tempDir(), 'out')
  const store = await startStore({ ...options, home })
  const share = await store.openDownload(from.cid, { targetDir })
  return { source: from, store, share, targetDir, home }
}

async function givePages({ source, share }: SetUp): Promise<void> {
  await share.putRoot(source.rootBytes!)
  for (let page = 0; page < source.pages; page++) await copyPart(source, share, page)
}

async function give({ source, share }: SetUp, ...chunks: number[]): Promise<void> {
  for (const chunk of chunks) await copyPart(source, share, source.pages + chunk)
}

const heldChunks = ({ share }: SetUp): number[] =>
  [...share.held.indices()].filter((part) => part >= share.pages).map((part) => part - share.pages)

/** The same after the store was stopped, or was not: then as after a crash, with what the catalogue holds. */
async function restart(
  before: SetUp,
  end: 'stopped' | 'crashed',
  meanwhile = (): void => {},
): Promise<SetUp> {
  if (end === 'stopped') await before.store.stop()
  meanwhile()
  const store = await startStore({ home: before.home })
  const share = await store.openDownload(before.source.cid, { targetDir: before.targetDir })
  return { ...before, store, share }
}

describe('a download', () => {
  it('arrives under its name: bytes, executable bits, empty files and folders', async () => {
    const test = await setUp()
    const done = completed(test.share)
    await copyShare(test.source, test.share)
    const path = await done
    expect(path).toBe(join(test.targetDir, 'things'))
    const expected: Record<string, string> = { 'docs/': 'dir', 'docs/empty/': 'dir' }
    for (const { path: name, bytes, executable } of FILES) {
      if (!name.endsWith('/')) expected[name] = Buffer.from(bytes).toString('hex') + (executable ? '+x' : '')
    }
    expect(readTree(path)).toEqual(expected)
    expect(readdirSync(test.targetDir)).toEqual(['things'])
    expect(readdirSync(join(test.home, 'downloads'))).toEqual([])
    expect(test.store.record(test.source.cid.toString())).toMatchObject({
      role: 'download',
      path,
      name: 'things',
    })
  })

  it('is one file where the share is one file', async () => {
    const source = await createMemoryFile('한글 파일.bin', bytesOf(100_000))
    const test = await setUp({}, source)
    await givePages(test)
    await give(test, 2)
    expect(readdirSync(test.targetDir)).toEqual(['한글 파일.bin.part'])
    expect(lstatSync(join(test.targetDir, '한글 파일.bin.part')).size).toBe(100_000)
    const done = completed(test.share)
    await copyShare(source, test.share)
    expect(Uint8Array.from(readFileSync(await done))).toEqual(bytesOf(100_000))
  })

  it('writes nothing before all pages are there, then under a name of its own', async () => {
    const test = await setUp()
    await test.share.putRoot(test.source.rootBytes!)
    expect(existsSync(test.targetDir)).toBe(false)
    await givePages(test)
    await give(test, 3)
    expect(readdirSync(test.targetDir)).toEqual(['things.part'])
  })

  it('serves what it holds while the rest is missing', async () => {
    const test = await setUp()
    await givePages(test)
    await give(test, 3, 8)
    for (const chunk of [3, 8]) {
      const part = test.source.pages + chunk
      expect(await readWhole(test.share, part)).toEqual(await readWhole(test.source, part))
    }
  })

  it('overwrites nothing: what has its name stays, and the download says its own', async () => {
    const test = await setUp()
    writeTree(test.targetDir, {
      'things/mine.txt': 'mine',
      'things (2)': 'a file',
      'things.part/foreign': 'theirs',
    })
    const done = completed(test.share)
    await copyShare(test.source, test.share)
    expect(await done).toBe(join(test.targetDir, 'things (3)'))
    expect(readFileSync(join(test.targetDir, 'things/mine.txt'), 'utf8')).toBe('mine')
    expect(readFileSync(join(test.targetDir, 'things (2)'), 'utf8')).toBe('a file')
    expect(readFileSync(join(test.targetDir, 'things.part/foreign'), 'utf8')).toBe('theirs')
  })

  it('numbers files before their extension', async () => {
    const source = await createMemoryFile('photo.jpg', bytesOf(10))
    const test = await setUp({}, source)
    writeTree(test.targetDir, { 'photo.jpg': 'another one', 'photo.jpg.part': 'of a browser' })
    const done = completed(test.share)
    await copyShare(source, test.share)
    expect(await done).toBe(join(test.targetDir, 'photo (2).jpg'))
    expect(readTree(test.targetDir)).toMatchObject({
      'photo.jpg': Buffer.from('another one').toString('hex'),
      'photo.jpg.part': Buffer.from('of a browser').toString('hex'),
    })
  })

  it('fetches nothing when the same content is there already, and never deletes it', async () => {
    const test = await setUp()
    const first = completed(test.share)
    await copyShare(test.source, test.share)
    const path = await first
    const other = await setUp({}, test.source)
    mkdirSync(other.targetDir)
    renameSync(path, join(other.targetDir, 'things'))
    const done = completed(other.share)
    await other.share.putRoot(test.source.rootBytes!)
    expect(await done).toBe(join(other.targetDir, 'things'))
    expect([other.share.isComplete, readdirSync(other.targetDir)]).toEqual([true, ['things']])
    await other.store.remove(test.source.cid.toString(), { withFiles: true })
    expect(existsSync(join(other.targetDir, 'things/big.bin'))).toBe(true)
  })

  it('is not content with a folder that differs in one byte, one name or one bit', async () => {
    const exact = { 'big.bin': bytesOf(200_000, 1), '*run.sh': bytesOf(20, 4) }
    const source = await createMemoryShare('things', [
      { path: 'big.bin', bytes: exact['big.bin'] },
      { path: 'run.sh', bytes: exact['*run.sh'], executable: true },
    ])
    const wrong = Uint8Array.from(exact['big.bin'])
    wrong[7]! ^= 1
    const differing = [
      { ...exact, 'big.bin': wrong },
      { ...exact, more: '' },
      { 'big.bin': exact['big.bin'], 'run.sh': exact['*run.sh'] },
    ]
    for (const tree of differing) {
      const test = await setUp({}, source)
      writeTree(join(test.targetDir, 'things'), tree)
      await test.share.putRoot(source.rootBytes!)
      expect(test.share.held.count).toBe(0)
    }
  })

  it('is returned as it is when asked for again, and fetched again when its files are gone or changed', async () => {
    const test = await setUp()
    const first = completed(test.share)
    await copyShare(test.source, test.share)
    const path = await first
    const { cid } = test.source
    expect((await test.store.openDownload(cid, { targetDir: test.targetDir })).isComplete).toBe(true)
    writeFileSync(join(path, 'docs/a.txt'), 'edited by its owner')
    const again = await test.store.openDownload(cid, { targetDir: test.targetDir })
    expect([again.isComplete, again.held.count]).toEqual([false, again.pages])
    const second = completed(again)
    await copyShare(test.source, again)
    expect(await second).toBe(join(test.targetDir, 'things (2)'))
    expect(readFileSync(join(path, 'docs/a.txt'), 'utf8')).toBe('edited by its owner')
  })

  it('deletes with its files what was downloaded, and nothing that was added or changed since', async () => {
    const test = await setUp()
    const done = completed(test.share)
    await copyShare(test.source, test.share)
    const path = await done
    writeTree(path, { 'docs/mine.txt': 'mine', 'big.bin': 'edited' })
    await test.store.remove(test.source.cid.toString(), { withFiles: true })
    expect(Object.keys(readTree(path))).toEqual(['big.bin', 'docs/', 'docs/mine.txt'])
  })

  it('leaves nothing when an unfinished one is removed with its files', async () => {
    const test = await setUp()
    await givePages(test)
    await give(test, 0, 7)
    await test.store.remove(test.source.cid.toString(), { withFiles: true })
    expect([readdirSync(test.targetDir), readdirSync(join(test.home, 'downloads'))]).toEqual([[], []])
  })
})

describe('a download that is taken up again', () => {
  for (const end of ['stopped', 'crashed'] as const) {
    it(`holds what it held (${end})`, async () => {
      const before = await setUp()
      await givePages(before)
      await give(before, 1, 3, 7)
      const test = await restart(before, end)
      expect(heldChunks(test)).toEqual([1, 3, 7])
      const done = completed(test.share)
      await copyShare(test.source, test.share)
      expect(readTree(await done)['big.bin']).toBe(Buffer.from(FILES[0]!.bytes).toString('hex'))
    })

    const damages: Record<string, { harm: (part: string) => void; left: number[] }> = {
      'a changed byte': { harm: (part) => writeAt(join(part, 'big.bin'), 40_000), left: [3, 7] },
      'a deleted file': { harm: (part) => rmSync(join(part, 'big.bin')), left: [7] },
      'a shortened file': {
        harm: (part) => nodeFs.ftruncateSync(nodeFs.openSync(join(part, 'big.bin'), 'r+'), 50_000),
        left: [],
      },
      'another small file': { harm: (part) => writeFileSync(join(part, 'docs/a.txt'), 'x'), left: [1, 3] },
      'everything deleted': { harm: (part) => rmSync(part, { recursive: true }), left: [] },
    }
    for (const [what, { harm, left }] of Object.entries(damages)) {
      it(`notices ${what} (${end}) and fetches that again`, async () => {
        const before = await setUp()
        await givePages(before)
        await give(before, 1, 3, 7)
        const test = await restart(before, end, () => harm(join(before.targetDir, 'things.part')))
        expect(heldChunks(test)).toEqual(what === 'a shortened file' ? [7] : left)
        const done = completed(test.share)
        await copyShare(test.source, test.share)
        expect(readTree(await done)['big.bin']).toBe(Buffer.from(FILES[0]!.bytes).toString('hex'))
      })
    }
  }

  it('is fetched anew when its bits are lost or damaged, without believing what lies there', async () => {
    for (const damage of ['', 'nonsense that is long enough to be read as bits']) {
      const before = await setUp()
      await givePages(before)
      await give(before, 1, 3)
      const bits = join(before.home, 'downloads', before.source.cid.toString(), 'held')
      const test = await restart(before, 'stopped', () => writeFileSync(bits, damage))
      const done = completed(test.share)
      await copyShare(test.source, test.share)
      expect(readTree(await done)['big.bin']).toBe(Buffer.from(FILES[0]!.bytes).toString('hex'))
    }
  })

  it('is complete when only the record of its completion was lost', async () => {
    const test = await setUp()
    let renamed = ''
    const done = completed(test.share)
    await copyShare(test.source, test.share)
    renamed = await done
    await test.store.stop()
    const { DatabaseSync } = await import('node:sqlite')
    const catalogue = new DatabaseSync(join(test.home, 'catalogue.db'))
    catalogue
      .prepare('UPDATE shares SET path = NULL, completed_at = NULL, part_path = ?')
      .run(`${renamed}.part`)
    catalogue.close()
    const again = await restart({ ...test }, 'crashed')
    expect([again.share.isComplete, readdirSync(test.targetDir)]).toEqual([true, ['things']])
  })

  it('tells while it checks, and stops when told', async () => {
    const before = await setUp()
    await givePages(before)
    await give(before, 1, 3, 7)
    const store = await startStore({ home: before.home })
    const seen: string[] = []
    const onCheck = (done: number, total: number): void => void seen.push(`${done}/${total}`)
    await store.openDownload(before.source.cid, { targetDir: before.targetDir, onCheck })
    expect(seen).toEqual(['1/3', '2/3', '3/3'])
  })
})

describe('a download and what others put in its way', () => {
  const plants: Record<string, (part: string, outside: string) => void> = {
    'a link in the place of a folder': (part, outside) => {
      symlinkSync(outside, join(part, 'docs'))
    },
    'a link in the place of a file': (part, outside) => {
      mkdirSync(join(part, 'docs'))
      symlinkSync(join(outside, 'a.txt'), join(part, 'docs/a.txt'))
    },
    'a hard link in the place of a file': (part, outside) => {
      mkdirSync(join(part, 'docs'))
      linkSync(join(outside, 'a.txt'), join(part, 'docs/a.txt'))
    },
  }
  for (const [what, plant] of Object.entries(plants)) {
    it(`writes nothing outside through ${what}`, async () => {
      const test = await setUp()
      const outside = writeTree(tempDir(), { 'a.txt': 'precious', 'b.txt': 'too' })
      await givePages(test)
      await give(test, 0)
      plant(join(test.targetDir, 'things.part'), outside)
      await expect(give(test, 7)).rejects.toThrow()
      expect(readTree(outside)).toEqual(
        readTree(writeTree(tempDir(), { 'a.txt': 'precious', 'b.txt': 'too' })),
      )
      expect(heldChunks(test)).toEqual([0])
    })
  }

  it('fetches again what was deleted while it ran', async () => {
    const test = await setUp()
    await givePages(test)
    await give(test, 7, 0)
    rmSync(join(test.targetDir, 'things.part'), { recursive: true })
    const done = completed(test.share)
    for (let round = 0; round < 3 && !test.share.isComplete; round++) {
      await copyShare(test.source, test.share)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(readTree(await done)['docs/a.txt']).toBe(Buffer.from(FILES[1]!.bytes).toString('hex'))
  })
})

describe('a disk that refuses', () => {
  const faults = { ENOSPC: 'disk-full', EACCES: 'permission-denied', EIO: 'storage-failed' } as const
  for (const [system, code] of Object.entries(faults)) {
    it(`is told once (${code}), loses nothing, and the download goes on when it can`, async () => {
      let broken = true
      const refuse = (): void => {
        if (broken) throw systemError(system)
      }
      const fs = faultyFs({
        writeSync: ((...args: Parameters<DiskFs['writeSync']>) => {
          refuse()
          return nodeFs.writeSync(...args)
        }) as DiskFs['writeSync'],
      })
      const clock = new VirtualClock()
      const test = await setUp({ fs, clock })
      const told: string[] = []
      test.share.events.on('trouble', ({ error }) => told.push(error.code))
      test.share.events.on('recovered', () => told.push('recovered'))
      await givePages(test)
      await expect(give(test, 0)).rejects.toMatchObject({ code })
      await expect(give(test, 1)).rejects.toMatchObject({ code })
      expect([told, heldChunks(test)]).toEqual([[code], []])
      await clock.advanceAsync(20_000)
      expect(told).toEqual([code])
      broken = false
      await clock.advanceAsync(20_000)
      expect(told).toEqual([code, 'recovered'])
      const done = completed(test.share)
      await copyShare(test.source, test.share)
      expect(readTree(await done)['big.bin']).toBe(Buffer.from(FILES[0]!.bytes).toString('hex'))
      expect(readdirSync(test.targetDir)).toEqual(['things'])
    })
  }

  it('keeps everything when the last step, the renaming, is refused, and makes it later by itself', async () => {
    let broken = true
    const fs = faultyFs({
      renameSync: (from, to) => {
        if (broken) throw systemError('EACCES')
        nodeFs.renameSync(from, to)
      },
    })
    const clock = new VirtualClock()
    const test = await setUp({ fs, clock })
    const trouble = new Promise((resolve) => test.share.events.on('trouble', resolve))
    await copyShare(test.source, test.share)
    await trouble
    expect([test.share.held.isFull, test.share.isComplete]).toEqual([true, false])
    expect(readdirSync(test.targetDir)).toEqual(['things.part'])
    const done = completed(test.share)
    broken = false
    await clock.advanceAsync(20_000)
    expect(await done).toBe(join(test.targetDir, 'things'))
  })

  it('takes another way to a name where there are no hard links', async () => {
    const source = await createMemoryFile('a.bin', bytesOf(10))
    const fs = faultyFs({
      linkSync: () => {
        throw systemError('EPERM')
      },
    })
    const test = await setUp({ fs }, source)
    writeTree(test.targetDir, { 'a.bin': 'another' })
    const done = completed(test.share)
    await copyShare(source, test.share)
    expect(await done).toBe(join(test.targetDir, 'a (2).bin'))
    expect(readFileSync(join(test.targetDir, 'a.bin'), 'utf8')).toBe('another')
  })
})

/** Changes a byte behind our back, in the same moment as far as size and inode tell. */
function writeAt(path: string, offset: number): void {
  const bytes = readFileSync(path)
  bytes[offset]! ^= 1
  const fd = nodeFs.openSync(path, 'r+')
  nodeFs.writeSync(fd, bytes, offset, 1, offset)
  nodeFs.closeSync(fd)
  utimesSync(path, new Date(), new Date())
}
