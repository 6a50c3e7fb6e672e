import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparePaths, ENTRIES_PER_PAGE, FileMap } from '../../content/index.ts'
import { testBytes } from '../../content/test-shares.ts'
import { createMemoryShare, MemoryShare, type MemoryFile } from '../../store/index.ts'
import { spansOfFile, spansOfStream } from './chunk-reader.ts'
import { PageCache } from './page-cache.ts'
import { listFolder, type Listing } from './pages/listing.ts'
import { ShareIndex } from './share-index.ts'

const build = (stored: MemoryShare): Promise<ShareIndex> => ShareIndex.build(stored, new PageCache(2))

const name = fc.stringMatching(/^[a-c가나-]{1,2}$/).filter((text) => !text.endsWith('-'))
const tree = fc
  .uniqueArray(fc.array(name, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 30,
    selector: (names) => names.join('/'),
  })
  .map((paths) => paths.map((names) => names.join('/').normalize('NFC')))
  .map((paths) => paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`))))
  .filter((paths) => paths.length > 0)

const sizes = fc.constantFrom(0, 1, 7, 32_768, 32_769, 70_000)

describe('an index of entries', () => {
  it('finds each file where the format puts it, and none that is not there', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.infiniteStream(sizes), async (paths, lengths) => {
        const files = paths.map((path, i) => ({
          path,
          bytes: testBytes(lengths.next().value as number, i + 1),
        }))
        const index = await build(await createMemoryShare('t', files))
        const entries = files.map(({ path, bytes }) => ({ path, size: bytes.length, flags: 0 }))
        entries.sort((a, b) => comparePaths(a.path, b.path))
        const map = new FileMap(entries, index.root.chunkSize)
        expect(index.layout.chunks).toBe(map.layout.chunks)
        for (const [i, { path, size }] of entries.entries()) {
          const found = await index.find(path)
          expect(found).toMatchObject({ index: i, path, size })
          const spans = [...spansOfFile(index.layout, found!, 0, size)]
          const expected = Array.from({ length: map.layout.chunks }, (_, chunk) => chunk).filter((chunk) =>
            map.segmentsOf(chunk).some((segment) => segment.path === path),
          )
          expect(spans.map(({ chunk }) => chunk)).toEqual(expected)
          expect(await index.find(`${path}x`)).toBeUndefined()
        }
      }),
      { numRuns: 40 },
    )
  })

  it('lists each folder as a file manager would, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: 1, max: 5 }), async (paths, limit) => {
        const files = paths.map((path) => ({ path, bytes: testBytes(path.length) }))
        const index = await build(await createMemoryShare('t', files))
        const folders = new Set(paths.flatMap((path) => parentsOf(path)))
        for (const folder of folders) {
          const rows: string[] = []
          for (let from: number | undefined = 0; from !== undefined;) {
            const listing: Listing = (await listFolder(index, folder, from, limit))!
            expect(listing.rows.length).toBeLessThanOrEqual(limit)
            for (const row of listing.rows) {
              rows.push(row.isFolder ? `${row.name}/` : row.name)
              const below = files.filter(({ path }) =>
                row.isFolder ? path.startsWith(`${folder}${row.name}/`) : path === folder + row.name,
              )
              expect(row.files).toBe(below.length)
              expect(row.bytes).toBe(below.reduce((sum, { bytes }) => sum + bytes.length, 0))
            }
            from = listing.next
          }
          const below = paths
            .filter((path) => path.startsWith(folder))
            .map((path) => path.slice(folder.length))
          const expected = new Set(below.map((rest) => /^[^/]*\/?/.exec(rest)![0]))
          expect(rows.toSorted()).toEqual([...expected].toSorted())
        }
        expect(await listFolder(index, 'nowhere/', 0, limit)).toBeUndefined()
      }),
      { numRuns: 40 },
    )
  })

  it('works across pages of entries with few of them in memory', async () => {
    const count = 3 * ENTRIES_PER_PAGE + 5
    const files: MemoryFile[] = Array.from({ length: count }, (_, i) => ({
      path: `${i % 7}/file-${String(i).padStart(5, '0')}.txt`,
      bytes: testBytes(i % 11, i + 1),
    }))
    files.push({ path: 'empty/', bytes: new Uint8Array() })
    const index = await build(await createMemoryShare('many', files))
    for (const i of [0, 1, 1023, 1024, 1025, 2048, count - 1]) {
      const file = files[i]!
      expect(await index.find(file.path)).toMatchObject({ path: file.path, size: file.bytes.length })
    }
    let seen = 0
    for await (const batch of index.batches(0, index.count)) seen += batch.length
    expect(seen).toBe(count + 1)
    expect(await listFolder(index, 'empty/', 0, 10)).toMatchObject({ rows: [], files: 1, bytes: 0 })
    expect((await listFolder(index, '', 0, 10))!.rows.map((row) => row.name)).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      'empty',
    ])
  })

  it('cuts any stretch of the stream into the chunks that hold it', async () => {
    const share = await createMemoryShare('t', [
      { path: 'a', bytes: testBytes(100_000) },
      { path: 'b', bytes: testBytes(5) },
      { path: 'c', bytes: testBytes(33_000, 2) },
    ])
    const { layout } = await build(share)
    fc.assert(
      fc.property(fc.nat(layout.size), fc.nat(layout.size), (a, b) => {
        const [begin, end] = [Math.min(a, b), Math.max(a, b)]
        let at = begin
        for (const { chunk, offset, length } of spansOfStream(layout, begin, end)) {
          expect(layout.streamOffset(chunk) + offset).toBe(at)
          expect(offset + length).toBeLessThanOrEqual(layout.chunkLength(chunk))
          at += length
        }
        expect(at).toBe(end)
      }),
    )
  })

  it('cannot be made before all pages are held', async () => {
    const { cid } = await createMemoryShare('t', [{ path: 'a', bytes: testBytes(5) }])
    await expect(build(new MemoryShare(cid))).rejects.toMatchObject({ code: 'not-found' })
  })
})

function parentsOf(path: string): string[] {
  const names = path.split('/')
  return names.map((_, i) =>
    names
      .slice(0, i)
      .map((part) => `${part}/`)
      .join(''),
  )
}
