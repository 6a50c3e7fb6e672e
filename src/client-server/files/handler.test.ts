import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { createLogger, ShoalError, VirtualClock, type LogRecord } from '../../base/index.ts'
import { pageHash } from '../../content/index.ts'
import { testBytes } from '../../content/test-shares.ts'
import { createMemoryFile, createMemoryShare, MemoryShare, type StoredShare } from '../../store/index.ts'
import { ask, raw, serve, type TestServer } from './test-server.ts'

const BROWSER = { Accept: 'text/html,application/xhtml+xml' }

const folder = (): Promise<MemoryShare> =>
  createMemoryShare('수업 자료', [
    { path: '강의/1장.pdf', bytes: testBytes(100_000) },
    { path: '강의/empty.txt', bytes: new Uint8Array() },
    { path: 'big.bin', bytes: testBytes(300_000, 2) },
    { path: 'page.html', bytes: Buffer.from('<script>alert(1)</script>') },
    { path: 'photo.jpg', bytes: testBytes(5_000, 3) },
    { path: 'run.sh', bytes: Buffer.from('#!/bin/sh\n'), executable: true },
    { path: '빈 폴더/', bytes: new Uint8Array() },
  ])

const at = (share: StoredShare, path = ''): string =>
  `/s/${share.cid.toString()}/${path.split('/').map(encodeURIComponent).join('/')}`

/** The share with its first `parts` parts only. */
async function incomplete(share: MemoryShare, parts: number): Promise<MemoryShare> {
  const out = new MemoryShare(share.cid)
  await out.putRoot(share.rootBytes!)
  for (let part = 0; part < parts; part++) {
    const bytes = await share.readPart(part, 0, share.partLength(part))
    await out.putPart(part, { bytes, release: () => {} })
  }
  return out
}

describe('files over HTTP', () => {
  it('come whole, with type, name, length and a strong ETag', async () => {
    const share = await folder()
    const server = await serve([share])
    const reply = await ask(server, at(share, '강의/1장.pdf'))
    expect(reply.status).toBe(200)
    expect(reply.body.equals(testBytes(100_000))).toBe(true)
    expect(reply.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': '100000',
      'accept-ranges': 'bytes',
      'content-disposition': `inline; filename="1_.pdf"; filename*=UTF-8''1%EC%9E%A5.pdf`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    expect(reply.headers.etag).toMatch(/^"[\x21\x23-\x7e]+"$/)
    const empty = await ask(server, at(share, '강의/empty.txt'))
    expect([empty.status, empty.headers['content-length'], empty.body.length]).toEqual([200, '0', 0])
  })

  it('that could run in our origin are saved, not shown, and could do nothing', async () => {
    const share = await folder()
    const { headers } = await ask(await serve([share]), at(share, 'page.html'))
    expect(headers['content-disposition']).toMatch(/^attachment;/)
    expect(headers['content-security-policy']).toContain('sandbox')
  })

  it('answer HEAD as GET without the bytes, whatever Range says', async () => {
    const share = await folder()
    const server = await serve([share])
    const got = await ask(server, at(share, 'big.bin'))
    const head = await ask(server, at(share, 'big.bin'), { Range: 'bytes=0-1' }, 'HEAD')
    expect(head.status).toBe(200)
    expect(head.body.length).toBe(0)
    for (const name of ['content-length', 'etag', 'content-type', 'content-disposition']) {
      expect(head.headers[name]).toBe(got.headers[name])
    }
  })

  it.each([
    ['bytes=0-0', 206, 0, 1],
    ['bytes=32760-98310', 206, 32_760, 98_311],
    ['bytes=-7', 206, 299_993, 300_000],
    ['bytes=299999-', 206, 299_999, 300_000],
    ['bytes=5-4', 200, 0, 300_000],
    ['bytes=0-1,5-6', 200, 0, 300_000],
  ])('answer Range %s with %i and just those bytes', async (range, status, begin, end) => {
    const share = await folder()
    const reply = await ask(await serve([share]), at(share, 'big.bin'), { Range: range })
    expect(reply.status).toBe(status)
    expect(reply.body.equals(testBytes(300_000, 2).subarray(begin, end))).toBe(true)
    if (status === 206) expect(reply.headers['content-range']).toBe(`bytes ${begin}-${end - 1}/300000`)
  })

  it('say how long they are when a range begins beyond the end', async () => {
    const share = await folder()
    const reply = await ask(await serve([share]), at(share, 'big.bin'), { Range: 'bytes=300000-' })
    expect(reply.status).toBe(416)
    expect(reply.headers['content-range']).toBe('bytes */300000')
  })

  it('keep to conditions (RFC 9110 §13)', async () => {
    const share = await folder()
    const server = await serve([share])
    const path = at(share, 'big.bin')
    const etag = (await ask(server, path)).headers.etag!
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await ask(server, path, headers)).status
    expect(await status({ 'If-None-Match': etag })).toBe(304)
    expect(await status({ 'If-None-Match': `"x", W/${etag}` })).toBe(304)
    expect(await status({ 'If-None-Match': '*' })).toBe(304)
    expect(await status({ 'If-None-Match': '"x"' })).toBe(200)
    expect(await status({ 'If-Match': '"x"' })).toBe(412)
    expect(await status({ 'If-Match': `W/${etag}` })).toBe(412)
    expect(await status({ 'If-Match': `"x", ${etag}`, Range: 'bytes=0-1' })).toBe(206)
    expect(await status({ 'If-Match': '"x"', 'If-None-Match': etag })).toBe(412)
    expect(await status({ 'If-Range': etag, Range: 'bytes=0-1' })).toBe(206)
    expect(await status({ 'If-Range': '"x"', Range: 'bytes=0-1' })).toBe(200)
    expect(await status({ 'If-Range': `W/${etag}`, Range: 'bytes=0-1' })).toBe(200)
    expect(await status({ 'If-Range': 'Sat, 21 Nov 2026 00:00:00 GMT', Range: 'bytes=0-1' })).toBe(200)
    expect((await ask(server, path, { 'If-None-Match': etag })).headers.etag).toBe(etag)
  })
})

describe('another Shoal', () => {
  it('gets the root, each page by its hash, and all chunks in a row', async () => {
    const share = await folder()
    const server = await serve([share])
    const cid = share.cid.toString()
    const root = await ask(server, `/m/${cid}`)
    expect(root.body.equals(share.rootBytes!)).toBe(true)
    for (let part = 0; part < share.pages; part++) {
      const hash = Buffer.from(pageHash(share.root!, part)).toString('hex')
      const page = await ask(server, `/m/${cid}/${hash}`)
      expect(page.body.equals(await share.readPart(part, 0, share.partLength(part)))).toBe(true)
    }
    const stream = await ask(server, `/b/${cid}`)
    expect(stream.headers.etag).toBe(`"${cid}"`)
    let offset = 0
    for (let part = share.pages; part < share.parts; part++) {
      const bytes = await share.readPart(part, 0, share.partLength(part))
      expect(stream.body.subarray(offset, offset + bytes.length).equals(bytes)).toBe(true)
      offset += bytes.length
    }
    expect(stream.body.length).toBe(offset)
    const range = await ask(server, `/b/${cid}`, { Range: 'bytes=40000-50000' })
    expect(range.body.equals(stream.body.subarray(40_000, 50_001))).toBe(true)
    expect((await ask(server, `/m/${cid}/${'00'.repeat(32)}`)).status).toBe(404)
  })
})

describe('a share that is still arriving', () => {
  it('gives what is here, and asks to come back for the rest', async () => {
    const whole = await createMemoryFile('f.bin', testBytes(100_000))
    const share = await incomplete(whole, whole.pages + 2)
    const server = await serve([share])
    const cid = share.cid.toString()
    const missing = await ask(server, at(share, 'f.bin'))
    expect([missing.status, missing.headers['retry-after']]).toEqual([503, '5'])
    expect((await ask(server, at(share, 'f.bin'), { Range: 'bytes=0-65535' })).status).toBe(206)
    expect((await ask(server, at(share, 'f.bin'), { Range: 'bytes=0-65536' })).status).toBe(503)
    expect((await ask(server, at(share, 'f.bin'), {}, 'HEAD')).status).toBe(503)
    expect((await ask(server, `/s/${cid}.zip`)).status).toBe(503)
    // Another Shoal takes the beginning of a range; a browser would take it for the end of the file.
    const part = await ask(server, `/b/${cid}`, { Range: 'bytes=32768-99999' })
    expect(part.headers['content-range']).toBe('bytes 32768-65535/100000')
    expect(part.body.equals(testBytes(100_000).subarray(32_768, 65_536))).toBe(true)
    expect((await ask(server, `/b/${cid}`, { Range: 'bytes=65536-' })).status).toBe(503)
    expect((await ask(server, `/b/${cid}`)).status).toBe(503)
    const page = await ask(server, at(share), BROWSER)
    expect(page.body.toString()).toContain('65 %')
  })

  it('without its pages has a root at most', async () => {
    const whole = await createMemoryFile('f.bin', testBytes(100_000))
    const server = await serve([await incomplete(whole, 0), new MemoryShare((await folder()).cid)])
    const [rooted, bare] = server.shares.map((share) => share.cid.toString())
    expect((await ask(server, `/m/${rooted}`)).status).toBe(200)
    for (const path of [
      `/m/${bare}`,
      `/s/${rooted}/`,
      `/s/${rooted}/f.bin`,
      `/b/${rooted}`,
      `/s/${rooted}.zip`,
    ]) {
      expect([path, (await ask(server, path)).status]).toEqual([path, 503])
    }
  })
})

describe('a file that changed', () => {
  /** Reads of chunks fail after the first `good` ones. */
  function changing(share: MemoryShare, good: number): StoredShare {
    let reads = 0
    return new Proxy(share, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (name !== 'readPart' && name !== 'readPartInto') {
          return typeof value === 'function' ? (value.bind(target) as unknown) : value
        }
        return (part: number, ...rest: unknown[]) => {
          if (part >= target.pages && reads++ >= good) throw new ShoalError('source-changed', 'changed')
          return (value as (...all: unknown[]) => unknown).call(target, part, ...rest)
        }
      },
    })
  }

  it('before the first byte has an honest status, and after it ends the connection, never with wrong bytes', async () => {
    const share = await createMemoryFile('f.bin', testBytes(5_000_000))
    const early = await serve([changing(share, 0)])
    expect((await ask(early, at(share, 'f.bin'))).status).toBe(503)
    const late = await serve([changing(share, 120)])
    // Another answer behind it on the same connection would be taken for the rest of the file.
    const request = `GET ${at(share, 'f.bin')} HTTP/1.1\r\nHost: x\r\n\r\n`
    const answer = await raw(late, `${request}GET /icon.svg HTTP/1.1\r\nHost: x\r\n\r\n`)
    expect(answer).not.toContain('<svg')
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/)
    const body = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1')
    expect(body.length).toBeLessThan(5_000_000)
    expect(body.equals(testBytes(5_000_000).subarray(0, body.length))).toBe(true)
  })
})

describe('pages', () => {
  it('list openly shared things and nothing else', async () => {
    const open = await folder()
    const secret = await createMemoryFile('secret.txt', testBytes(10))
    const server = await serve([secret])
    server.shares.push({ cid: open.cid, stored: open, title: 'Week <1>', openly: true, short: undefined })
    const page = (await ask(server, '/', BROWSER)).body.toString()
    expect(page).toContain('Week &lt;1&gt;')
    expect(page).not.toContain('secret')
    expect(page).not.toContain(secret.cid.toString())
  })

  it('of a share name its files, safely, in the language the browser asks for', async () => {
    const share = await createMemoryShare('s', [
      { path: "it's & that.txt", bytes: testBytes(3) },
      { path: '강의/100% #1.txt', bytes: testBytes(2_000) },
    ])
    const server = await serve([share])
    const english = await ask(server, at(share), BROWSER)
    const text = english.body.toString()
    expect(text).toContain('>it&#39;s &amp; that.txt</a>')
    expect(text).toContain('href="./it&#39;s%20%26%20that.txt"')
    expect(text).toContain('href="./%EA%B0%95%EC%9D%98/"')
    expect(text).toContain('Download all (ZIP)')
    expect(text).toContain(`href="shoal:${share.cid.toString()}?`)
    const korean = await ask(server, at(share), {
      ...BROWSER,
      'Accept-Language': 'fr, ko-KR;q=0.9, en;q=0.5',
    })
    expect(korean.body.toString()).toContain('<html lang="ko">')
    expect(korean.body.toString()).toContain('모두 받기 (ZIP)')
    const inner = (await ask(server, at(share, '강의/'), BROWSER)).body.toString()
    expect(inner).toContain('href="./100%25%20%231.txt"')
  })

  it('run nothing: no script, no style but their own, and a policy that says so', async () => {
    const share = await folder()
    const server = await serve([share], { openly: true })
    for (const path of ['/', at(share), at(share, '강의/'), '/nothing']) {
      const { headers, body } = await ask(server, path, BROWSER)
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self'/,
      )
      const style = /<style>([^]*)<\/style>/.exec(body.toString())![1]!
      const hash = createHash('sha256').update(style).digest('base64')
      expect(headers['content-security-policy']).toContain(`'sha256-${hash}'`)
      expect(body.toString()).not.toMatch(/<script|style=|onclick|javascript:/i)
    }
  })

  it('of a large folder come one after the other, each of bounded length', async () => {
    const files = Array.from({ length: 2_500 }, (_, i) => ({ path: `f${i}.txt`, bytes: testBytes(1, i + 1) }))
    const share = await createMemoryShare('many', files)
    const server = await serve([share])
    const names = new Set<string>()
    for (let query: string | undefined = ''; query !== undefined;) {
      const page = (await ask(server, at(share) + query, BROWSER)).body.toString()
      for (const [, name] of page.matchAll(/class="name" href="\.\/([^"]+)"/g)) names.add(name!)
      expect(page.length).toBeLessThan(100_000)
      query = /href="(\?from=\d+)" rel="next"/.exec(page)?.[1]
    }
    expect(names.size).toBe(2_500)
  })

  it('send a folder without its slash to the one with it', async () => {
    const share = await folder()
    const server = await serve([share])
    const top = await ask(server, `/s/${share.cid.toString()}`)
    expect([top.status, top.headers.location]).toEqual([308, at(share)])
    const inner = await ask(server, at(share, '강의'))
    expect(new URL(inner.headers.location!, `${server.origin}${at(share, '강의')}`).pathname).toBe(
      at(share, '강의/'),
    )
  })
})

describe('a spoken address', () => {
  it('leads to its share, in either case, and no longer when too much was guessed', async () => {
    const clock = new VirtualClock()
    const share = await folder()
    const server = await serve([share], { short: 'kamuto', clock, limits: { shortMissesPerAddress: 3 } })
    const found = await ask(server, '/KAMUTO')
    expect([found.status, found.headers.location]).toEqual([302, at(share)])
    for (const guess of ['/bobobo', '/bobobi', '/bobobu']) expect((await ask(server, guess)).status).toBe(404)
    expect((await ask(server, '/kamuto')).status).toBe(429)
    clock.advance(60_000)
    expect((await ask(server, '/kamuto')).status).toBe(302)
  })
})

describe('requests that mean harm', () => {
  const secret = async (): Promise<{ server: TestServer; share: MemoryShare }> => {
    const share = await folder()
    return { share, server: await serve([share]) }
  }

  it('learn nothing from a wrong capability: unknown, malformed and absent look alike', async () => {
    const { server } = await secret()
    const other = (await createMemoryFile('x', testBytes(9))).cid.toString()
    const replies = await Promise.all(
      [`/s/${other}/`, `/s/${other}/a`, `/m/${other}`, `/b/${other}`, '/s/nonsense/', '/x/y/z'].map((path) =>
        ask(server, path),
      ),
    )
    for (const { status, body, headers } of replies) {
      expect([status, body.toString(), Object.keys(headers).join()]).toEqual([
        404,
        replies[0]!.body.toString(),
        Object.keys(replies[0]!.headers).join(),
      ])
    }
  })

  it.each([
    '../../../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e/%2e%2e/etc/passwd',
    '..\\..\\etc',
    '/etc/passwd',
    '강의/../big.bin',
    'big.bin%00.txt',
    'big.bin/',
  ])('find no file at %s', async (path) => {
    const { server, share } = await secret()
    const answer = await raw(
      server,
      Buffer.from(`GET /s/${share.cid.toString()}/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 (404|400) /)
    expect(answer).not.toContain('root:')
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])('may not %s', async (method) => {
    const { server, share } = await secret()
    const reply = await ask(server, at(share, 'big.bin'), {}, method)
    expect([reply.status, reply.headers.allow]).toEqual([405, 'GET, HEAD'])
  })

  it('cannot hide a second request in the body of a first', async () => {
    const { server } = await secret()
    const hidden = 'GET /icon.svg HTTP/1.1\r\nHost: x\r\n\r\n'
    const shapes = [
      `GET / HTTP/1.1\r\nHost: x\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 9\r\n\r\n${hidden}`,
      `GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n${hidden}`,
      `GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n${hidden}`,
      `GET / HTTP/1.1\r\nX: y\r\n\r\n`,
    ]
    for (const shape of shapes) {
      const answer = await raw(server, shape)
      expect([shape, answer.match(/^HTTP\/1\.1 \d+/)?.[0]]).toEqual([shape, 'HTTP/1.1 400'])
      expect(answer).not.toContain('<svg')
    }
  })

  it('with huge heads are refused', async () => {
    const { server } = await secret()
    expect(await raw(server, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    )
    expect((await ask(server, `/${'a'.repeat(5_000)}`)).status).toBe(414)
    const long = `bytes=${Array.from({ length: 2_000 }, (_, i) => `${i}-${i}`).join()}`
    const share = server.shares[0]!.stored
    expect((await ask(server, at(share, 'photo.jpg'), { Range: long.slice(0, 12_000) })).status).toBe(200)
  })

  it('from a page of the internet whose name points here see no list and guess no address', async () => {
    const share = await folder()
    const server = await serve([share], { openly: true, short: 'kamuto' })
    for (const host of ['evil.example', 'evil.example:80', '192.168.0.5.evil.example', 'x.com.']) {
      expect((await ask(server, '/', { Host: host })).status).toBe(421)
      expect((await ask(server, '/kamuto', { Host: host })).status).toBe(421)
    }
    for (const host of [
      '192.168.0.5:8420',
      '[fe80::1]:8420',
      'laptop',
      'laptop.local:8420',
      'minji.shoal.internal',
    ]) {
      expect((await ask(server, '/', { Host: host })).status).toBe(200)
    }
  })

  it('leave no capability in the log', async () => {
    const records: LogRecord[] = []
    const share = await folder()
    const server = await serve([share], { log: createLogger((record) => records.push(record)) })
    for (const path of [at(share), at(share, 'big.bin'), at(share, 'no'), `/b/${share.cid.toString()}`]) {
      await ask(server, path)
    }
    await vi.waitFor(() => expect(records.length).toBeGreaterThanOrEqual(4))
    expect(JSON.stringify(records)).not.toContain(share.cid.toString().slice(0, 20))
    expect(JSON.stringify(records)).not.toContain('big.bin')
  })
})
