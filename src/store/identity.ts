import type { BigIntStats } from 'node:fs'
import { RACY_COARSE_MS, RACY_MS } from './limits.ts'

/**
 * What tells one state of a file from another without reading it: `size:mtimeNs:inode`, which is compared when the file
 * is served, then `|ctimeNs:device`, which the hash cache compares too. Text, because hundreds of thousands of small
 * buffers are far dearer than as many short strings.
 */
export type Identity = string

export function identityOf({ size, mtimeNs, ino, ctimeNs, dev }: BigIntStats): Identity {
  return `${size}:${mtimeNs}:${ino}|${ctimeNs}:${dev}`
}

/** Same bytes as far as the file system tells: size, modification time and inode. */
export function sameContent(a: Identity, b: Identity): boolean {
  return a === b || served(a) === served(b)
}

function served(identity: Identity): string {
  return identity.slice(0, identity.indexOf('|'))
}

/** Changed so shortly before `wallNow` (milliseconds since 1970) that one more change might not show in its times. */
export function isRacy(identity: Identity, wallNow: number): boolean {
  const [, modified = '', , changed = ''] = identity.split(/[:|]/)
  const window = modified.endsWith('000000000') ? RACY_COARSE_MS : RACY_MS
  return Math.max(Number(modified), Number(changed)) / 1e6 > wallNow - window
}
