import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { asShared, everyKindOfEntry, randomFile, treeOf } from './content.ts'
import { APART, it, linkOf, withoutHints, type Status } from './room.ts'

const MIB = 2 ** 20
const LISTEN = ['--listen', '/ip4/127.0.0.1/tcp/0']

describe('each way of finding others alone is enough', () => {
  it('mDNS: the link without addresses, no DHT', async ({ room }) => {
    const folder = await everyKindOfEntry(await room.makeFolder('data'))
    // All interfaces, any port: as on a person's laptop.
    const core = ['--no-dht']
    const sharing = room.laptop('source', { core }).share(folder)
    const receiver = room.laptop('receiver', { core })
    const link = withoutHints(await linkOf(sharing))
    expect(link).not.toContain('p=')
    const getting = receiver.get(link)
    expect(await getting.exit()).toBe(0)
    expect(await treeOf(join(receiver.downloads, 'data'))).toEqual(asShared(await treeOf(folder)))
  })

  it('DHT: through a third laptop that holds nothing of the share, no mDNS, the link without addresses', async ({
    room,
  }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), MIB)
    const core = ['--no-mdns', ...LISTEN]
    const other = room.laptop('third', { core }).share(await randomFile(join(room.folder, 'other'), 1000))
    const [third] = (await other.event('ready'))['addrs'] as string[]
    const source = room.laptop('source', { core })
    const link = await linkOf(source.share(file, '--peer', third!))
    const receiver = room.laptop('receiver', { core })
    const getting = receiver.get(withoutHints(link), '--peer', third!)
    expect(await getting.exit()).toBe(0)
    expect((await source.status()).transfers[0]!.sent).toBeGreaterThanOrEqual(MIB)
  })

  it('hints: five receivers that know the source alone give each other most of it', async ({ room }) => {
    const size = 8 * MIB
    const file = await randomFile(join(room.folder, 'film.mp4'), size)
    const source = room.laptop('source', { core: [...APART, '--limit-up', '16Mbit'] })
    const link = await linkOf(source.share(file))
    const receivers = Array.from({ length: 5 }, (_, i) => room.laptop(`receiver ${i}`))
    const gets = receivers.map((receiver) => receiver.get(link, '--seed', '--wait'))
    for (const get of gets) await get.event('armed')
    for (const get of gets) get.type('GO')
    for (const get of gets) await get.event('complete')
    const given = await Promise.all(receivers.map(async (each) => sentBy(await each.status())))
    const fromSource = sentBy(await source.status())
    expect(Math.max(...given)).toBeGreaterThan(0)
    expect(fromSource).toBeLessThan(2.5 * size)
    expect(fromSource + given.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(5 * size)
  })
})

function sentBy(status: Status): number {
  return status.transfers[0]!.sent
}
