import { protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

/** Where the page lives. A scheme of its own has an origin, which `file:` has not, and no way to other files. */
export const APP_SCHEME = 'app'
export const APP_ORIGIN = `${APP_SCHEME}://shoal`
export const APP_PAGE = `${APP_ORIGIN}/index.html`

/** Nothing but the app's own files. Mantine sets styles in attributes and elements, hence 'unsafe-inline' for styles. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-cache',
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** To be called before the app is ready: Chromium reads privileges once. */
export function registerAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges }])
}

/** Serves the files below `folder`, and nothing else. */
export function serveApp(folder: string): void {
  protocol.handle(APP_SCHEME, (request) => answer(folder, request))
}

async function answer(folder: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
  const path = pathOf(folder, request.url)
  if (path === undefined) return refusal(404)
  const type = TYPES[extname(path)]
  if (type === undefined) return refusal(404)
  try {
    const bytes = await readFile(path)
    const headers = { ...HEADERS, 'content-type': type, 'content-length': String(bytes.length) }
    return new Response(request.method === 'HEAD' ? null : bytes, { headers })
  } catch {
    return refusal(404)
  }
}

/** The file a URL means, or undefined for another host, an escape from the folder, or what cannot be read. */
function pathOf(folder: string, text: string): string | undefined {
  try {
    const url = new URL(text)
    if (`${url.protocol}//${url.host}` !== APP_ORIGIN) return undefined
    const path = normalize(join(folder, decodeURIComponent(url.pathname)))
    return path.startsWith(folder + sep) && !path.includes('\0') ? path : undefined
  } catch {
    return undefined
  }
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: HEADERS })
}
