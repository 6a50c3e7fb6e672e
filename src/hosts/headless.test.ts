import { createHash } from 'node:crypto'
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { silentLogger } from '../base/index.ts'
import type { Contract } from '../contract/index.ts'
import { ClientLink, connectWebSocket, createClient } from '../rpc/index.ts'
import { offeredProtocols } from '../rpc/web-socket-token.ts'
import { readCoreFile } from './core-file.ts'
import { HeadlessHost, RPC_PATH } from './headless.ts'
import { testConfig, testCore, withTemporaryFolder, type TestCore } from './test-core.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

describe('the headless host', () => {
  let folder: Awaited<ReturnType<typeof withTemporaryFolder>>
  let core: TestCore
  let host: HeadlessHost

  beforeEach(async () => {
    folder = await withTemporaryFolder()
    const rendererDir = join(folder.path, 'renderer')
    await mkdir(join(rendererDir, 'assets'), { recursive: true })
    await writeFile(join(rendererDir, 'index.html'), '<!doctype html><title>Shoal</title>')
    await writeFile(join(rendererDir, 'assets', 'index-abcdEF12.js'), 'export {}')
    await writeFile(join(folder.path, 'secret.txt'), 'secret')
    await symlink(join(folder.path, 'secret.txt'), join(rendererDir, 'link.txt'))
    core = testCore(testConfig(folder.path))
    const options = { core, home: folder.path, version: '1.2.3', log: silentLogger }
    host = new HeadlessHost({ ...options, rendererDir, maxUploadBytes: 1000 })
    await host.start()
  })
  afterEach(async () => {
    await host.stop()
    await folder.remove()
  })

  const own = (): string => `127.0.0.1:${host.port}`

  /** Sends the path as it is: `fetch` and `URL` would tidy it up. */
  function ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: host.port,
        method,
        path,
        headers: { host: own(), ...headers },
      }
      const asking = request(options, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }))
        response.on('error', reject)
      })
      asking.on('error', reject).end(body)
    })
  }

  const authorized = (): Record<string, string> => ({ authorization: `Bearer ${host.token}` })

  it('hands a file to whoever has its ticket, to be saved and never shown', async () => {
    core.offered.set('a-ticket', { name: 'évil.html', bytes: Buffer.from('<script>') })
    const { status, text, headers } = await ask('GET', '/handout/a-ticket')
    expect([status, text]).toEqual([200, '<script>'])
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="evil.html"; filename*=UTF-8''%C3%A9vil.html`,
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    for (const path of ['/handout/another', '/handout/', '/handout/a-ticket/', '/handout/%61-ticket'])
      expect((await ask('GET', path)).status).toBe(404)
    expect((await ask('HEAD', '/handout/a-ticket')).status).toBe(404)
    expect((await ask('GET', '/handout/a-ticket', { host: 'evil.test' })).status).toBe(421)
    expect((await ask('GET', '/handout/a-ticket', { origin: 'http://evil.test' })).status).toBe(403)
  })

  it('serves the page with its type, a strict policy, and never from a cache', async () => {
    for (const path of ['/', '/index.html', '/?x=1']) {
      const { status, headers, text } = await ask('GET', path)
      expect({ status, text }).toEqual({ status: 200, text: '<!doctype html><title>Shoal</title>' })
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
      })
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
    const policy = (await ask('GET', '/')).headers['content-security-policy'] as string
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain(`connect-src 'self' ws://${own()}`)
    expect(policy).not.toContain('unsafe-eval')
    const script = await ask('GET', '/assets/index-abcdEF12.js')
    expect(script.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8' })
    expect(script.headers['cache-control']).toContain('immutable')
    expect(await ask('HEAD', '/')).toMatchObject({ status: 200, text: '' })
  })

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/link.txt',
    '/assets',
    '/assets/',
    '/core.json',
    '/index.html/',
    '/index.html%00.png',
    '/%',
    '/nothing',
  ])('answers 404 to %s and gives nothing away', async (path) => {
    expect(await ask('GET', path)).toMatchObject({ status: 404, text: '' })
  })

  it.each(['POST', 'DELETE', 'OPTIONS', 'PATCH', 'PUT'])('answers 404 to %s of the page', async (method) => {
    const answer = await ask(method, '/', authorized())
    expect(answer.status).toBe(404)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('refuses every name but its own address: a re-bound one is another site', async () => {
    for (const name of [
      'evil.example',
      `localhost:${host.port}`,
      '127.0.0.1',
      `127.0.0.1:${host.port}.evil.example`,
    ]) {
      expect((await ask('GET', '/', { host: name })).status, name).toBe(421)
      expect((await ask('PUT', '/upload/u/a', { host: name, ...authorized() }, 'x')).status, name).toBe(421)
    }
    expect(core.written.size).toBe(0)
  })

  it("refuses other sites' scripts, also with the token", async () => {
    for (const origin of [
      'http://evil.example',
      'null',
      `http://localhost:${host.port}`,
      `https://${own()}`,
    ]) {
      const answer = await ask('PUT', '/upload/u/a', { origin, ...authorized() }, 'x')
      expect(answer.status, origin).toBe(403)
    }
    expect(
      (await ask('PUT', '/upload/u/a', { origin: `http://${own()}`, ...authorized() }, 'x')).status,
    ).toBe(204)
  })

  it('takes in uploads with the token, with a length and without', async () => {
    expect((await ask('PUT', '/upload/u1/%EC%82%AC%EC%A7%84/a%20b.txt', authorized(), 'hello')).status).toBe(
      204,
    )
    const chunked = { ...authorized(), 'transfer-encoding': 'chunked' }
    expect((await ask('PUT', '/upload/u1/empty', chunked, '')).status).toBe(204)
    expect(Object.fromEntries(core.written)).toEqual({ 'u1/사진/a b.txt': 'hello', 'u1/empty': '' })
  })

  it.each([
    {},
    { authorization: 'Bearer wrong' },
    { authorization: 'Basic eDp5' },
    { authorization: 'Bearer ' },
  ])('refuses uploads with %j', async (headers) => {
    expect((await ask('PUT', '/upload/u/a', headers, 'x')).status).toBe(401)
    expect(core.written.size).toBe(0)
  })

  it.each([
    '/upload/u/../a',
    '/upload/u/a/../../b',
    '/upload/u/%2e%2e/a',
    '/upload/u/..%2fa',
    '/upload/u/a%5cb',
    '/upload/u//a',
    '/upload/u/a/',
    '/upload/u/./a',
    '/upload/u/a%00',
    '/upload/u/%FF',
    '/upload/u/%',
    '/upload/u/',
    '/upload/u',
    '/upload//a',
    '/upload/../u/a',
  ])('refuses an upload to %s and writes nothing', async (path) => {
    expect((await ask('PUT', path, authorized(), 'x')).status).toBe(404)
    expect(core.written.size).toBe(0)
  })

  it('says why an upload failed', async () => {
    const answer = await ask('PUT', '/upload/unknown/a', authorized(), 'x')
    expect(answer.status).toBe(404)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'not-found' })
    const chunked = { ...authorized(), 'transfer-encoding': 'chunked' }
    expect((await ask('PUT', '/upload/u/b', chunked, 'x'.repeat(1000))).status).toBe(204)
    const tooLong = await ask('PUT', '/upload/u/c', chunked, 'x'.repeat(1001))
    expect(tooLong.status).toBe(413)
    expect([...core.written.keys()]).toEqual(['u/b'])
    const large = await ask('PUT', '/upload/unknown/a', chunked, 'x'.repeat(5_000_000))
    expect(large.status).toBe(404)
    const huge = { ...authorized(), 'content-length': String(2 ** 41), expect: '100-continue' }
    expect(await ask('PUT', '/upload/u/a', huge)).toMatchObject({ status: 413 })
  })

  it('tells the core of an upload that the page breaks off', async () => {
    const socket = connect(host.port, '127.0.0.1')
    const head = `PUT /upload/u/a HTTP/1.1\r\nHost: ${own()}\r\nAuthorization: Bearer ${host.token}\r\nContent-Length: 1000\r\n\r\n`
    socket.write(`${head}half`, () => setImmediate(() => socket.destroy()))
    await vi.waitFor(() => expect(core.broken).toHaveLength(1))
    expect(core.written.size).toBe(0)
  })

  it('serves the contract over a WebSocket to who holds the token', async () => {
    const link = new ClientLink(
      await connectWebSocket({ url: `ws://${own()}${RPC_PATH}`, token: host.token }),
    )
    const client = createClient<Contract>(link)
    expect((await client.app.status()).pid).toBe(process.pid)
    for await (const update of await client.app.watch()) {
      expect(update.is).toBe('snapshot')
      break
    }
    link.close()
  })

  it.each<[string, (port: number) => { host?: string; origin?: string }, string | undefined, string, number]>(
    [
      ['no token', () => ({}), undefined, RPC_PATH, 401],
      ['a wrong token', () => ({}), 'x'.repeat(43), RPC_PATH, 401],
      ['another origin', () => ({ origin: 'http://evil.example' }), 'right', RPC_PATH, 403],
      ['a null origin', () => ({ origin: 'null' }), 'right', RPC_PATH, 403],
      ['localhost as origin', (port) => ({ origin: `http://localhost:${port}` }), 'right', RPC_PATH, 403],
      ['another host', () => ({ host: 'evil.example' }), 'right', RPC_PATH, 421],
      ['localhost as host', (port) => ({ host: `localhost:${port}` }), 'right', RPC_PATH, 421],
      ['another path', () => ({}), 'right', '/other', 404],
    ],
  )('refuses a WebSocket with %s', async (_what, headersOf, token, path, status) => {
    const { host: name, origin } = headersOf(host.port)
    const protocols =
      token === undefined ? ['shoal.1'] : offeredProtocols(token === 'right' ? host.token : token)
    const headers = name === undefined ? {} : { host: name }
    const socket = new WebSocket(`ws://${own()}${path}`, protocols, { headers, ...(origin && { origin }) })
    const refused = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
      socket.on('open', () => resolve('open'))
      socket.on('error', () => {})
    })
    expect(refused).toBe(status)
    expect(host.rpc.links.size).toBe(0)
  })

  it('lets in a page of its own origin', async () => {
    const socket = new WebSocket(`ws://${own()}${RPC_PATH}`, offeredProtocols(host.token), {
      origin: `http://${own()}`,
    })
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    expect(socket.protocol).toBe('shoal.1')
    socket.terminate()
  })

  it('survives what is not HTTP', async () => {
    for (const text of [
      '\x16\x03\x01',
      'GET / HTTP/9.9\r\n\r\n',
      'GET /\r\n\r\n',
      `PUT /upload/u/a HTTP/1.1\r\nHost: ${own()}\r\nContent-Length: -1\r\n\r\n`,
    ]) {
      const socket = connect(host.port, '127.0.0.1')
      socket.end(text)
      await new Promise((resolve) =>
        socket
          .on('error', () => {})
          .on('close', resolve)
          .resume(),
      )
    }
    expect((await ask('GET', '/')).status).toBe(200)
  })

  it('says where it is in a file only the user can read, and takes it back', async () => {
    const path = join(folder.path, 'core.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readCoreFile(folder.path)).toEqual({
      pid: process.pid,
      port: host.port,
      token: host.token,
      url: `http://${own()}/#token=${host.token}`,
      version: '1.2.3',
    })
    expect(Buffer.from(host.token, 'base64url')).toHaveLength(32)
    await host.stop()
    await host.stop()
    expect((await readdir(folder.path)).filter((name) => name.startsWith('core.json'))).toEqual([])
  })

  it('makes another token at each start', async () => {
    const other = new HeadlessHost({ core, home: folder.path, version: '1', log: silentLogger })
    await other.start()
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
    expect(hash(other.token)).not.toBe(hash(host.token))
    await host.stop()
    // The first one's end leaves the second one's file alone.
    expect((await readCoreFile(folder.path))?.token).toBe(other.token)
    await other.stop()
  })
})
