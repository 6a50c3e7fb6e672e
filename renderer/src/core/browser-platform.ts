import { ShoalError } from '../../../src/base/errors.ts'
import { connectWebSocket, type FrameTransport } from '../../../src/rpc/index.ts'
import type { Platform } from './platform.ts'

const TOKEN_KEY = 'shoal.token'
const TOKEN = /^#token=([\w-]{16,256})$/

/**
 * The token of the address this page was opened with (`#token=…`), kept for reloads of this tab alone. It leaves the
 * address at once, so that it is in no bookmark and no screenshot.
 */
export function takeToken(location: Location, history: History, storage: Storage): string | undefined {
  const fresh = TOKEN.exec(location.hash)?.[1]
  if (fresh === undefined) return storage.getItem(TOKEN_KEY) ?? undefined
  storage.setItem(TOKEN_KEY, fresh)
  history.replaceState(null, '', '#/files')
  return fresh
}

/** The address holds a token again: somebody opened it anew in a tab that shows the page already. */
export function holdsToken({ hash }: Pick<Location, 'hash'>): boolean {
  return TOKEN.test(hash)
}

/** A browser: no paths, no links from the system; files are handed over. */
export function browserPlatform(token: string | undefined): Platform {
  return { pathForFile: undefined, token, onLink: () => () => {} }
}

export async function connectBrowser(
  location: Location,
  token: string | undefined,
  signal: AbortSignal,
): Promise<FrameTransport> {
  if (token === undefined) throw new ShoalError('core-gone', 'the address of this page holds no token')
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return connectWebSocket({ url: `${scheme}://${location.host}/rpc`, token, signal })
}
