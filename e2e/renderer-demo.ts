import { createServer, type Server } from 'node:http'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '..', 'renderer')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** The policy under which the page runs for real; what it forbids must not be needed. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' ws:; base-uri 'none'; form-action 'none'"

export interface Demo {
  readonly url: string
  close(): Promise<void>
}

/** The page over a made-up core, built and served as the real one is. */
export async function serveDemo(): Promise<Demo> {
  const outDir = await mkdtemp(join(tmpdir(), 'shoal-demo-'))
  await build({
    root: ROOT,
    configFile: false,
    base: './',
    logLevel: 'error',
    plugins: [react()],
    build: { outDir, assetsInlineLimit: 0, rolldownOptions: { input: join(ROOT, 'demo.html') } },
  })
  const server = createServer((request, response) => {
    const path = normalize(join(outDir, new URL(request.url ?? '/', 'http://demo').pathname))
    if (request.method === 'PUT') return void request.resume().on('end', () => response.writeHead(204).end())
    readFile(path).then(
      (bytes) => {
        const type = TYPES[extname(path)] ?? 'application/octet-stream'
        response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(bytes)
      },
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${portOf(server)}/demo.html`, close: () => close(server, outDir) }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return address.port
}

async function close(server: Server, outDir: string): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(outDir, { recursive: true, force: true })
}
