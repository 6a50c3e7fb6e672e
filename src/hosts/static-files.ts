import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/** Vite writes the hash of the content into these names: `assets/index-BxY12345.js`. */
const HASHED_NAME = /^\/assets\/.+-[\w-]{8}\.\w+$/

interface StaticFile {
  path: string
  size: number
  headers: Record<string, string>
}

/**
 * The built page. What may be asked for is listed once, when the core starts: a request is looked up, never made into
 * a path, so no spelling of it leads out of the folder.
 */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, StaticFile>

  private constructor(files: ReadonlyMap<string, StaticFile>) {
    this.#files = files
  }

  /** Lists `dir`; without one, or when it is not built, nothing is served. */
  static async of(dir: string | undefined): Promise<StaticFiles> {
    const files = new Map<string, StaticFile>()
    const entries =
      dir === undefined ? [] : await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const name = `/${relative(dir!, path).split(sep).join('/')}`
      files.set(name, { path, size: (await stat(path)).size, headers: headersOf(name) })
    }
    const index = files.get('/index.html')
    if (index) files.set('/', index)
    return new StaticFiles(files)
  }

  has(pathname: string): boolean {
    return this.#files.has(pathname)
  }

  /** Answers a GET or HEAD of a path that `has` knows. */
  async send(pathname: string, response: ServerResponse, method: string): Promise<void> {
    const file = this.#files.get(pathname)!
    response.writeHead(200, { ...file.headers, 'Content-Length': file.size })
    if (method === 'HEAD') return void response.end()
    // The reader may leave at any time; that is no fault of ours.
    await pipeline(createReadStream(file.path), response).catch(() => response.destroy())
  }
}

function headersOf(name: string): Record<string, string> {
  return {
    'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
    // The page of one start holds the addresses of the next one's files.
    'Cache-Control': HASHED_NAME.test(name) ? 'private, max-age=31536000, immutable' : 'no-store',
  }
}
