import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { testBytes } from '../../../content/test-shares.ts'
import { createMemoryShare, type MemoryFile, type MemoryShare } from '../../../store/index.ts'
import { BlockPool } from '../block-pool.ts'
import { PageCache } from '../page-cache.ts'
import { ShareIndex } from '../share-index.ts'
import { Archive, planArchive } from './archive.ts'
import { Checksums } from './checksums.ts'
import {
  centralHeader,
  centralLength,
  descriptor,
  descriptorLength,
  endLength,
  endRecords,
  localHeader,
  localLength,
} from './records.ts'

const has = (program: string, flag: string): boolean => spawnSync(program, [flag]).status === 0
const HAS_UNZIP = has('unzip', '-v')
const HAS_PYTHON = has('python3', '--version')

function plan() {
  return { block: 64 * 1024, ahead: 1, pool: new BlockPool() }
}

async function archiveOf(share: MemoryShare, folder = '', top = 'top'): Promise<Archive> {
  const index = await ShareIndex.build(share, new PageCache(4))
  return new Archive(index, await planArchive(index, folder, top), {
    checksums: new Checksums(index.count),
    etag: 'x',
    headers: {},
  })
}

async function bytesOf(archive: Archive, begin = 0, end = archive.length): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  const plan1 = plan()
  for await (const piece of archive.read(begin, end, plan1)) {
    pieces.push(Uint8Array.from(piece))
    // As a server does it: used again at once, so that an archive that still needs it is found out.
    piece.fill(0xee)
    plan1.pool.giveBack(piece)
  }
  return Buffer.concat(pieces)
}

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'shoal-zip-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

const FILES: MemoryFile[] = [
  { path: '강의/1장 서론.txt', bytes: testBytes(70_000) },
  { path: '강의/run.sh', bytes: Buffer.from('#!/bin/sh\n'), executable: true },
  { path: '강의/빈 폴더/', bytes: new Uint8Array() },
  { path: 'empty.bin', bytes: new Uint8Array() },
  { path: 'large.bin', bytes: testBytes(300_000, 2) },
]

/** What Python's zipfile, an implementation of its own, finds in an archive. */
function readByPython(path: string): { name: string; size: number; sha: string; mode: number }[] {
  const script = `import zipfile,hashlib,json,sys
z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
print(json.dumps([dict(name=i.filename,size=i.file_size,mode=i.external_attr>>16,sha=hashlib.sha256(z.read(i)).hexdigest()) for i in z.infolist()]))`
  return JSON.parse(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' })) as never
}

async function sha(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))).toString('hex')
}

describe('an archive of a folder', () => {
  it('is exactly as long as it says it will be, and the same each time', async () => {
    const archive = await archiveOf(await createMemoryShare('s', FILES))
    const first = await bytesOf(archive)
    expect(first.length).toBe(archive.length)
    expect((await bytesOf(archive)).equals(first)).toBe(true)
  })

  it('gives any range of itself, whether the checksums are known or not', async () => {
    const share = await createMemoryShare('s', FILES)
    const whole = await bytesOf(await archiveOf(share))
    const known = await archiveOf(share)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.nat(whole.length), fc.boolean(), async (a, b, fresh) => {
        const [begin, end] = [Math.min(a, b), Math.max(a, b)]
        const archive = fresh ? await archiveOf(share) : known
        expect((await bytesOf(archive, begin, end)).equals(whole.subarray(begin, end))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it.skipIf(!HAS_UNZIP)('is unpacked by Info-ZIP, with names, bytes and the executable bit', async () => {
    const dir = tempDir()
    writeFileSync(join(dir, 'a.zip'), await bytesOf(await archiveOf(await createMemoryShare('s', FILES))))
    const test = spawnSync('unzip', ['-t', join(dir, 'a.zip')], { encoding: 'utf8' })
    expect(test.stdout).toContain('No errors detected')
    const env = { ...process.env, LC_ALL: 'C.UTF-8' }
    expect(spawnSync('unzip', ['-q', 'a.zip'], { cwd: dir, env }).status).toBe(0)
    for (const { path, bytes, executable } of FILES) {
      const at = join(dir, 'top', path)
      if (path.endsWith('/')) expect(statSync(at).isDirectory()).toBe(true)
      else expect(readFileSync(at).equals(bytes)).toBe(true)
      if (executable) expect(statSync(at).mode & 0o111).toBe(0o111)
    }
  })

  it.skipIf(!HAS_PYTHON)('is read by Python as the files that went in, for any files', async () => {
    const dir = tempDir()
    const path = fc
      .array(fc.stringMatching(/^[a-z가-힣 é]{0,5}[a-z가-힣]$/), { minLength: 1, maxLength: 3 })
      .map((names) =>
        names
          .map((name) => name.trim())
          .join('/')
          .normalize('NFC'),
      )
    const files = fc
      .uniqueArray(path, { minLength: 1, maxLength: 8, selector: (text) => text.split('/')[0] })
      .chain((paths) =>
        fc.tuple(
          ...paths.map((text) =>
            fc.record({ path: fc.constant(text), size: fc.nat(80_000), executable: fc.boolean() }),
          ),
        ),
      )
    await fc.assert(
      fc.asyncProperty(files, async (list) => {
        const share = list.map(({ path, size, executable }, i) => ({
          path,
          executable,
          bytes: testBytes(size, i + 1),
        }))
        const zip = join(dir, 'p.zip')
        writeFileSync(zip, await bytesOf(await archiveOf(await createMemoryShare('s', share))))
        const found = new Map(readByPython(zip).map((entry) => [entry.name, entry]))
        expect(found.size).toBe(share.length)
        for (const { path, bytes, executable } of share) {
          expect(found.get(`top/${path}`)).toEqual({
            name: `top/${path}`,
            size: bytes.length,
            sha: await sha(bytes),
            mode: executable ? 0o100755 : 0o100644,
          })
        }
      }),
      { numRuns: 5 },
    )
  })

  it.skipIf(!HAS_PYTHON)('holds one folder of the share when only that was asked for', async () => {
    const dir = tempDir()
    const zip = join(dir, 'a.zip')
    writeFileSync(zip, await bytesOf(await archiveOf(await createMemoryShare('s', FILES), '강의/', '강의')))
    expect(readByPython(zip).map(({ name }) => name)).toEqual([
      '강의/1장 서론.txt',
      '강의/run.sh',
      '강의/빈 폴더/',
    ])
  })

  it.skipIf(!HAS_PYTHON)('may hold more entries than the old format counts', async () => {
    const files = Array.from({ length: 66_000 }, (_, i) => ({ path: `d/${i}`, bytes: new Uint8Array() }))
    const zip = join(tempDir(), 'a.zip')
    const archive = await archiveOf(await createMemoryShare('s', files))
    const bytes = await bytesOf(archive)
    expect(bytes.length).toBe(archive.length)
    writeFileSync(zip, bytes)
    const count = 'import zipfile,sys; print(len(zipfile.ZipFile(sys.argv[1]).infolist()))'
    expect(Number(execFileSync('python3', ['-c', count, zip], { encoding: 'utf8' }))).toBe(66_000)
  })
})

describe('records of an archive', () => {
  const name = Buffer.from('name')
  const GIB4 = 2 ** 32

  it('have the lengths that were added up before, below and above 4 GiB', () => {
    for (const size of [0, 1, GIB4 - 2, GIB4 - 1, GIB4, 5 * 2 ** 30]) {
      const entry = { name, size, kind: 'file' as const }
      expect(localHeader(entry).length).toBe(localLength(entry))
      expect(descriptor(entry, 1).length).toBe(descriptorLength(entry))
      for (const offset of [0, GIB4 - 2, GIB4 - 1, 2 ** 40]) {
        expect(centralHeader(entry, offset, 1).length).toBe(centralLength(entry, offset))
      }
    }
    for (const directory of [
      { entries: 1, offset: 0, length: 1 },
      { entries: 65_535, offset: 0, length: 1 },
      { entries: 1, offset: GIB4, length: 1 },
    ]) {
      expect(endRecords(directory).length).toBe(endLength(directory))
    }
  })

  it.skipIf(!HAS_PYTHON)('lead Python to a file of 5 GiB behind another one', () => {
    // Only the directory is real: the data would lie before it.
    const size = 5 * 2 ** 30
    const first = { name: Buffer.from('a'), size, kind: 'file' as const }
    const second = { name: Buffer.from('b'), size: 3, kind: 'executable' as const }
    const offset = localLength(first) + size + descriptorLength(first)
    const begin = offset + localLength(second) + 3 + descriptorLength(second)
    const central = Buffer.concat([centralHeader(first, 0, 7), centralHeader(second, offset, 8)])
    const end = endRecords({ entries: 2, offset: begin, length: central.length })
    const dir = tempDir()
    writeFileSync(join(dir, 'tail'), Buffer.concat([central, end]))
    const script = `import zipfile,sys,json,os
p=sys.argv[1]+'/sparse.zip'; t=open(sys.argv[1]+'/tail','rb').read()
f=open(p,'wb'); f.seek(${begin}); f.write(t); f.close()
print(json.dumps([[i.filename,i.file_size,i.header_offset,i.CRC] for i in zipfile.ZipFile(p).infolist()]))`
    const found: unknown = JSON.parse(execFileSync('python3', ['-c', script, dir], { encoding: 'utf8' }))
    expect(found).toEqual([
      ['a', size, 0, 7],
      ['b', 3, offset, 8],
    ])
  })
})
