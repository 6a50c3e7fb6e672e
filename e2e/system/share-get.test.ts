import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { asShared, everyKindOfEntry, randomFile, treeOf } from './content.ts'
import { cidOf, it, linkOf } from './room.ts'

const MIB = 2 ** 20

describe('share and get', () => {
  it('a folder arrives identical: names composed, empty entries, executable bits; symbolic links are left out', async ({
    room,
  }) => {
    const folder = await everyKindOfEntry(await room.makeFolder('바다'))
    const sharing = room.laptop('source').share(folder)
    const receiver = room.laptop('receiver')
    const getting = receiver.get(await linkOf(sharing))
    expect(await getting.exit()).toBe(0)
    const complete = getting.lines.at(-1)!
    expect(complete['path']).toBe(join(receiver.downloads, '바다'))
    const sent = await treeOf(folder)
    expect(Object.values(sent)).toContain('link')
    expect(await treeOf(String(complete['path']))).toEqual(asShared(sent))
    expect(getting.stderr).toBe('')
  })

  it('prints the events that programs rely on, to the letter', async ({ room }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 2 * MIB)
    const source = room.laptop('source')
    const sharing = source.share(file, '--limit-up', '4Mbit')
    const link = await linkOf(sharing)
    const getting = room.laptop('receiver').get(link)
    expect(await getting.exit()).toBe(0)
    await sharing.event('safe-to-leave')

    const [ready, safe] = sharing.lines
    expect(ready).toEqual({ event: 'ready', link, peerId: expect.any(String), addrs: expect.any(Array) })
    expect(ready!['addrs']).toEqual([
      expect.stringMatching(`^/ip4/127.0.0.1/tcp/\\d+/p2p/${String(ready!['peerId'])}$`),
    ])
    expect(link).toMatch(new RegExp(`^shoal:${cidOf(link)}\\?n=film.mp4&s=${2 * MIB}&p=/ip4/127`))
    expect(safe).toEqual({ event: 'safe-to-leave' })

    const complete = getting.lines.at(-1)!
    const path = join(room.folder, 'receiver', 'downloads', 'film.mp4')
    expect(complete).toEqual({
      event: 'complete',
      path,
      bytes: 2 * MIB,
      seconds: expect.any(Number),
      mode: 'p2p',
    })
    const progress = getting.lines.slice(0, -1)
    const numbers = { bytes: expect.any(Number), total: expect.any(Number), peers: expect.any(Number) }
    for (const each of progress) {
      expect(each).toEqual({
        event: 'progress',
        ...numbers,
        mode: 'p2p',
        limit: expect.stringMatching(LIMITS),
      })
    }
    const bytes = progress.map((each) => Number(each['bytes']))
    expect(bytes[0]).toBe(0)
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
    expect(bytes.at(-1)).toBe(2 * MIB)
    expect(progress.length).toBeGreaterThanOrEqual(Math.floor(Number(complete['seconds'])))
  })

  it('the same get again goes on where an interrupted one stopped, and counts what it had from the first event on', async ({
    room,
  }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 4 * MIB)
    const link = await linkOf(room.laptop('source').share(file, '--limit-up', '8Mbit'))
    const receiver = room.laptop('receiver')
    const first = receiver.get(link)
    await first.event('progress', ({ bytes }) => Number(bytes) >= MIB)
    expect(await first.interrupt()).toBe(130)
    const had = Number(first.lines.at(-1)!['bytes'])
    const second = receiver.get(link)
    expect(await second.exit()).toBe(0)
    expect(second.events('progress')[0]!['bytes']).toBeGreaterThanOrEqual(had)
    expect(asShared(await treeOf(receiver.downloads))).toEqual({
      'film.mp4': (await treeOf(room.folder))['film.mp4'],
    })
    const third = receiver.get(link)
    expect(await third.exit()).toBe(0)
    expect(third.lines.at(-1)).toMatchObject({
      event: 'complete',
      path: join(receiver.downloads, 'film.mp4'),
    })
  })

  it('--wait holds still until a line arrives; --seed serves on after completion, when the source is gone', async ({
    room,
  }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), MIB)
    const sharing = room.laptop('source').share(file)
    const link = await linkOf(sharing)
    const [middle, last] = [room.laptop('middle'), room.laptop('last')]
    const waiting = middle.get(link, '--wait', '--seed', '--listen', '/ip4/127.0.0.1/tcp/0')
    await waiting.event('armed')
    expect(await room.laptop('first').get(link).exit()).toBe(0)
    expect(waiting.lines).toEqual([{ event: 'armed' }])
    waiting.type('GO')
    await waiting.event('complete')
    expect(waiting.isRunning).toBe(true)
    const [own] = await middle.ask('shares')
    expect(own).toMatchObject({ cid: cidOf(link), role: 'download', state: { is: 'serving' } })
    await sharing.kill()
    const getting = last.get(String(own!['link']))
    expect(await getting.exit()).toBe(0)
    expect(await waiting.interrupt()).toBe(130)
  })

  it('nothing is ever overwritten: another file of that name stays, and complete tells the path', async ({
    room,
  }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 100_000)
    const receiver = room.laptop('receiver')
    await randomFile(join(receiver.downloads, 'film.mp4'), 5)
    const before = (await treeOf(receiver.downloads))['film.mp4']
    const getting = receiver.get(await linkOf(room.laptop('source').share(file)))
    expect(await getting.exit()).toBe(0)
    expect(getting.lines.at(-1)!['path']).toBe(join(receiver.downloads, 'film (2).mp4'))
    const sent = (await treeOf(room.folder))['film.mp4']
    expect(await treeOf(receiver.downloads)).toEqual({ 'film.mp4': before, 'film (2).mp4': sent })
  })
})

const LIMITS = /^(source-uplink|my-downlink|my-uplink|disk|hashing|no-source|set-limit)$/
