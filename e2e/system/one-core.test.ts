import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { randomFile, treeOf } from './content.ts'
import { it, linkOf } from './room.ts'

describe('one core for each home', () => {
  it('a command finds the running core and uses it; what the command began goes when it ends', async ({
    room,
  }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 100_000)
    const [source, receiver] = [room.laptop('source'), room.laptop('receiver')]
    const serving = receiver.serve()
    const { url } = await serving.event('ready')
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{20,}$/)
    const link = await linkOf(source.share(file))

    const getting = receiver.get(link)
    expect(await getting.exit()).toBe(0)
    expect((await receiver.status()).pid).toBe(serving.pid)
    expect((await treeOf(receiver.downloads))['film.mp4']).toBe((await treeOf(room.folder))['film.mp4'])
    const [share] = await receiver.ask('shares')
    expect(share).toMatchObject({ state: { is: 'serving' } })
    expect(serving.isRunning).toBe(true)
  })

  it('a second serve on the same home says that one is running, and leaves it alone', async ({ room }) => {
    const laptop = room.laptop('laptop')
    const first = laptop.serve()
    const ready = await first.event('ready')
    const second = laptop.serve()
    expect(await second.event('ready')).toEqual(ready)
    expect((await laptop.status()).pid).toBe(first.pid)
    expect(await second.interrupt()).toBe(130)
    expect(first.isRunning).toBe(true)
    expect((await laptop.status()).pid).toBe(first.pid)
  })

  it('whoever shares the same content on it beside others goes on serving, and so do they', async ({
    room,
  }) => {
    const laptop = room.laptop('laptop')
    const serving = laptop.serve()
    await serving.event('ready')
    const file = await randomFile(join(room.folder, 'film.mp4'), 100_000)
    const sharing = [laptop.share(file), laptop.share(file), laptop.share(file)]
    const links = await Promise.all(sharing.map(linkOf))
    expect(new Set(links).size).toBe(1)
    expect(await sharing[2]!.interrupt()).toBe(130)
    expect(sharing.map((each) => each.isRunning)).toEqual([true, true, false])
    expect(await laptop.ask('shares')).toMatchObject([{ state: { is: 'serving' } }])
    expect(await room.laptop('receiver').get(links[0]!).exit()).toBe(0)
  })

  it('options of the whole core that differ from the running one end with 2 and a line that names them', async ({
    room,
  }) => {
    const laptop = room.laptop('laptop')
    await laptop.serve().event('ready')
    for (const [option, args] of [
      ['--name', ['--name', 'another']],
      ['--limit-up', ['--limit-up', '5Mbit']],
      ['--no-lane', ['--no-lane']],
      ['--listen', ['--listen', '/ip4/127.0.0.1/tcp/1']],
    ] as const) {
      const refused = laptop.run('status', ...args)
      expect(await refused.exit()).toBe(2)
      expect(refused.stderr.split('\n')).toEqual([expect.stringContaining(option), ''])
    }
    expect(await laptop.run('status', '--name', 'laptop', '--no-mdns').exit()).toBe(0)
  })

  it('what a core left that was killed is no obstacle: stale core.json, lock and all', async ({ room }) => {
    const laptop = room.laptop('laptop')
    const killed = laptop.serve()
    await killed.event('ready')
    const file = join(laptop.home, 'core.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await killed.kill()
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: killed.pid })
    const [own, next] = [(await laptop.status()).pid, laptop.serve()]
    expect(own).not.toBe(killed.pid)
    await next.event('ready')
    expect((await laptop.status()).pid).toBe(next.pid)
  })

  it('commands that start at the same moment on one home share one core', async ({ room }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 100_000)
    const link = await linkOf(room.laptop('source').share(file))
    const receiver = room.laptop('receiver')
    const others = [receiver.get(link, '--seed'), receiver.get(link, '--seed'), receiver.get(link, '--seed')]
    for (const getting of others) await getting.event('complete')
    const { pid } = await receiver.status()
    expect(others.map((each) => each.pid)).toContain(pid)
    expect(Object.keys(await treeOf(receiver.downloads))).toEqual(['film.mp4'])
  })
})
