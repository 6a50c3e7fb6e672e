/** For tests of this room and of those that build on it: whole shares in memory. Not part of `index.ts`. */
import { concatBytes, utf8 } from '../base/bytes.ts'
import { sha256 } from './hash.ts'
import { chunkSizeFor } from './layout.ts'
import { comparePaths } from './order.ts'
import { RootBuilder } from './root-builder.ts'
import type { BuiltPage } from './root-builder.ts'
import { FileMap } from './segments.ts'
import type { EncodedRoot, Entry } from './types.ts'

/** Bytes of each file by path; a path that ends in `/` is an empty folder, its bytes are ignored. */
export type TestFiles = Readonly<Record<string, Uint8Array | string>>

export interface TestShare extends EncodedRoot {
  readonly entries: readonly Entry[]
  readonly files: FileMap
  /** Bytes of every part: entry pages, hash pages, chunks. */
  readonly parts: readonly Uint8Array[]
}

/** A share of kind `folder`. */
export function testFolder(files: TestFiles, name = 'folder'): TestShare {
  return build('folder', name, files)
}

/** A share of kind `file`. */
export function testFile(bytes: Uint8Array | string, name = 'file.bin'): TestShare {
  return build('file', name, { [name]: bytes })
}

/** Bytes that differ at every place and from seed to seed (xorshift32), so that swapped pieces are noticed. */
export function testBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length)
  let state = (seed * 2654435761) >>> 0 || 1
  for (let i = 0; i < length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    out[i] = state
  }
  return out
}

function build(kind: 'file' | 'folder', name: string, files: TestFiles): TestShare {
  const contents = new Map(Object.entries(files).map(([path, data]) => [path, toBytes(path, data)]))
  const entries = [...contents].map(([path, data]) => ({ path, size: data.length, flags: 0 }))
  entries.sort((a, b) => comparePaths(a.path, b.path))
  const total = entries.reduce((sum, entry) => sum + entry.size, 0)
  const map = new FileMap(entries, chunkSizeFor(total))
  const chunks = Array.from({ length: map.layout.chunks }, (_, i) => chunkBytes(map, contents, i))
  const pages: BuiltPage[] = []
  const builder = new RootBuilder({ kind, name, layout: map.layout, onPage: (page) => pages.push(page) })
  for (const entry of entries) builder.addEntry(entry)
  for (const chunk of chunks) builder.addChunkHash(sha256(chunk))
  const encoded = builder.finish()
  const ofKind = (is: BuiltPage['is']) => pages.filter((page) => page.is === is).map((page) => page.bytes)
  return { ...encoded, entries, files: map, parts: [...ofKind('entries'), ...ofKind('hashes'), ...chunks] }
}

function toBytes(path: string, data: Uint8Array | string): Uint8Array {
  if (path.endsWith('/')) return new Uint8Array()
  return typeof data === 'string' ? utf8(data) : data
}

function chunkBytes(map: FileMap, contents: ReadonlyMap<string, Uint8Array>, chunk: number): Uint8Array {
  const segments = map.segmentsOf(chunk)
  return concatBytes(
    ...segments.map(({ path, offset, length }) => contents.get(path)!.subarray(offset, offset + length)),
  )
}
