import type { CID } from 'multiformats/cid'
import { ShoalError } from '../base/errors.ts'
import { decodeCanonical, encodeCanonical, isCount } from './cbor.ts'
import { cidOf, isNamedBy } from './cid.ts'
import { chunkSizeFor } from './layout.ts'
import {
  ENTRIES_PER_PAGE,
  HASH_BYTES,
  HASHES_PER_PAGE,
  MAX_CHUNKS,
  MAX_ENTRIES,
  MAX_ROOT_BYTES,
} from './limits.ts'
import { nameFault } from './names.ts'
import type { EncodedRoot, Root } from './types.ts'

const ROOT_KEYS = [
  'v',
  'kind',
  'name',
  'size',
  'files',
  'dirs',
  'chunkSize',
  'chunks',
  'entryPages',
  'hashPages',
] as const satisfies readonly (keyof Root)[]

/** Bytes and name of a root. Throws `bad-root` for one that nobody would take, `too-large` beyond its size limit. */
export function encodeRoot(root: Root): EncodedRoot {
  checkRoot(root)
  const bytes = encodeCanonical(root)
  if (bytes.length > MAX_ROOT_BYTES) {
    throw new ShoalError('too-large', `root of ${bytes.length} bytes`, { data: { limit: MAX_ROOT_BYTES } })
  }
  return { cid: cidOf(bytes), root, bytes }
}

/** Throws `bad-root` for anything but the one encoding of a root within all limits. */
export function decodeRoot(bytes: Uint8Array): Root {
  if (bytes.length > MAX_ROOT_BYTES) throw bad(`longer than ${MAX_ROOT_BYTES} bytes`)
  const value = decodeCanonical(bytes, 'bad-root')
  if (!isRecord(value)) throw bad('not a map')
  const keys = Object.keys(value)
  if (keys.length !== ROOT_KEYS.length || !ROOT_KEYS.every((key) => Object.hasOwn(value, key))) {
    throw bad('other keys than a root has')
  }
  const root = value as unknown as Root
  checkRoot(root)
  return root
}

/** Root bytes from a stranger: throws `hash-mismatch` when the CID does not name them, `bad-root` as `decodeRoot`. */
export function verifyRoot(cid: CID, bytes: Uint8Array): Root {
  if (bytes.length > MAX_ROOT_BYTES) throw bad(`longer than ${MAX_ROOT_BYTES} bytes`)
  if (!isNamedBy(cid, bytes)) throw new ShoalError('hash-mismatch', 'root is not the one that the CID names')
  return decodeRoot(bytes)
}

/** Everything about a root that can be checked without its pages; types too, as it may come from a decoder. */
function checkRoot(root: Root): void {
  if (root.v !== 1) throw bad('unknown version')
  if (root.kind !== 'file' && root.kind !== 'folder') throw bad('kind')
  if (typeof root.name !== 'string') throw bad('name is not text')
  const fault = nameFault(root.name)
  if (fault) throw bad(`name is not portable (${fault})`)
  for (const key of ['size', 'files', 'dirs', 'chunkSize', 'chunks'] as const) {
    if (!isCount(root[key])) throw bad(`${key} is not a whole number`)
  }
  checkCounts(root)
  checkChunks(root)
  checkHashes(root.entryPages, Math.ceil((root.files + root.dirs) / ENTRIES_PER_PAGE), 'entryPages')
  checkHashes(root.hashPages, Math.ceil(root.chunks / HASHES_PER_PAGE), 'hashPages')
}

function checkCounts({ kind, size, files, dirs }: Root): void {
  const entries = files + dirs
  if (entries === 0) throw bad('no entries')
  if (entries > MAX_ENTRIES) throw bad(`more than ${MAX_ENTRIES} entries`)
  if (kind === 'file' && (files !== 1 || dirs !== 0)) throw bad('a share of kind file holds one file')
  if (files === 0 && size !== 0) throw bad('bytes without files')
}

function checkChunks({ kind, size, files, chunkSize, chunks }: Root): void {
  if (chunkSize !== chunkSizeFor(size)) throw bad('chunkSize does not follow from size')
  if (chunks > MAX_CHUNKS) throw bad(`more than ${MAX_CHUNKS} chunks`)
  const fewest = Math.ceil(size / chunkSize)
  // Only a file of at least a chunk ends one early, and there are at most this many of those.
  const most = kind === 'file' ? fewest : fewest + Math.min(files, Math.floor(size / chunkSize))
  if (chunks < fewest || chunks > most) throw bad('chunks do not follow from size')
}

function checkHashes(hashes: unknown, count: number, key: string): void {
  if (!Array.isArray(hashes) || hashes.length !== count) throw bad(`${key} are not ${count} hashes`)
  for (const hash of hashes as unknown[]) {
    if (!(hash instanceof Uint8Array) || hash.length !== HASH_BYTES)
      throw bad(`${key} holds what is not a hash`)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
}

function bad(why: string): ShoalError {
  return new ShoalError('bad-root', `not a share's root: ${why}`)
}
