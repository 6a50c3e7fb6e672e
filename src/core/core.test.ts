import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../base/index.ts'
import { createTestnet, shareWhen, type Testnet, type TestLaptop } from './testnet.ts'

const isServing = (share: { state: { is: string } }): boolean => share.state.is === 'serving'

describe('cores among each other', () => {
  let dir: string
  let net: Testnet
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shoal-core-'))
  })
  afterEach(async () => {
    await net.stop()
    await rm(dir, { recursive: true, force: true })
  })

  async function folder(name: string, bytes: number): Promise<string> {
    const path = join(dir, name)
    await mkdir(join(path, '하위'), { recursive: true })
    await writeFile(join(path, 'big.bin'), systemRandom.bytes(bytes))
    await writeFile(join(path, '하위', '메모.txt'), '안녕')
    return path
  }

  async function shareOn(laptop: TestLaptop, path: string, openly = false) {
    const id = await laptop.core.shares.add(path, { openly })
    return shareWhen(laptop, id, isServing)
  }

  it('a folder shared on one arrives identical on three others, who form a swarm from one hint', async () => {
    // With uplinks as they are between laptops: on one machine without limits a source is as quick as everyone together.
    net = await createTestnet(4, { core: { limitUp: 40e6 } })
    const path = await folder('강의', 3_000_000)
    const source = net.laptops[0]!
    const shared = await shareOn(source, path)
    const done = await Promise.all(
      net.laptops.slice(1).map(async (laptop) => {
        const id = await laptop.core.shares.download(shared.link!, { peers: [] })
        return shareWhen(laptop, id, isServing)
      }),
    )
    for (const share of done) {
      expect(await readFile(join(share.path!, 'big.bin'))).toEqual(await readFile(join(path, 'big.bin')))
      expect(await readFile(join(share.path!, '하위', '메모.txt'), 'utf8')).toBe('안녕')
    }
    await shareWhen(source, shared.id, (s) => s.safeToLeave && s.copies.complete === 3)
    const [detail] = await take(source.core.shares.detail(shared.id), 1)
    expect(detail!.peers.map((peer) => peer.name).toSorted()).toEqual(['laptop 2', 'laptop 3', 'laptop 4'])
    expect(source.core.status().transfers[0]!.sent).toBeLessThan(2 * 3_000_000)
  })

  it('what is listed openly shows under Nearby with a link that works, and no longer once it is hidden', async () => {
    net = await createTestnet(2)
    const [a, b] = net.laptops as [TestLaptop, TestLaptop]
    const secret = await shareOn(a, await folder('secret', 1000))
    const open = await shareOn(a, await folder('open', 2000), true)
    await b.core.connect(a.core.network().addresses[0]!)
    await expect
      .poll(() => b.core.hub.nearby()[0]?.shares.map((s) => s.name), { timeout: 10_000 })
      .toEqual(['open'])
    const [peer] = b.core.hub.nearby()
    expect(JSON.stringify(peer)).not.toContain(secret.cid)
    const id = await b.core.shares.download(peer!.shares[0]!.link, { peers: [] })
    await shareWhen(b, id, isServing)
    a.core.shares.setOpenly(open.id, false)
    await expect.poll(() => b.core.hub.nearby()[0]?.shares, { timeout: 10_000 }).toEqual([])
    await a.core.updateSettings({ visible: false })
    await expect.poll(() => b.core.hub.nearby(), { timeout: 10_000 }).toEqual([])
  })

  it('a download waits when its source goes, says so, and completes when the source comes back', async () => {
    net = await createTestnet(1)
    const [a] = net.laptops as [TestLaptop]
    const shared = await shareOn(a, await folder('film', 40_000_000))
    const slow = await net.add({ limitDown: 16e6 })
    const id = await slow.core.shares.download(shared.link!, { peers: [] })
    await shareWhen(slow, id, (s) => s.partsHeld > 3)
    a.core.shares.pause(shared.id)
    const waiting = await shareWhen(slow, id, (s) => s.state.is === 'waiting')
    expect(waiting.limit).toBe('no-source')
    // What had arrived is being written still.
    await shareWhen(
      slow,
      id,
      (s) => s.state.is === 'waiting' && s.state.missingHere === s.parts - s.partsHeld,
    )
    await slow.core.updateSettings({ limitDown: 0 })
    a.core.shares.resume(shared.id)
    await shareWhen(slow, id, isServing)
  })

  it('goes on after a restart of the receiver without fetching again what it has', async () => {
    net = await createTestnet(1)
    const [a] = net.laptops as [TestLaptop]
    const shared = await shareOn(a, await folder('film', 20_000_000))
    const first = await net.add({ limitDown: 40e6 })
    const id = await first.core.shares.download(shared.link!, { peers: [] })
    const { partsHeld, parts } = await shareWhen(first, id, (s) => s.partsHeld > 10)
    expect(partsHeld).toBeLessThan(parts)
    await first.core.stop()
    const again = await restart(first)
    try {
      const share = await shareWhen(again, shared.cid!, isServing)
      expect(share.bytesReceived).toBeLessThan(20_000_000 * (1 - 10 / parts))
    } finally {
      await again.core.stop()
    }
  })

  it('is asked for again while the restart still looks at what is there: by another link, whose addresses count', async () => {
    net = await createTestnet(1)
    const [a] = net.laptops as [TestLaptop]
    const path = await folder('film', 20_000_000)
    const shared = await shareOn(a, path)
    const first = await net.add({ limitDown: 40e6 })
    const id = await first.core.shares.download(shared.link!, { peers: [] })
    await shareWhen(first, id, (s) => s.partsHeld > 10)
    first.core.shares.pause(id)
    await first.core.stop()
    await a.core.stop()
    const elsewhere = await shareOn(await net.add(), path)
    const again = await restart(first)
    try {
      const taken = await again.core.shares.download(elsewhere.link!, { peers: [] })
      expect(taken).toBe(id)
      await shareWhen(again, id, isServing)
      expect(again.core.hub.shares()).toHaveLength(1)
    } finally {
      await again.core.stop()
    }
  })

  it('the same link twice is the same download, and removing it with files leaves nothing', async () => {
    net = await createTestnet(2)
    const [a, b] = net.laptops as [TestLaptop, TestLaptop]
    const shared = await shareOn(a, await folder('x', 100_000))
    const id = await b.core.shares.download(shared.link!, { peers: [] })
    const { path } = await shareWhen(b, id, isServing)
    expect(await b.core.shares.download(shared.link!, { peers: [] })).toBe(id)
    expect(b.core.shares.entries(id, 0, 10)).toEqual({
      total: 2,
      entries: [
        { path: 'big.bin', size: 100_000, executable: false },
        { path: '하위/메모.txt', size: 6, executable: false },
      ],
    })
    await b.core.shares.remove(id, true)
    await expect(readFile(join(path!, 'big.bin'))).rejects.toThrow()
    expect(b.core.hub.shares()).toEqual([])
    await a.core.shares.remove(shared.id, true)
    expect((await readFile(join(dir, 'x', 'big.bin'))).length).toBe(100_000)
  })

  it('a finished download whose file was deleted is downloaded anew', async () => {
    net = await createTestnet(2)
    const [a, b] = net.laptops as [TestLaptop, TestLaptop]
    const shared = await shareOn(a, await folder('x', 100_000))
    const first = await shareWhen(b, await b.core.shares.download(shared.link!, { peers: [] }), isServing)
    await rm(first.path!, { recursive: true })
    const id = await b.core.shares.download(shared.link!, { peers: [] })
    const second = await shareWhen(b, id, isServing)
    expect((await readFile(join(second.path!, 'big.bin'))).length).toBe(100_000)
  })

  it('a finished download is put into another folder that is asked for; what can be no folder is refused', async () => {
    net = await createTestnet(2)
    const [a, b] = net.laptops as [TestLaptop, TestLaptop]
    const shared = await shareOn(a, await folder('x', 100_000))
    const first = await shareWhen(b, await b.core.shares.download(shared.link!, { peers: [] }), isServing)
    await a.core.stop()
    const to = join(dir, 'elsewhere')
    const id = await b.core.shares.download(shared.link!, { to, peers: [] })
    const second = await shareWhen(b, id, (s) => isServing(s) && s.path !== first.path)
    expect(second.path).toBe(join(to, 'x'))
    expect((await readFile(join(to, 'x', 'big.bin'))).length).toBe(100_000)
    expect(b.core.hub.shares()).toHaveLength(1)
    for (const no of [join(to, 'x', 'big.bin'), join(to, 'x', 'big.bin', 'below')])
      await expect(b.core.shares.download(shared.link!, { to: no, peers: [] })).rejects.toMatchObject({
        code: 'path-missing',
      })
  })

  it('says why a path cannot be shared, and keeps one entry for content shared twice', async () => {
    net = await createTestnet(1)
    const [a] = net.laptops as [TestLaptop]
    await expect(a.core.shares.add(join(dir, 'nothing'), { openly: false })).rejects.toMatchObject({
      code: 'path-missing',
    })
    const path = await folder('x', 1000)
    const first = await shareOn(a, path)
    const again = await shareOn(a, path)
    await expect.poll(() => a.core.hub.shares().map((s) => s.id)).toEqual([again.id])
    const third = await shareOn(a, path)
    // Whoever knows one of the earlier ids still finds the share by it.
    expect(third.formerIds).toEqual([first.id, again.id])
    a.core.shares.pause(first.id)
    await shareWhen(a, third.id, ({ state }) => state.is === 'stopped')
    await a.core.shares.remove(first.id, false)
    expect(a.core.hub.shares()).toEqual([])
  })
})

async function restart(laptop: TestLaptop): Promise<TestLaptop> {
  const { createCore } = await import('./core.ts')
  const core = createCore({ ...laptop.core.config, limitDown: 0 })
  await core.start()
  return { ...laptop, core }
}

async function take<T>(source: AsyncGenerator<T>, count: number): Promise<T[]> {
  const out: T[] = []
  for await (const item of source) if (out.push(item) === count) break
  return out
}
