import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeFs, type DiskFs } from './disk-fs.ts'
import { faultyFs, systemError, tempDir, writeTree } from './fixtures.ts'
import { Scan, type ScanRecord } from './scan.ts'
import type { LeftOut } from './types.ts'

function scan(dir: string, fs: DiskFs = nodeFs, limit?: number): { records: ScanRecord[]; leftOut: LeftOut } {
  const walk = new Scan(fs, dir)
  const records: ScanRecord[] = []
  for (;;) {
    const batch = walk.next(limit)
    records.push(...batch.records)
    if (batch.done)
      return { records: records.toSorted((a, b) => (a.path < b.path ? -1 : 1)), leftOut: batch.leftOut }
  }
}

const paths = (found: { records: ScanRecord[] }): string[] => found.records.map((record) => record.path)

describe('scanning a folder', () => {
  it('finds files, empty folders and executable bits', () => {
    const dir = writeTree(tempDir(), {
      'a.txt': 'abc',
      '*run': 'x',
      'deep/er/file': '',
      'empty/inside': null,
    })
    const found = scan(dir)
    expect(found.records.map(({ path, size, flags }) => [path, size, flags])).toEqual([
      ['a.txt', 3, 0],
      ['deep/er/file', 0, 0],
      ['empty/inside/', 0, 0],
      ['run', 1, 1],
    ])
  })

  it('finds the same whatever the size of its batches', () => {
    const dir = writeTree(tempDir(), { 'a/b/c': '1', 'a/d': '2', 'e/': null, f: '3' })
    expect(paths(scan(dir, nodeFs, 1))).toEqual(paths(scan(dir)))
  })

  it('keeps names in NFC beside the spelling of the disk', () => {
    const decomposed = '한글 폴더'.normalize('NFD')
    const dir = writeTree(tempDir(), { [`${decomposed}/${'파일'.normalize('NFD')}`]: 'x' })
    const [record] = scan(dir).records
    expect(record).toMatchObject({
      path: '한글 폴더/파일',
      local: `${decomposed}/${'파일'.normalize('NFD')}`,
    })
  })

  it('counts what cannot be shared, with examples, and goes on', () => {
    const dir = writeTree(tempDir(), { good: 'x', 'aux.txt': 'x', 'trailing.': 'x', 'a:b': 'x' })
    symlinkSync('/etc/passwd', join(dir, 'link'))
    symlinkSync('/etc', join(dir, 'folder-link'))
    execFileSync('mkfifo', [join(dir, 'pipe')])
    const found = scan(dir)
    expect(paths(found)).toEqual(['good'])
    expect(found.leftOut).toMatchObject({
      symbolicLinks: 2,
      specialFiles: 1,
      unportableNames: 3,
      unreadable: 0,
    })
    expect(found.leftOut.examples).toHaveLength(6)
  })

  it('gives at most ten examples', () => {
    const tree = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`file${i}?`, 'x']))
    const { leftOut } = scan(writeTree(tempDir(), tree))
    expect([leftOut.unportableNames, leftOut.examples.length]).toEqual([30, 10])
  })

  it('keeps one of several names that are one name elsewhere, the same whatever the order of the disk', () => {
    const names = ['Note', 'note', 'é'.normalize('NFC'), 'é'.normalize('NFD')]
    const listed = (order: readonly string[]): string[] => {
      const dir = tempDir()
      for (const name of order) writeFileSync(join(dir, name), name)
      const found = scan(dir)
      expect(found.leftOut.unportableNames).toBe(2)
      return found.records.map(({ path, local }) => `${path}=${local ?? path}`)
    }
    expect(listed(names)).toEqual(listed(names.toReversed()))
    expect(listed(names)).toEqual(['Note=Note', 'é=é'])
  })

  it('leaves out folders whose names collide with a file or folder beside them', () => {
    const dir = writeTree(tempDir(), { 'Data/one': '1', 'data/two': '2' })
    const found = scan(dir)
    expect(paths(found)).toEqual(['Data/one'])
    expect(found.leftOut.unportableNames).toBe(1)
  })

  it('leaves out names that are not valid UTF-8', () => {
    const dir = writeTree(tempDir(), { good: 'x' })
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/bad`), Buffer.of(0xff)]), 'x')
    const found = scan(dir)
    expect(paths(found)).toEqual(['good'])
    expect(found.leftOut.unportableNames).toBe(1)
  })

  it('counts what may not be read instead of failing', () => {
    const dir = writeTree(tempDir(), { 'closed/inside': 'x', 'secret.txt': 'x', good: 'x' })
    const found = scan(
      dir,
      faultyFs({
        accessSync: (path) => {
          if (String(path).endsWith('secret.txt')) throw systemError('EACCES')
        },
        opendirSync: ((path: string, options: object) => {
          if (path.endsWith('closed')) throw systemError('EACCES')
          return nodeFs.opendirSync(path, options)
        }) as DiskFs['opendirSync'],
      }),
    )
    expect(paths(found)).toEqual(['good'])
    expect(found.leftOut.unreadable).toBe(2)
  })

  it('says an otherwise empty folder is there when all in it was left out', () => {
    const dir = tempDir()
    mkdirSync(join(dir, 'links'))
    symlinkSync('x', join(dir, 'links/one'))
    expect(paths(scan(dir))).toEqual(['links/'])
  })

  it('leaves out paths longer than any share may hold', () => {
    const deep = Array.from({ length: 6 }, () => 'x'.repeat(200)).join('/')
    const found = scan(writeTree(tempDir(), { [deep]: 'x', good: 'x' }))
    expect(found.leftOut.unportableNames).toBe(1)
    expect(paths(found)).toContain('good')
  })

  it('takes a single file by its own name', () => {
    const dir = writeTree(tempDir(), { 'one.txt': 'abc' })
    const walk = new Scan(nodeFs, join(dir, 'one.txt'))
    expect(walk.next()).toMatchObject({ kind: 'file', done: true, records: [{ path: 'one.txt', size: 3 }] })
  })

  it('refuses a path that is neither file nor folder', () => {
    const dir = tempDir()
    execFileSync('mkfifo', [join(dir, 'pipe')])
    expect(() => new Scan(nodeFs, join(dir, 'pipe')).next()).toThrow(/neither/)
    expect(() => new Scan(nodeFs, join(dir, 'none')).next()).toThrow(/ENOENT/)
  })
})
