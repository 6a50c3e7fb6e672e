import { describe, expect } from 'vitest'
import { join } from 'node:path'
import { randomFile } from './content.ts'
import { APART, it } from './room.ts'

interface Ready {
  readonly addrs: readonly string[]
  readonly peerId: string
}

describe('shoal message', () => {
  it('delivers a note to a laptop given by its address, its id or its name, and ends with 0', async ({
    room,
  }) => {
    const [alice, bob] = [room.laptop('Alice'), room.laptop('Bob')]
    const sharing = bob.share(await randomFile(join(room.folder, 'notes.txt'), 100))
    const { addrs, peerId } = (await sharing.event('ready')) as unknown as Ready
    await alice.serve().event('ready')
    for (const to of [addrs[0]!, peerId, 'bob']) {
      const [line] = await alice.ask('message', to, '안녕, Bob')
      expect(line).toEqual({ event: 'delivered', peerId })
    }
  })

  it('works on its own as well, without a core that runs', async ({ room }) => {
    const bob = room.laptop('Bob')
    const { addrs } = (await bob
      .share(await randomFile(join(room.folder, 'notes.txt'), 100))
      .event('ready')) as {
      addrs: string[]
    } & object
    const sending = room.laptop('Alice').run('message', addrs[0]!, 'hello', '--json', ...APART)
    expect(await sending.exit()).toBe(0)
    expect(sending.lines).toMatchObject([{ event: 'delivered' }])
  })

  it('says undeliverable, with exit code 1, when nobody of that name is there in time', async ({ room }) => {
    const sending = room
      .laptop('Alice')
      .run('message', 'Bob', 'hello', '--timeout', '0.5', '--json', ...APART)
    expect(await sending.exit()).toBe(1)
    expect(sending.lines).toMatchObject([{ event: 'undeliverable', code: 'peer-unreachable' }])
    expect(sending.stderr).toMatch(/nobody called "Bob"/)
  })
})
