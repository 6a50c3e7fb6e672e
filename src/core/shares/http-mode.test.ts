import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { systemRandom } from '../../base/index.ts'
import { formatLink, parseLink } from '../../content/index.ts'
import type { CoreOptions, Share } from '../../contract/index.ts'
import { createCore } from '../core.ts'
import { createTestnet, shareWhen, type Testnet, type TestLaptop } from '../testnet.ts'

const isServing = ({ state }: Share): boolean => state.is === 'serving'

async function network(count: number, core: CoreOptions = {}): Promise<Testnet> {
  const net = await createTestnet(count, { core })
  onTestFinished(() => net.stop())
  return net
}

async function content(bytes: number): Promise<{ path: string; data: Uint8Array }> {
  const dir = await mkdtemp(join(tmpdir(), 'shoal-http-mode-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const path = join(dir, '강의')
  await mkdir(path)
  const data = systemRandom.bytes(bytes)
  await writeFile(join(path, '영화.bin'), data)
  await writeFile(join(path, '빈.txt'), '')
  return { path, data }
}

/** A share that HTTP leads to, and a link that names nothing but its server. */
async function shareOverHttp(
  { core }: TestLaptop,
  path: string,
): Promise<{ id: string; link: string; origin: string }> {
  const door = await core.doors.open(0)
  const id = await core.shares.add(path, { openly: false })
  const share = await shareWhen({ core } as TestLaptop, id, isServing)
  const [origin = ''] = door.origins()
  return { id, link: onlyServers(share.link!, [origin]), origin }
}

function onlyServers(link: string, origins: readonly string[]): string {
  return formatLink({ ...parseLink(link), peers: [], origins, trackers: [] })
}

async function bytesOf(share: Share): Promise<Buffer> {
  return readFile(join(share.path!, '영화.bin'))
}

/** A server between the two that can be cut, and lets so many bytes through. */
async function relay(
  origin: string,
  options: { bytes?: number } = {},
): Promise<{ origin: string; cut(): void; mend(): void; ranges: string[] }> {
  let left = options.bytes ?? Infinity
  const ranges: string[] = []
  const server: Server = createServer((incoming, answer) => {
    if (incoming.url!.startsWith('/b/')) ranges.push(incoming.headers.range ?? 'all')
    const out = request(`${origin}${incoming.url}`, {
      headers: { ...incoming.headers, host: new URL(origin).host },
    })
    out.on('error', () => answer.destroy())
    out.on('response', (from) => {
      answer.writeHead(from.statusCode!, from.headers)
      from.on('data', (piece: Buffer) => {
        left -= piece.length
        if (left < 0) answer.destroy()
        else answer.write(piece)
      })
      from.on('end', () => answer.end())
      from.on('error', () => answer.destroy())
    })
    out.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.closeAllConnections())
  onTestFinished(() => void server.close())
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    cut: () => void (left = 0),
    mend: () => void (left = Infinity),
  }
}

test('downloads from the server the link names alone, verifies, and serves it to the swarm afterwards', async () => {
  const net = await network(3)
  const [source, one, two] = net.laptops as [TestLaptop, TestLaptop, TestLaptop]
  const { path, data } = await content(3_000_000)
  const { id: sourceId, link } = await shareOverHttp(source, path)
  const id = await one.core.shares.download(link, { peers: [], mode: 'http' })
  const done = await shareWhen(one, id, isServing)
  expect(await bytesOf(done)).toEqual(Buffer.from(data))
  expect(await readFile(join(done.path!, '빈.txt'), 'utf8')).toBe('')
  expect(done).toMatchObject({ mode: 'http', bytesHeld: 3_000_000, fromOthers: null })
  expect(done.bytesReceived).toBeGreaterThanOrEqual(3_000_000)
  const gave = source.core.hub.shares().find((share) => share.id === sourceId)!
  expect(gave.peers).toBe(0)
  const fromOne = await two.core.shares.download(done.link!, { peers: [] })
  expect(await bytesOf(await shareWhen(two, fromOne, isServing))).toEqual(Buffer.from(data))
})

test('counts what browsers and downloads over HTTP took as sent', async () => {
  const net = await network(2)
  const [source, one] = net.laptops as [TestLaptop, TestLaptop]
  const { path } = await content(500_000)
  const { id: sourceId, link } = await shareOverHttp(source, path)
  await shareWhen(one, await one.core.shares.download(link, { peers: [], mode: 'http' }), isServing)
  const gave = await shareWhen(source, sourceId, ({ bytesSent }) => bytesSent >= 500_000)
  expect(gave.bytesSent).toBeLessThan(520_000)
})

test('a cut connection is waited for, and only what is missing is asked for again', async () => {
  const net = await network(2)
  const [source, one] = net.laptops as [TestLaptop, TestLaptop]
  const { path, data } = await content(3_000_000)
  const shared = await shareOverHttp(source, path)
  const between = await relay(shared.origin, { bytes: 1_500_000 })
  const link = onlyServers(shared.link, [between.origin])
  const id = await one.core.shares.download(link, { peers: [], mode: 'http' })
  const waiting = await shareWhen(one, id, ({ state }) => state.is === 'waiting')
  expect(waiting).toMatchObject({ limit: 'no-source', mode: 'http' })
  expect(waiting.bytesHeld).toBeGreaterThan(500_000)
  between.mend()
  const done = await shareWhen(one, id, isServing)
  expect(await bytesOf(done)).toEqual(Buffer.from(data))
  const last = between.ranges.at(-1)!
  expect(Number(/^bytes=(\d+)-/.exec(last)![1])).toBeGreaterThanOrEqual(waiting.bytesHeld)
})

test('a newer link replaces the servers that are still being asked, whatever they answer later', async () => {
  const net = await network(2)
  const [source, one] = net.laptops as [TestLaptop, TestLaptop]
  const { path, data } = await content(500_000)
  const { link } = await shareOverHttp(source, path)
  const asked: (() => void)[] = []
  const wrong = createServer((_, answer) => asked.push(() => answer.writeHead(404).end()))
  wrong.listen(0, '127.0.0.1')
  await once(wrong, 'listening')
  onTestFinished(() => void wrong.close())
  onTestFinished(() => wrong.closeAllConnections())
  const old = onlyServers(link, [`http://127.0.0.1:${(wrong.address() as AddressInfo).port}`])
  const id = await one.core.shares.download(old, { peers: [], mode: 'http' })
  await vi.waitFor(() => expect(asked.length).toBe(1))
  expect(await one.core.shares.download(link, { peers: [], mode: 'http' })).toBe(id)
  for (const answer of asked) answer()
  const done = await shareWhen(one, id, ({ state }) => state.is === 'serving' || state.is === 'failed')
  expect(done.state.is).toBe('serving')
  expect(await bytesOf(done)).toEqual(Buffer.from(data))
})

test('is paused and resumed, and goes on after a restart in the same mode', async () => {
  const net = await network(2, { limitDown: 8e6 })
  const [source, one] = net.laptops as [TestLaptop, TestLaptop]
  const { path, data } = await content(3_000_000)
  const { link } = await shareOverHttp(source, path)
  const id = await one.core.shares.download(link, { peers: [], mode: 'http' })
  await shareWhen(one, id, ({ bytesHeld }) => bytesHeld > 300_000)
  one.core.shares.pause(id)
  const paused = await shareWhen(one, id, ({ state }) => state.is === 'paused')
  await one.core.stop()
  const core = createCore({ ...one.core.config })
  onTestFinished(() => core.stop())
  await core.start()
  const restarted = { ...one, core }
  const held = await shareWhen(restarted, id, ({ state }) => state.is === 'paused')
  expect(held).toMatchObject({ mode: 'http', bytesHeld: paused.bytesHeld })
  core.shares.resume(id)
  expect(await bytesOf(await shareWhen(restarted, id, isServing))).toEqual(Buffer.from(data))
})

test('the mode can be switched on the way: what is held stays', async () => {
  const net = await network(2, { limitDown: 8e6 })
  const [source, one] = net.laptops as [TestLaptop, TestLaptop]
  const { path, data } = await content(2_000_000)
  const door = await source.core.doors.open(0)
  const sourceId = await source.core.shares.add(path, { openly: false })
  const { link } = await shareWhen(source, sourceId, isServing)
  expect(parseLink(link!).origins).toEqual(door.origins())
  const id = await one.core.shares.download(link!, { peers: [], mode: 'http' })
  const before = await shareWhen(one, id, ({ bytesHeld }) => bytesHeld > 200_000)
  one.core.shares.setMode(id, 'p2p')
  const among = await shareWhen(one, id, ({ mode, peers }) => mode === 'p2p' && peers > 0)
  expect(among.bytesHeld).toBeGreaterThanOrEqual(before.bytesHeld)
  const done = await shareWhen(one, id, isServing)
  expect(await bytesOf(done)).toEqual(Buffer.from(data))
  expect(done.bytesReceived).toBeLessThan(2_300_000)
})

test('of several addresses in the link the one that answers is used', async () => {
  const net = await network(2)
  const [source, one] = net.laptops as [TestLaptop, TestLaptop]
  const { path } = await content(100_000)
  const { link, origin } = await shareOverHttp(source, path)
  const nobody = 'http://127.0.0.1:1'
  const id = await one.core.shares.download(onlyServers(link, [nobody, origin]), { peers: [], mode: 'http' })
  expect((await shareWhen(one, id, isServing)).bytesHeld).toBe(100_000)
})

test('a server that does not have the share ends the download with its answer; none at all is looked for on', async () => {
  const net = await network(2)
  const [source, one] = net.laptops as [TestLaptop, TestLaptop]
  const { path } = await content(100_000)
  const { link, id: sourceId } = await shareOverHttp(source, path)
  await source.core.shares.remove(sourceId, false)
  const id = await one.core.shares.download(link, { peers: [], mode: 'http' })
  await expect(shareWhen(one, id, isServing)).rejects.toMatchObject({ code: 'server-refused' })
  const away = await one.core.shares.download(onlyServers(link, ['http://127.0.0.1:1']), {
    peers: [],
    mode: 'http',
  })
  const looking = await shareWhen(one, away, ({ state }) => state.is === 'looking')
  expect(looking.limit).toBe('no-source')
})

test('a link without a server cannot be downloaded from one', async () => {
  const net = await network(1)
  const [one] = net.laptops as [TestLaptop]
  const { path } = await content(1000)
  const id = await one.core.shares.add(path, { openly: false })
  const { link } = await shareWhen(one, id, isServing)
  await expect(one.core.shares.download(link!, { peers: [], mode: 'http' })).rejects.toMatchObject({
    code: 'bad-usage',
  })
})

test('a link names the server from the moment that it is on, and no longer than it is', async () => {
  const { laptops } = await network(1)
  const { core } = laptops[0]!
  const { path } = await content(1000)
  const id = await core.shares.add(path, { openly: false })
  await shareWhen(laptops[0]!, id, isServing)
  const originsNow = (): readonly string[] => parseLink(core.hub.shares()[0]!.link!).origins
  expect(originsNow()).toEqual([])
  const door = await core.doors.open(0)
  expect(originsNow()).toEqual(door.origins())
  await door.close()
  expect(originsNow()).toEqual([])
})
