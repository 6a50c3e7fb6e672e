import type { CID } from 'multiformats/cid'
import { fromHex } from '../../base/index.ts'
import { HASH_BYTES, isFolderPath, MAX_PATH_BYTES, parseShareCid } from '../../content/index.ts'
import { MAX_TARGET_LENGTH } from './limits.ts'
import { isShortCode } from './short-codes.ts'

/** What a request target asks for. Paths are of entries: looked up among them, never made into a path on the disk. */
export type Route =
  | { readonly is: 'home' }
  | { readonly is: 'icon' }
  | { readonly is: 'short'; readonly code: string }
  /** A file, or a folder when it ends in a slash or is empty. */
  | { readonly is: 'entry'; readonly cid: CID; readonly path: string; readonly query: URLSearchParams }
  | { readonly is: 'zip'; readonly cid: CID; readonly folder: string }
  /** `/s/<cid>`, whose page has relative links and so needs its slash. */
  | { readonly is: 'slash'; readonly cid: CID }
  | { readonly is: 'root'; readonly cid: CID }
  | { readonly is: 'page'; readonly cid: CID; readonly hash: Uint8Array }
  | { readonly is: 'stream'; readonly cid: CID }
  | { readonly is: 'nothing' }
  | { readonly is: 'too-long' }

const NOTHING: Route = { is: 'nothing' }

/** Reads a request target, in origin form or (RFC 9112 §3.2.2) absolute form. */
export function parseRoute(target: string): Route {
  if (target.length > MAX_TARGET_LENGTH) return { is: 'too-long' }
  const [path, query] = split(target.replace(/^https?:\/\/[^/?#]*/i, ''))
  if (!path.startsWith('/')) return NOTHING
  if (path === '/') return { is: 'home' }
  if (path === '/icon.svg') return { is: 'icon' }
  const [, top = '', cidText = '', ...rest] = path.split('/')
  switch (top) {
    case 's':
      return shareRoute(cidText, rest, query)
    case 'm':
      return pageRoute(cidText, rest)
    case 'b':
      return rest.length === 0 ? withCid(cidText, (cid) => ({ is: 'stream', cid })) : NOTHING
    default:
      return path.split('/').length === 2 ? shortRoute(top) : NOTHING
  }
}

function split(target: string): [path: string, query: URLSearchParams] {
  const mark = target.indexOf('?')
  if (mark < 0) return [target, new URLSearchParams()]
  return [target.slice(0, mark), new URLSearchParams(target.slice(mark + 1))]
}

function shareRoute(cidText: string, rest: readonly string[], query: URLSearchParams): Route {
  if (rest.length === 0) {
    if (cidText.endsWith('.zip'))
      return withCid(cidText.slice(0, -4), (cid) => ({ is: 'zip', cid, folder: '' }))
    return withCid(cidText, (cid) => ({ is: 'slash', cid }))
  }
  const path = decodePath(rest)
  if (path === undefined) return NOTHING
  const wantsZip = query.has('zip') && (path === '' || isFolderPath(path))
  return withCid(cidText, (cid) =>
    wantsZip ? { is: 'zip', cid, folder: path } : { is: 'entry', cid, path, query },
  )
}

function pageRoute(cidText: string, rest: readonly string[]): Route {
  const [hashText] = rest
  if (hashText === undefined) return withCid(cidText, (cid) => ({ is: 'root', cid }))
  const hash = /^[0-9a-f]{64}$/.test(hashText) ? fromHex(hashText) : undefined
  if (hash?.length !== HASH_BYTES || rest.length > 1) return NOTHING
  return withCid(cidText, (cid) => ({ is: 'page', cid, hash }))
}

function shortRoute(text: string): Route {
  const code = text.toLowerCase()
  return isShortCode(code) ? { is: 'short', code } : NOTHING
}

function withCid(text: string, then: (cid: CID) => Route): Route {
  const cid = parseShareCid(text)
  return cid ? then(cid) : NOTHING
}

/** Names of a path; an escaped slash in one is no separator, and no entry has such a name. */
function decodePath(segments: readonly string[]): string | undefined {
  const names = segments.map(decode)
  if (names.some((name) => name === undefined || name.includes('/'))) return undefined
  const path = names.join('/').normalize('NFC')
  return path.length > MAX_PATH_BYTES ? undefined : path
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** A path as it stands in an address. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
