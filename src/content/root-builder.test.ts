import { describe, expect, test } from 'vitest'
import { EntryChecker } from './entry-checker.ts'
import { sha256 } from './hash.ts'
import { refusal } from './hostile.ts'
import { chunkSizeFor, Placer } from './layout.ts'
import type { Layout } from './layout.ts'
import { verifyPage } from './pages.ts'
import { hashPlace, pageCount } from './parts.ts'
import { buildRoot, RootBuilder } from './root-builder.ts'
import type { BuiltPage } from './root-builder.ts'
import { verifyRoot } from './root.ts'
import type { Entry } from './types.ts'

function layoutOf(entries: readonly Entry[], chunkSize?: number): Layout {
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  const placer = new Placer(chunkSize ?? chunkSizeFor(total))
  for (const { size } of entries) placer.place(size)
  return placer.finish()
}

const hashOf = (chunk: number) => sha256(Uint8Array.of(chunk >> 16, chunk >> 8, chunk))

test('a share of many pages is built page by page and verified page by page', async () => {
  // 8200 files of 8 MiB and 1000 empty ones: nine entry pages, two hash pages.
  const entries = Array.from({ length: 9200 }, (_, i) => ({
    path: `f${String(i).padStart(5, '0')}`,
    size: i < 8200 ? 8 * 2 ** 20 : 0,
    flags: i % 2,
  }))
  const layout = layoutOf(entries)
  const pages: BuiltPage[] = []
  async function* hashes() {
    for (let chunk = 0; chunk < layout.chunks; chunk++) yield hashOf(chunk)
  }
  const onPage = (page: BuiltPage) => void pages.push(page)
  const built = await buildRoot({ kind: 'folder', name: 'many', layout, onPage }, entries, hashes())

  const root = verifyRoot(built.cid, built.bytes)
  expect(root).toMatchObject({ files: 9200, dirs: 0, chunks: 8200, chunkSize: 8 * 2 ** 20 })
  expect([root.entryPages.length, root.hashPages.length]).toEqual([9, 2])
  // A hash page may be full before the last entry page is.
  pages.sort((a, b) => Number(a.is === 'hashes') - Number(b.is === 'hashes') || a.index - b.index)
  const checker = new EntryChecker(root)
  const read = pages.map(({ bytes }, part) => verifyPage(root, part, bytes))
  for (const page of read) if (page.is === 'entries') for (const entry of page.entries) checker.add(entry)
  expect(checker.finish().chunks).toBe(8200)
  expect(pageCount(root)).toBe(11)
  for (const chunk of [0, 8191, 8192, 8199]) {
    const { part, offset } = hashPlace(root, chunk)
    expect(pages[part]!.bytes.subarray(offset, offset + 32)).toEqual(hashOf(chunk))
  }
})

test('the same entries and chunks give the same CID, anything else another', async () => {
  const make = async (name: string, path: string, flags: number, chunk: number) => {
    const entries = [{ path, size: 5, flags }]
    const init = { kind: 'folder' as const, name, layout: layoutOf(entries), onPage: () => {} }
    return (await buildRoot(init, entries, [hashOf(chunk)])).cid.toString()
  }
  const cids = [
    await make('n', 'p', 0, 0),
    await make('m', 'p', 0, 0),
    await make('n', 'q', 0, 0),
    await make('n', 'p', 1, 0),
    await make('n', 'p', 0, 1),
  ]
  expect(new Set(cids).size).toBe(5)
  expect(await make('n', 'p', 0, 0)).toBe(cids[0])
})

describe('mistakes of the caller are refused:', () => {
  const one: Entry = { path: 'a', size: 1, flags: 0 }
  const builder = (entries: Entry[], kind: 'file' | 'folder' = 'folder', name = 'n') =>
    new RootBuilder({ kind, name, layout: layoutOf(entries), onPage: () => {} })

  test('nothing to share', () => {
    expect(refusal(() => builder([]).finish())).toBe('empty-share')
  })

  test('entries out of order, twice or unsound', () => {
    for (const path of ['a', 'A', '../x', '']) {
      const making = builder([one])
      making.addEntry(one)
      expect(refusal(() => making.addEntry({ ...one, path }))).toBe('bad-page')
    }
  })

  test('other entries or chunks than the layout has', () => {
    const missing = builder([one])
    missing.addEntry(one)
    expect(refusal(() => missing.finish())).toBe('bad-root')
    const larger = builder([one])
    larger.addEntry({ ...one, size: 2 })
    larger.addChunkHash(hashOf(0))
    expect(refusal(() => larger.finish())).toBe('bad-root')
    // 40,000 bytes twice are four chunks of 32 KiB; three would still be possible for some files of that sum.
    const two = ['a', 'b'].map((path) => ({ path, size: 40_000, flags: 0 }))
    const fewer = builder(two)
    for (const entry of two) fewer.addEntry(entry)
    for (let chunk = 0; chunk < 3; chunk++) fewer.addChunkHash(hashOf(chunk))
    expect(refusal(() => fewer.finish())).toBe('bad-root')
    expect(() => builder([one]).addChunkHash(new Uint8Array(31))).toThrow(RangeError)
  })

  test('a share of one file under another name, or with a name that is not portable', () => {
    for (const [kind, name] of [
      ['file', 'b'],
      ['folder', 'b:'],
    ] as const) {
      const making = builder([one], kind, name)
      making.addEntry(one)
      making.addChunkHash(hashOf(0))
      expect(refusal(() => making.finish())).toBe('bad-root')
    }
  })
})
