import { describe, expect, it } from 'vitest'
import type { CID } from 'multiformats/cid'
import { gappedLength, gappedStretches } from '../base/index.ts'
import { chunkSizeFor, cidOf, encodeEntryPage, encodeRoot, type Entry } from '../content/index.ts'
import { bytesOf, completed, copyPart, copyShare, readWhole } from './fixtures.ts'
import { createMemoryShare, type MemoryFile } from './memory-share.ts'
import { sha256 } from './pieces.ts'
import type { PartBuffer, StoredShare } from './types.ts'

/** A share that holds nothing yet, and what the test must see of the disk afterwards. */
export interface ShareUnderTest {
  readonly share: StoredShare
  /** Names of files and folders that were written. */
  readonly written: () => string[]
}

const FILES: readonly MemoryFile[] = [
  { path: 'big.bin', bytes: bytesOf(200_000, 1) },
  { path: 'folder/empty/', bytes: new Uint8Array() },
  { path: 'folder/run.sh', bytes: bytesOf(10_000, 2), executable: true },
  { path: 'folder/small.txt', bytes: bytesOf(40_000, 3).subarray(0, 30_000) },
  { path: 'zero', bytes: new Uint8Array() },
]

/** What every StoredShare promises, whatever it is made of. */
export function testShare(name: string, make: (cid: CID) => Promise<ShareUnderTest>): void {
  describe(`${name} as a StoredShare`, () => {
    const setUp = async () => {
      const source = await createMemoryShare('things', FILES)
      return { source, ...(await make(source.cid)) }
    }

    it('knows nothing before its root', async () => {
      const { share } = await setUp()
      expect([share.root, share.parts, share.pages, share.isComplete, share.hasAllPages]).toEqual([
        undefined,
        0,
        0,
        false,
        false,
      ])
      expect(() => share.partLength(0)).toThrow(RangeError)
    })

    it('refuses a root that its CID does not name, and stays empty', async () => {
      const { share } = await setUp()
      const other = await createMemoryShare('other', FILES)
      await expect(share.putRoot(other.rootBytes!)).rejects.toMatchObject({ code: 'hash-mismatch' })
      expect(share.root).toBeUndefined()
    })

    it('tells its numbers once the root is there, and takes the same root again', async () => {
      const { source, share } = await setUp()
      const told: string[] = []
      share.events.on('root', ({ root }) => told.push(root.name))
      await share.putRoot(source.rootBytes!)
      await share.putRoot(source.rootBytes!)
      expect(told).toEqual(['things'])
      expect([share.parts, share.pages, share.held.count]).toEqual([source.parts, source.pages, 0])
    })

    it('takes no bytes that are not the part, and takes the right ones afterwards', async () => {
      const { source, share } = await setUp()
      await share.putRoot(source.rootBytes!)
      for (let part = 0; part < source.parts; part++) {
        const wrong = await readWhole(source, part)
        wrong[wrong.length - 1]! ^= 1
        expect(await share.putPart(part, { bytes: wrong, release: () => {} })).toBe(false)
        expect(await share.putPart(part, { bytes: wrong.subarray(1), release: () => {} })).toBe(false)
        expect(share.held.has(part)).toBe(false)
        expect(await copyPart(source, share, part)).toBe(true)
        expect(share.held.has(part)).toBe(true)
      }
    })

    it('takes chunks in any order and gives back what it was given', async () => {
      const { source, share } = await setUp()
      const held: number[] = []
      share.events.on('held', ({ part }) => held.push(part))
      const done = completed(share)
      await share.putRoot(source.rootBytes!)
      const pages = Array.from({ length: source.pages }, (_, page) => page)
      for (const page of pages.toReversed()) await copyPart(source, share, page)
      expect([share.hasAllPages, share.isComplete]).toEqual([true, false])
      const chunks = Array.from({ length: source.parts - source.pages }, (_, i) => source.pages + i)
      await Promise.all(chunks.toReversed().map((part) => copyPart(source, share, part)))
      await done
      expect(share.isComplete).toBe(true)
      expect(share.bytesHeld).toBe(source.root!.size)
      expect(held.toSorted((a, b) => a - b)).toEqual([...pages, ...chunks])
      for (let part = 0; part < source.parts; part++) {
        expect(share.partLength(part)).toBe(source.partLength(part))
        expect(await readWhole(share, part)).toEqual(await readWhole(source, part))
      }
      const last = source.parts - 1
      expect(Uint8Array.from(await share.readPart(last, 7, 5))).toEqual(
        (await readWhole(source, last)).slice(7, 12),
      )
    })

    it('reads into memory with gaps, which stay as they were', async () => {
      const { source, share } = await setUp()
      await copyShare(source, share)
      const gaps = { bytes: 16, every: 10_000 }
      for (const part of [0, source.pages, source.parts - 1]) {
        const length = share.partLength(part) - 3
        const memory = new Uint8Array(new SharedArrayBuffer(gappedLength(length, gaps))).fill(7)
        await share.readPartInto(part, 3, memory, gaps)
        const stretches = gappedStretches(memory, 0, length, gaps)
        expect(Buffer.concat(stretches)).toEqual(Buffer.from(await source.readPart(part, 3, length)))
        for (const stretch of stretches) stretch.fill(7)
        expect(memory.every((byte) => byte === 7)).toBe(true)
      }
    })

    it('reads nothing that is not there', async () => {
      const { source, share } = await setUp()
      await share.putRoot(source.rootBytes!)
      await expect(share.readPart(0, 0, 1)).rejects.toMatchObject({ code: 'not-found' })
      await expect(share.readPart(source.parts, 0, 1)).rejects.toThrow(RangeError)
      await copyPart(source, share, 0)
      await expect(share.readPart(0, 0, share.partLength(0) + 1)).rejects.toThrow(RangeError)
      await expect(share.readPart(0, -1, 1)).rejects.toThrow(RangeError)
    })

    it('releases the buffer whatever becomes of the part', async () => {
      const { source, share } = await setUp()
      let releases = 0
      const buffer = (bytes: Uint8Array): PartBuffer => ({ bytes, release: () => releases++ })
      await expect(share.putPart(0, buffer(new Uint8Array(1)))).rejects.toThrow(RangeError)
      await share.putRoot(source.rootBytes!)
      await share.putPart(0, buffer(await readWhole(source, 0)))
      await share.putPart(0, buffer(new Uint8Array(3)))
      const early = share.putPart(source.pages, buffer(await readWhole(source, source.pages)))
      await expect(early).rejects.toMatchObject({ code: 'not-found' })
      await copyShare(source, share)
      expect(releases).toBe(4)
    })

    it('is complete at once when there are no bytes', async () => {
      const source = await createMemoryShare(
        'hollow',
        FILES.filter((file) => file.bytes.length === 0),
      )
      const { share } = await make(source.cid)
      const done = completed(share)
      await copyShare(source, share)
      await done
      expect([share.isComplete, share.bytesHeld]).toEqual([true, 0])
    })

    const hostile: Record<string, Entry[]> = {
      'names that differ by case only': [entry('A.txt'), entry('a.txt')],
      'names that differ by case only in a folder above': [entry('A/1'), entry('a/2')],
      'a file that is also a folder': [entry('a'), entry('a/b')],
    }
    for (const [what, entries] of Object.entries(hostile)) {
      it(`refuses ${what} although every hash is right, and writes nothing`, async () => {
        const { page, bytes } = hostileShare(entries)
        const { share, written } = await make(cidOf(bytes))
        let trouble: string | undefined
        share.events.on('trouble', ({ error }) => (trouble = error.code))
        const root = await share.putRoot(bytes)
        const put = async (part: number, content: Uint8Array): Promise<boolean> =>
          share.putPart(part, { bytes: content, release: () => {} })
        if (root.hashPages.length > 0) await put(1, hashPage(entries))
        await expect(put(0, page)).rejects.toMatchObject({ code: 'bad-name' })
        await expect(put(root.entryPages.length + root.hashPages.length, CHUNK)).rejects.toThrow()
        expect([trouble, share.hasAllPages, written()]).toEqual(['bad-name', false, []])
      })
    }

    it('refuses pages whose sizes do not add up to the root', async () => {
      const { page, bytes } = hostileShare([entry('a'), entry('b')], [entry('a'), { ...entry('b'), size: 2 }])
      const { share, written } = await make(cidOf(bytes))
      await share.putRoot(bytes)
      await share.putPart(1, { bytes: hashPage([entry('a'), entry('b')]), release: () => {} })
      const put = share.putPart(0, { bytes: page, release: () => {} })
      await expect(put).rejects.toMatchObject({ code: 'bad-page' })
      expect(written()).toEqual([])
    })
  })
}

function entry(path: string): Entry {
  return { path, size: 1, flags: 0 }
}

const CHUNK = new Uint8Array(2)

function hashPage(_entries: Entry[]): Uint8Array {
  return sha256(CHUNK)
}

/** A root that says one thing, with a page that is the one it names. */
function hostileShare(entries: Entry[], inPage = entries): { bytes: Uint8Array; page: Uint8Array } {
  const page = encodeEntryPage(inPage)
  const size = entries.reduce((sum, one) => sum + one.size, 0)
  const facts = { v: 1, kind: 'folder', name: 'x', size, files: entries.length, dirs: 0 } as const
  const hashes = { chunks: 1, entryPages: [sha256(page)], hashPages: [sha256(hashPage(entries))] }
  return { page, bytes: encodeRoot({ ...facts, chunkSize: chunkSizeFor(size), ...hashes }).bytes }
}
