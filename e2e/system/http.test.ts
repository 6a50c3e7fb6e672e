import { truncate, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { client, exchange, isInstalled, statusOf } from './clients.ts'
import { asShared, everyKindOfEntry, randomFile, treeOf, type Tree } from './content.ts'
import { APART, cidOf, it, linkOf, type Laptop } from './room.ts'
import type { ShoalProcess } from './cli-process.ts'

const MIB = 2 ** 20

/** A share that browsers reach; its page ends in a slash. */
async function shareForBrowsers(
  laptop: Laptop,
  path: string,
  ...args: string[]
): Promise<{ sharing: ShoalProcess; link: string; url: string; port: number }> {
  const sharing = laptop.share(path, '--http-port', '0', ...args)
  const ready = await sharing.event('ready')
  const url = String(ready['url'])
  return { sharing, link: String(ready['link']), url, port: Number(new URL(url).port) }
}

/** A link that leads to servers alone. */
function onlyServers(link: string): string {
  return link.replaceAll(/&p=[^&]*/g, '')
}

/** The same hosts at a port where nobody ever listens: one that was just freed may be somebody else's in a moment. */
function nobodyListens(link: string): string {
  return link.replaceAll(/(&h=[^&]*?)\d+(?=&|$)/g, (_, before: string) => `${before}1`)
}

describe('a share that browsers reach', () => {
  it('tells its page and an h= for each address, and ends both with the command', async ({ room }) => {
    const file = await randomFile(join(room.folder, '강의 자료.bin'), 100_000)
    const { sharing, link, url } = await shareForBrowsers(room.laptop('source'), file)
    expect(url).toBe(`${new URL(url).origin}/s/${cidOf(link)}/`)
    expect(link).toContain(`&h=${new URL(url).origin}`)
    expect(await statusOf(url)).toBe(200)
    expect(await sharing.interrupt()).toBe(130)
    await expect(statusOf(url)).rejects.toThrow()
  })

  it('curl: a file by its Korean name, a range, what an interrupted download lacks, an empty file', async ({
    room,
  }) => {
    const folder = await room.makeFolder('강의')
    const file = await randomFile(join(folder, '한글 이름.bin'), 5 * MIB)
    await writeFile(join(folder, '빈 파일'), '')
    const { url } = await shareForBrowsers(room.laptop('source'), folder)
    const at = `${url}${encodeURIComponent('한글 이름.bin')}`
    const got = join(room.folder, 'got')
    await client('curl', '-sSf', '-o', got, at)
    await client('cmp', got, file)
    await truncate(got, 2 * MIB + 77)
    await client('curl', '-sSf', '-C', '-', '-o', got, at)
    await client('cmp', got, file)
    await client('curl', '-sSf', '-r', '1048576-1048600', '-o', got, at)
    await client('cmp', '-n', '25', '-i', '0:1048576', got, file)
    const head = await client('curl', '-sSfI', `${url}${encodeURIComponent('빈 파일')}`)
    expect(head).toMatch(/content-length: 0\r/i)
    const save = await client('curl', '-sSfI', `${at}?download`)
    expect(save).toContain(`filename*=UTF-8''${encodeURIComponent('한글 이름.bin')}`)
  })

  it.skipIf(!isInstalled('wget'))(
    'wget -c goes on where it was, and follows the page’s links',
    async ({ room }) => {
      const folder = await everyKindOfEntry(await room.makeFolder('data'))
      const { url } = await shareForBrowsers(room.laptop('source'), folder)
      const part = join(room.folder, 'large.bin')
      await client('curl', '-sSf', '-r', '0-999999', '-o', part, `${url}large.bin`)
      await client('wget', '-q', '-c', '-O', part, `${url}large.bin`)
      await client('cmp', part, join(folder, 'large.bin'))
      const mirror = await room.makeFolder('mirror')
      await client(
        'wget',
        '-q',
        '-r',
        '-np',
        '-nH',
        '--cut-dirs=2',
        '-A',
        'small*',
        '-P',
        mirror,
        `${url}many/`,
      )
      const small = (tree: Tree): Tree =>
        Object.fromEntries(Object.entries(tree).filter(([path]) => /^small \d+$/.test(path)))
      const arrived = small(await treeOf(join(mirror, 'many')))
      expect(Object.keys(arrived)).toHaveLength(40)
      expect(arrived).toEqual(small(await treeOf(join(folder, 'many'))))
    },
  )

  it.skipIf(!isInstalled('aria2c'))(
    'aria2c -x4: four connections at once give one identical file',
    async ({ room }) => {
      const file = await randomFile(join(room.folder, 'film.mp4'), 16 * MIB)
      const { url } = await shareForBrowsers(room.laptop('source'), file)
      const into = await room.makeFolder('into')
      await client('aria2c', '-q', '-x4', '-s4', '-k1M', '-d', into, `${url}film.mp4`)
      await client('cmp', join(into, 'film.mp4'), file)
    },
  )

  it.skipIf(!isInstalled('unzip'))('thousands of files arrive as one archive', async ({ room }) => {
    const folder = await everyKindOfEntry(await room.makeFolder('data'))
    const many = await room.makeFolder('data', '많은 파일')
    await Promise.all(Array.from({ length: 3000 }, (_, i) => writeFile(join(many, `${i}.txt`), `file ${i}`)))
    const { url } = await shareForBrowsers(room.laptop('source'), folder)
    const archive = join(room.folder, 'all.zip')
    await client('curl', '-sSf', '-o', archive, `${url.replace(/\/$/, '')}.zip`)
    await client('unzip', '-q', '-tqq', archive)
    const into = await room.makeFolder('into')
    await client('unzip', '-q', archive, '-d', into)
    expect(await treeOf(join(into, 'data'))).toEqual(asShared(await treeOf(folder)))
  })

  it('lists openly listed shares alone, and answers the same to all that is wrong', async ({ room }) => {
    const secret = await randomFile(join(room.folder, 'secret.bin'), 1000)
    const shown = await randomFile(join(room.folder, 'shown.bin'), 1000)
    const laptop = room.laptop('source')
    const { link, url, port } = await shareForBrowsers(laptop, secret)
    await linkOf(laptop.share(shown, '--nearby'))
    const origin = new URL(url).origin
    const home = await client('curl', '-sSf', `${origin}/`)
    expect(home).toContain('shown.bin')
    expect(home).not.toContain('secret.bin')
    expect(home).not.toContain(cidOf(link))
    const wrong = cidOf(link).replace(/.{4}$/, 'aaaa')
    for (const path of [
      `/s/${wrong}/`,
      '/s/x/',
      `/s/${cidOf(link)}/../../etc/passwd`,
      '/../../../etc/passwd',
    ]) {
      expect(await statusOf(`${origin}${path}`), path).toBe(404)
    }
    expect(await statusOf(`${url}secret.bin`, '-H', 'Range: bytes=5000-')).toBe(416)
    expect(await statusOf(`${url}secret.bin`, '-H', 'Range: nonsense')).toBe(200)
    expect(await statusOf(url, '-X', 'DELETE')).toBe(405)
    expect(await statusOf(url, '-H', `X-Long: ${'x'.repeat(40_000)}`)).toBe(431)
    expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
  })

  it('slow clients hold nobody up: a hundred that never finish their request, and one that does', async ({
    room,
  }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 8 * MIB)
    const { url, port } = await shareForBrowsers(room.laptop('source'), file)
    const slow: Socket[] = []
    for (let i = 0; i < 100; i++) {
      const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.1.${1 + (i % 10)}` })
      socket.on('error', () => {})
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-')
      slow.push(socket)
    }
    const got = join(room.folder, 'got')
    await client('curl', '-sSf', '-o', got, `${url}film.mp4`)
    await client('cmp', got, file)
    await Promise.all(slow.map((socket) => new Promise((resolve) => socket.once('close', resolve).resume())))
  })
})

describe('get --mode http', () => {
  it('is one connection to one server: identical, in that mode, and a peer like others with --seed', async ({
    room,
  }) => {
    const folder = await everyKindOfEntry(await room.makeFolder('data'))
    const { link } = await shareForBrowsers(room.laptop('source'), folder)
    const receiver = room.laptop('receiver')
    const getting = receiver.get(onlyServers(link), '--mode', 'http', '--seed')
    const complete = await getting.event('complete')
    expect(complete).toMatchObject({ mode: 'http', path: join(receiver.downloads, 'data') })
    expect(await treeOf(join(receiver.downloads, 'data'))).toEqual(asShared(await treeOf(folder)))
    const progress = getting.events('progress')
    expect(progress[0]).toMatchObject({ bytes: 0, mode: 'http' })
    expect(progress.every(({ mode, peers }) => mode === 'http' && Number(peers) <= 1)).toBe(true)
    const [mine] = await receiver.ask('shares')
    const third = room.laptop('third')
    expect(await third.get(String(mine!['link'])).exit()).toBe(0)
    expect(await treeOf(third.downloads)).toEqual(await treeOf(receiver.downloads))
  })

  it('killed at any moment, the same get goes on and asks the server for the rest alone', async ({
    room,
  }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 8 * MIB)
    const source = room.laptop('source', { core: [...APART, '--limit-up', '16Mbit'] })
    const { link } = await shareForBrowsers(source, file)
    const receiver = room.laptop('receiver')
    const first = receiver.get(onlyServers(link), '--mode', 'http')
    await first.event('progress', ({ bytes }) => Number(bytes) > 2 * MIB)
    await first.kill()
    const had = Number(first.lines.at(-1)!['bytes'])
    const second = receiver.get(onlyServers(link), '--mode', 'http')
    expect(await second.exit()).toBe(0)
    expect(Number(second.events('progress')[0]!['bytes'])).toBeGreaterThanOrEqual(had)
    await client('cmp', join(receiver.downloads, 'film.mp4'), file)
    // What was under way when it was killed was sent for nothing; no more than that.
    expect((await source.status()).transfers[0]!.sent).toBeLessThan(8 * MIB + 3 * MIB)
  })

  it('waits while the server is away and completes when it is back', async ({ room }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 4 * MIB)
    const source = room.laptop('source', { core: [...APART, '--limit-up', '8Mbit'] })
    const { sharing, link, port } = await shareForBrowsers(source, file)
    const receiver = room.laptop('receiver')
    const getting = receiver.get(onlyServers(link), '--mode', 'http')
    await getting.event('progress', ({ bytes }) => Number(bytes) > MIB)
    await sharing.kill()
    await getting.event('progress', ({ limit }) => limit === 'no-source')
    const again = room.laptop('source', { core: [...APART] }).share(file, '--http-port', String(port))
    await again.event('ready')
    expect(await getting.exit()).toBe(0)
    await client('cmp', join(receiver.downloads, 'film.mp4'), file)
  })

  it('says why it cannot: no server in the link, nobody there, not the share', async ({ room }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 1000)
    const { link } = await shareForBrowsers(room.laptop('source'), file)
    const receiver = room.laptop('receiver')
    const none = receiver.get(link.replaceAll(/&h=[^&]*/g, ''), '--mode', 'http')
    expect(await none.exit()).toBe(2)
    const other = await randomFile(join(room.folder, 'other'), 1000)
    const { link: otherLink } = await shareForBrowsers(room.laptop('another'), other)
    const wrong = `shoal:${cidOf(link)}?h=${/h=([^&]+)/.exec(otherLink)![1]}`
    const refused = receiver.get(wrong, '--mode', 'http')
    expect(await refused.exit()).toBe(1)
    expect(refused.events('error')[0]).toMatchObject({ code: 'server-refused' })
    const away = receiver.get(nobodyListens(onlyServers(link)), '--mode', 'http', '--timeout', '1')
    expect(await away.exit()).toBe(1)
    expect(away.events('error')[0]).toMatchObject({ code: 'server-unreachable' })
  })
})

describe('shoal server', () => {
  it('tells the ports of what runs, serves the core’s shares, and ends with 130', async ({ room }) => {
    const laptop = room.laptop('laptop')
    const args = ['--http-port', '0', '--only', 'files,tracker', '--json', '--name', 'laptop', ...APART]
    const server = laptop.run('server', ...args)
    const ready = await server.event('ready')
    const port = Number((ready['ports'] as Record<string, number>)['http'])
    expect(ready).toEqual({ event: 'ready', ports: { http: port } })
    const file = await randomFile(join(room.folder, 'film.mp4'), 1000)
    const link = await linkOf(laptop.share(file, '--nearby'))
    expect(await statusOf(`http://127.0.0.1:${port}/s/${cidOf(link)}/film.mp4`)).toBe(200)
    // Loopback leads nobody here: the link does not name it.
    expect(link).not.toContain('h=')
    expect(await server.interrupt()).toBe(130)
  })

  it('takes the next port when the usual one is taken, and says so when one that was asked for is', async ({
    room,
  }) => {
    const one = room.laptop('one').run('server', '--only', 'files', '--json', ...APART)
    const two = room.laptop('two').run('server', '--only', 'files', '--json', ...APART)
    const [first, second] = await Promise.all(
      [one, two].map(async (each) => ((await each.event('ready'))['ports'] as { http: number }).http),
    )
    expect(new Set([first, second]).size).toBe(2)
    const third = room
      .laptop('three')
      .run('server', '--only', 'files', '--http-port', String(first), '--json')
    expect(await third.exit()).toBe(1)
    expect(third.events('error')[0]).toMatchObject({ code: 'port-taken' })
  })
})

describe('a tracker alone is enough', () => {
  async function startTracker(laptop: Laptop, port = 0): Promise<{ server: ShoalProcess; url: string }> {
    const server = laptop.run('server', '--only', 'tracker', '--http-port', String(port), '--json', ...APART)
    const { http } = (await server.event('ready'))['ports'] as { http: number }
    return { server, url: `http://127.0.0.1:${http}` }
  }

  it('to find each other: no mDNS, no DHT, no addresses in the link', async ({ room }) => {
    const folder = await everyKindOfEntry(await room.makeFolder('data'))
    const { url } = await startTracker(room.laptop('tracker'))
    const core = [...APART, '--tracker', url]
    const link = await linkOf(room.laptop('source', { core }).share(folder))
    expect(link).toContain(`t=${url}`)
    const receiver = room.laptop('receiver', { core })
    const getting = receiver.get(`shoal:${cidOf(link)}`)
    expect(await getting.exit()).toBe(0)
    expect(await treeOf(join(receiver.downloads, 'data'))).toEqual(asShared(await treeOf(folder)))
  })

  it('named by the link alone, and the swarm goes on when it dies', async ({ room }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 8 * MIB)
    const { server, url } = await startTracker(room.laptop('tracker'))
    const source = room.laptop('source', { core: [...APART, '--tracker', url, '--limit-up', '16Mbit'] })
    const link = (await linkOf(source.share(file))).replaceAll(/&p=[^&]*/g, '')
    const receivers = [room.laptop('one'), room.laptop('two')]
    const gets = receivers.map((each) => each.get(link, '--seed'))
    for (const get of gets) await get.event('progress', ({ bytes }) => Number(bytes) > MIB)
    await server.kill()
    for (const get of gets) await get.event('complete')
    for (const { downloads } of receivers) await client('cmp', join(downloads, 'film.mp4'), file)
    const sources = (await source.status()).sources
    expect(sources.find(({ kind }) => kind === 'tracker')?.state).toBe('failed')
  })
})
