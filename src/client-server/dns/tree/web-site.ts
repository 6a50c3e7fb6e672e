import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MAX_WEB_CONNECTIONS, WEB_TIMEOUT_MS } from './limits.ts'

/** The web site of the example domains: where the walk through the tree of names leads to. */
export interface WebSite {
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

/** Rejects with the system's error: EADDRINUSE, EACCES, EADDRNOTAVAIL. */
export async function openWebSite(address: string, port: number): Promise<WebSite> {
  const server = createServer(
    { requestTimeout: WEB_TIMEOUT_MS, headersTimeout: WEB_TIMEOUT_MS, keepAliveTimeout: 1_000 },
    answer,
  )
  server.maxConnections = MAX_WEB_CONNECTIONS
  server.on('clientError', (_error, socket) => void socket.destroy())
  server.listen(port, address)
  await once(server, 'listening')
  return {
    address,
    port: (server.address() as AddressInfo).port,
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function answer({ method, headers, url }: IncomingMessage, response: ServerResponse): void {
  response.on('error', () => {})
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD', Connection: 'close' })
    return void response.end()
  }
  const path = (url ?? '').split('?')[0]
  const body = page((headers.host ?? 'www.example.com').replace(/:\d+$/, ''))
  response.writeHead(path === '/' ? 200 : 404, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  })
  response.end(method === 'HEAD' ? undefined : body)
}

const SHOWN = 80

function page(host: string): string {
  const shown = host.slice(0, SHOWN).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${shown}</title>
<style>:root{color-scheme:light dark}body{font:1.1rem/1.6 system-ui;max-width:38rem;margin:3rem auto;padding:0 1rem}</style>
<h1>${shown}</h1>
<p>The name was found: root, top-level domain, the owner's server; then this page was fetched by HTTP from the address in the answer.</p>
<p lang="ko">이름을 찾았습니다. 루트, 최상위 도메인, 도메인 소유자의 서버를 차례로 거친 뒤, 답에 담긴 주소에서 HTTP로 이 페이지를 가져왔습니다.</p>
</html>
`
}
