import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { equalBytes, ShoalError, systemClock } from '../../../base/index.ts'
import { testBytes } from '../../../content/test-shares.ts'
import { createMemoryShare, MemoryShare, SlabPool, type BufferPool } from '../../../store/index.ts'
import { TokenBucket } from '../../../transport/token-bucket.ts'
import { serve } from '../test-server.ts'
import { downloadOverHttp, type HttpDownloadInit, type HttpProgress } from './download.ts'

const folder = (): Promise<MemoryShare> =>
  createMemoryShare('s', [
    { path: 'a.bin', bytes: testBytes(200_000) },
    { path: 'b/작은 파일.txt', bytes: testBytes(5_000, 2) },
    { path: 'c.bin', bytes: testBytes(100_000, 3) },
    { path: 'empty', bytes: new Uint8Array() },
  ])

function get(
  origin: string,
  stored: MemoryShare,
  options: Partial<HttpDownloadInit> = {},
): Promise<{ received: number }> {
  return downloadOverHttp({ origin, stored, buffers: new SlabPool(), clock: systemClock, ...options })
}

async function expectSame(got: MemoryShare, share: MemoryShare): Promise<void> {
  expect(got.isComplete).toBe(true)
  for (let part = 0; part < share.parts; part++) {
    const length = share.partLength(part)
    const [a, b] = [await got.readPart(part, 0, length), await share.readPart(part, 0, length)]
    expect(equalBytes(a, b)).toBe(true)
  }
}

/** A share with some of the chunks of another. */
async function withChunks(share: MemoryShare, chunks: readonly number[]): Promise<MemoryShare> {
  const out = new MemoryShare(share.cid)
  await out.putRoot(share.rootBytes!)
  const pages = Array.from({ length: share.pages }, (_, page) => page)
  for (const part of [...pages, ...chunks.map((chunk) => share.pages + chunk)]) {
    const bytes = await share.readPart(part, 0, share.partLength(part))
    await out.putPart(part, { bytes, release: () => {} })
  }
  return out
}

/** A server of our own making; `answer` gets the number of the request. */
async function fake(
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<{ origin: string; connections: () => number }> {
  let requests = 0
  let connections = 0
  const server = createServer((request, response) => answer(request, response, requests++))
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
  }
}

/** Passes requests on to a real server, and lets `spoil` change what comes back. */
async function between(
  origin: string,
  spoil: (url: string, body: Buffer, response: ServerResponse, count: number) => Buffer | undefined,
) {
  const asked: { url: string; range: string | undefined }[] = []
  const proxy = await fake((request, response, count) => {
    const { url = '', headers } = request
    asked.push({ url, range: headers.range })
    void (async () => {
      const upstream = await fetch(origin + url, { headers: headers.range ? { Range: headers.range } : {} })
      const body = Buffer.from(await upstream.arrayBuffer())
      const names = ['content-range', 'content-length', 'retry-after']
      const kept = names.flatMap((name) =>
        upstream.headers.has(name) ? [[name, upstream.headers.get(name)!]] : [],
      )
      response.writeHead(upstream.status, Object.fromEntries(kept) as Record<string, string>)
      const out = spoil(url, body, response, count)
      if (out) response.end(out)
    })()
  })
  return { ...proxy, asked }
}

describe('a download over HTTP', () => {
  it('gives the same bytes, over one connection, asking for no byte twice', async () => {
    const share = await folder()
    const server = await serve([share])
    const proxy = await between(server.origin, (_url, body) => body)
    const got = new MemoryShare(share.cid)
    const progress: HttpProgress[] = []
    const { received } = await get(proxy.origin, got, { onProgress: (one) => progress.push(one) })
    await expectSame(got, share)
    expect(proxy.connections()).toBe(1)
    const pages = [...Array(share.pages).keys()].reduce((sum, page) => sum + share.partLength(page), 0)
    expect(received).toBe(share.rootBytes!.length + pages + share.root!.size)
    expect(progress.at(-1)).toMatchObject({ bytesHeld: 305_000, bytesTotal: 305_000, received })
  })

  it('asks for missing stretches only', async () => {
    const share = await folder()
    const server = await serve([share])
    const proxy = await between(server.origin, (_url, body) => body)
    const got = await withChunks(share, [0, 1, 4, 10])
    await get(proxy.origin, got)
    await expectSame(got, share)
    expect(proxy.asked.every(({ url }) => url.startsWith('/b/'))).toBe(true)
    const ranges = proxy.asked.map(({ range }) => range)
    // Chunks of 32 KiB: 0–6 are the first file's 200,000 bytes, 7–10 the third's, 11 the small one.
    expect(ranges).toEqual(['bytes=65536-131071', 'bytes=163840-298303', 'bytes=300000-304999'])
  })

  it('goes on within the chunk in which the connection was lost', async () => {
    const share = await folder()
    const server = await serve([share])
    const proxy = await between(server.origin, (url, body, response) => {
      if (!url.startsWith('/b/')) return body
      if (body.length <= 100_000) return body
      response.write(body.subarray(0, 50_000), () => response.destroy())
      return undefined
    })
    const got = new MemoryShare(share.cid)
    const { received } = await get(proxy.origin, got, {
      random: { next: () => 0, below: () => 0, bytes: () => new Uint8Array() },
    })
    await expectSame(got, share)
    const starts = proxy.asked.filter(({ url }) => url.startsWith('/b/')).map(({ range }) => range ?? 'whole')
    expect(starts.length).toBeGreaterThan(3)
    expect(starts[1]).toBe('bytes=50000-304999')
    const pages = [...Array(share.pages).keys()].reduce((sum, page) => sum + share.partLength(page), 0)
    expect(received).toBe(share.rootBytes!.length + pages + share.root!.size)
  })

  it('waits for a source that does not have everything yet', async () => {
    const share = await folder()
    const source = await withChunks(share, [0, 1, 2])
    const server = await serve([source])
    const got = new MemoryShare(share.cid)
    const states: string[] = []
    const proxy = await between(server.origin, (_url, body, response) => {
      // No waiting for the real five seconds.
      if (response.statusCode === 503) void fill()
      return body
    })
    async function fill(): Promise<void> {
      for (let part = 0; part < share.parts; part++) {
        const bytes = await share.readPart(part, 0, share.partLength(part))
        await source.putPart(part, { bytes, release: () => {} })
      }
    }
    await get(proxy.origin, got, {
      clock: {
        ...systemClock,
        after: (ms, callback) => systemClock.after(ms > 9_000 ? ms : ms / 100, callback),
      },
      onProgress: ({ state }) => states.push(state),
    })
    await expectSame(got, share)
    expect(states).toContain('waiting')
  })

  it.each([
    ['a chunk', (url: string) => url.startsWith('/b/')],
    ['a page', (url: string) => /^\/m\/[^/]+\/./.test(url)],
    ['the root', (url: string) => /^\/m\/[^/]+$/.test(url)],
  ])('stops when %s is not what the CID promises, and keeps nothing of it', async (_what, matches) => {
    const share = await folder()
    const server = await serve([share])
    const proxy = await between(server.origin, (url, body) => {
      if (matches(url)) body[body.length >> 1]! ^= 1
      return body
    })
    const got = new MemoryShare(share.cid)
    await expect(get(proxy.origin, got)).rejects.toMatchObject({ code: 'hash-mismatch' })
    expect(got.isComplete).toBe(false)
    for (const part of got.held.indices()) {
      const length = share.partLength(part)
      expect(await got.readPart(part, 0, length)).toEqual(await share.readPart(part, 0, length))
    }
  })

  it.each([
    ['404', (response: ServerResponse) => response.writeHead(404).end()],
    [
      'a redirect',
      (response: ServerResponse) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['no length', (response: ServerResponse) => response.writeHead(200).end('x'.repeat(10))],
    [
      'a length without bound',
      (response: ServerResponse) => response.writeHead(200, { 'Content-Length': 2 ** 40 }).flushHeaders(),
    ],
    [
      'other coding',
      (response: ServerResponse) =>
        response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': 3 }).end('abc'),
    ],
    [
      'part of what was asked',
      (response: ServerResponse) =>
        response.writeHead(206, { 'Content-Range': 'bytes 0-2/9', 'Content-Length': 3 }).end('abc'),
    ],
  ])('is refused by a server that answers with %s', async (_what, answer) => {
    const { origin } = await fake((_request, response) => answer(response))
    const { cid } = await folder()
    await expect(get(origin, new MemoryShare(cid))).rejects.toMatchObject({ code: 'server-refused' })
  })

  it.each([
    'bytes 0-304999/305000',
    'bytes 65537-131071/305000',
    'bytes 65536-131072/305000',
    'bytes 65536-131071/305001',
    'bytes 65536-65535/305000',
  ])('refuses %s for what it asked', async (contentRange) => {
    const share = await folder()
    const { origin } = await fake((_request, response) => {
      response.writeHead(206, { 'Content-Range': contentRange, 'Content-Length': 65_536 })
      response.end(Buffer.alloc(65_536))
    })
    const got = await withChunks(share, [0, 1, 4])
    const before = got.held.count
    await expect(get(origin, got)).rejects.toMatchObject({ code: 'server-refused' })
    expect(got.held.count).toBe(before)
  })

  it('gives up a server that is not there', async () => {
    const { cid } = await folder()
    const outcome = get('http://127.0.0.1:1', new MemoryShare(cid), { giveUpMs: 20 })
    await expect(outcome).rejects.toMatchObject({ code: 'server-unreachable' })
    await expect(get('http://127.0.0.1:1/x', new MemoryShare(cid))).rejects.toMatchObject({
      code: 'bad-address',
    })
  })

  it('ends with the caller’s reason when cancelled, waiting or receiving, and gives its memory back', async () => {
    const share = await folder()
    const stop = new AbortController()
    const waiting = get('http://127.0.0.1:1', new MemoryShare(share.cid), {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    })
    await expect(waiting).rejects.toThrow('enough')
    const server = await serve([share])
    const proxy = await between(server.origin, (url, body, response) => {
      if (!url.startsWith('/b/')) return body
      response.write(body.subarray(0, 20_000))
      return undefined
    })
    const pool = new SlabPool()
    const free = pool.bytesFree
    const again = new AbortController()
    // Cancelled with a chunk begun.
    const buffers: BufferPool = {
      get bytesFree() {
        return pool.bytesFree
      },
      tryTake: (length) => pool.tryTake(length),
      take: async (length) => {
        setImmediate(() => again.abort(new Error('enough')))
        return pool.take(length)
      },
    }
    const receiving = get(proxy.origin, new MemoryShare(share.cid), { buffers, signal: again.signal })
    await expect(receiving).rejects.toThrow('enough')
    expect(pool.bytesFree).toBe(free)
  })

  it('passes on what the disk says, and can go on later', async () => {
    const share = await folder()
    const server = await serve([share])
    const got = await withChunks(share, [])
    let isFull = true
    const faulty = new Proxy(got, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (name !== 'putPart') return typeof value === 'function' ? (value.bind(target) as unknown) : value
        return async (part: number, buffer: { bytes: Uint8Array; release: () => void }) => {
          if (!isFull || part < target.pages + 3) return target.putPart(part, buffer)
          buffer.release()
          throw new ShoalError('disk-full', 'no space')
        }
      },
    })
    await expect(get(server.origin, faulty)).rejects.toMatchObject({ code: 'disk-full' })
    isFull = false
    await get(server.origin, faulty)
    await expectSame(got, share)
  })

  it('keeps to its limit', async () => {
    const share = await folder()
    const server = await serve([share])
    const got = new MemoryShare(share.cid)
    const started = performance.now()
    // 305 kB at 500 kB/s with a burst of 64 KiB: not before 0.4 s.
    await get(server.origin, got, { pace: new TokenBucket({ clock: systemClock, rate: 500_000 }) })
    expect(performance.now() - started).toBeGreaterThan(400)
    await expectSame(got, share)
  })
})
