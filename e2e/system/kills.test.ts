import { randomInt } from 'node:crypto'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { randomFile, treeOf } from './content.ts'
import { APART, it, linkOf } from './room.ts'

const MIB = 2 ** 20
const SIZE = 8 * MIB
/** 8 MiB in parts of 32 KiB. */
const CHUNK = 32 * 1024

describe('a receiver that is killed', () => {
  it('at a random moment: the same get completes, and the source has sent at most sixteen chunks twice', async ({
    room,
  }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), SIZE)
    const source = room.laptop('source', { core: [...APART, '--limit-up', '16Mbit'] })
    const link = await linkOf(source.share(file))
    const receiver = room.laptop('receiver')
    const moment = randomInt(1, SIZE - 10 * CHUNK)
    const first = receiver.get(link)
    await first.event('progress', ({ bytes }) => Number(bytes) >= moment)
    await first.kill()
    const had = Number(first.lines.at(-1)!['bytes'])
    const second = receiver.get(link)
    expect(await second.exit(), `killed at ${moment} bytes`).toBe(0)
    // Before the home is read it has nothing to tell.
    const [told] = second.events('progress').filter(({ bytes }) => bytes !== 0)
    expect(told!['bytes']).toBeGreaterThanOrEqual(had)
    expect((await treeOf(receiver.downloads))['film.mp4']).toBe((await treeOf(room.folder))['film.mp4'])
    const [transfer] = (await source.status()).transfers
    expect(transfer!.sent, `killed at ${moment} bytes`).toBeLessThanOrEqual(SIZE + 16 * CHUNK)
  })
})

describe('a source that is killed', () => {
  it('one of two: the download completes from the other', async ({ room }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), SIZE)
    const core = [...APART, '--limit-up', '8Mbit']
    const sharing = [room.laptop('one', { core }).share(file), room.laptop('two', { core }).share(file)]
    const links = await Promise.all(sharing.map(linkOf))
    const [hint] = sharing[1]!.events('ready')[0]!['addrs'] as string[]
    const getting = room.laptop('receiver').get(links[0]!, '--peer', hint!)
    await getting.event('progress', ({ bytes, peers }) => Number(bytes) > MIB && peers === 2)
    await sharing[0]!.kill()
    expect(await getting.exit()).toBe(0)
    expect(Number(getting.lines.at(-1)!['bytes'])).toBe(SIZE)
  })

  it('the only one, too early: the receiver waits and says so, and completes when somebody with the rest appears', async ({
    room,
  }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), SIZE)
    const copy = join(await room.makeFolder('elsewhere'), 'film.mp4')
    await cp(file, copy)
    const core = ['--no-dht', '--limit-up', '16Mbit']
    const sharing = room.laptop('source', { core }).share(file)
    const receiver = room.laptop('receiver', { core })
    const getting = receiver.get(await linkOf(sharing), '--timeout', '5')
    await getting.event('progress', ({ bytes }) => Number(bytes) > MIB)
    await sharing.kill()
    await getting.event('progress', ({ limit, bytes }) => limit === 'no-source' && Number(bytes) > MIB)
    const [share] = await receiver.ask('shares')
    expect(share!['state']).toEqual({ is: 'waiting', missingHere: expect.any(Number) })
    // The original is gone for good: the rest comes from another laptop that has the same file.
    await rm(file)
    room.laptop('latecomer', { core }).share(copy)
    expect(await getting.exit()).toBe(0)
    expect((await treeOf(receiver.downloads))['film.mp4']).toBe(
      (await treeOf(join(room.folder, 'elsewhere')))['film.mp4'],
    )
  })

  it('and started again on the same home keeps sharing, without being told what', async ({ room }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), SIZE)
    const port = 20_000 + randomInt(10_000)
    const core = ['--no-mdns', '--no-dht', '--listen', `/ip4/127.0.0.1/tcp/${port}`, '--limit-up', '16Mbit']
    const source = room.laptop('source', { core })
    const sharing = source.share(file)
    const link = await linkOf(sharing)
    const getting = room.laptop('receiver').get(link)
    await getting.event('progress', ({ bytes }) => Number(bytes) > MIB)
    await sharing.kill()
    const serving = source.serve()
    await serving.event('ready')
    expect(await getting.exit()).toBe(0)
    const [share] = await source.ask('shares')
    expect(share).toMatchObject({ role: 'source', state: { is: 'serving' } })
    expect(share!['link']).toBe(link)
  })
})
