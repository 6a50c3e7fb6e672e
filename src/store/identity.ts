import type { BigIntStats } from 'node:fs'
import { equalBytes } from '../base/index.ts'
import { RACY_COARSE_MS, RACY_MS } from './limits.ts'

/**
 * What tells one state of a file from another without reading it: size, modification time and inode (24 bytes, what
 * serving compares), then change time and device (16 more, what the hash cache compares too). Little endian u64 each.
 */
export type Identity = Uint8Array

const SERVED_BYTES = 24

export function identityOf(stats: BigIntStats): Identity {
  const words = new BigUint64Array(5)
  words[0] = stats.size
  words[1] = stats.mtimeNs
  words[2] = stats.ino
  words[3] = stats.ctimeNs
  words[4] = stats.dev
  return new Uint8Array(words.buffer)
}

/** Same bytes as far as the file system tells: size, modification time and inode. */
export function sameContent(a: Identity, b: Identity): boolean {
  return equalBytes(a.subarray(0, SERVED_BYTES), b.subarray(0, SERVED_BYTES))
}

/** Changed so shortly before `wallNow` (milliseconds since 1970) that one more change might not show in its times. */
export function isRacy(identity: Identity, wallNow: number): boolean {
  const view = new DataView(identity.buffer, identity.byteOffset, identity.byteLength)
  const modified = view.getBigInt64(8, true)
  const changed = view.getBigInt64(24, true)
  const latest = modified > changed ? modified : changed
  const window = modified % 1_000_000_000n === 0n ? RACY_COARSE_MS : RACY_MS
  return Number(latest / 1_000_000n) > wallNow - window
}
