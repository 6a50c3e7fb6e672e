import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { Namespace, noNamespaces } from '../../src/peer-to-peer/discovery/test-netns.ts'
import { randomFile, treeOf } from './content.ts'
import { it, linkOf, withoutHints, type Room } from './room.ts'

const reason = noNamespaces()
const CORE = ['--no-dht']

function place(room: Room): Namespace {
  const made = new Namespace()
  room.onRelease(() => made.destroy())
  return made
}

/** Shares on one laptop and fetches on the other by mDNS alone; gives the addresses that the source announced. */
async function passes(room: Room, from: Namespace, to: Namespace): Promise<string[]> {
  const file = await randomFile(join(room.folder, 'film.mp4'), 300_000)
  const sharing = room.laptop('source', { core: CORE, namespace: from.name }).share(file)
  const receiver = room.laptop('receiver', { core: CORE, namespace: to.name })
  const getting = receiver.get(withoutHints(await linkOf(sharing)))
  expect(await getting.exit()).toBe(0)
  expect((await treeOf(receiver.downloads))['film.mp4']).toBe((await treeOf(room.folder))['film.mp4'])
  return (await sharing.event('ready'))['addrs'] as string[]
}

describe.skipIf(reason)(`laptops on networks of their own${reason ? ` (skipped: ${reason})` : ''}`, () => {
  it('pass a share by mDNS over the right interface, the default route being on the wrong one', async ({
    room,
  }) => {
    const [a, b] = [place(room), place(room)]
    for (const [each, dead] of [
      [a, '10.200.1.1/24'],
      [b, '10.200.2.1/24'],
    ] as const) {
      each.deadEnd('vpn0', dead)
      each.ip('route', 'add', 'default', 'dev', 'vpn0')
    }
    a.cable('lan0', b, 'lan0')
    a.address('lan0', '10.77.1.1/24')
    b.address('lan0', '10.77.1.2/24')
    const addresses = await passes(room, a, b)
    expect(addresses.join()).toContain('/ip4/10.77.1.1/')
    expect(addresses.join()).toContain('/ip4/10.200.1.1/')
  })

  it('pass a share by mDNS on one machine that has no network at all', async ({ room }) => {
    const alone = place(room)
    await passes(room, alone, alone)
  })

  it('pass a share by mDNS where only IPv6 is spoken', async ({ room }) => {
    const [a, b] = [place(room), place(room)]
    a.cable('lan0', b, 'lan0')
    a.address('lan0', 'fd77::1/64')
    b.address('lan0', 'fd77::2/64')
    expect((await passes(room, a, b)).join()).not.toContain('/ip4/')
  })
})
