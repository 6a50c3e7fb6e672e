import { exec } from 'node:child_process'
import { join } from 'node:path'
import { symlink } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { SHOAL } from './cli-process.ts'
import { randomFile, treeOf } from './content.ts'
import { APART, cidOf, it, linkOf } from './room.ts'

/** A share that nobody has. */
const UNKNOWN = 'shoal:bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'

describe('exit codes', () => {
  it('1 and one line on stderr when nobody proves in time that it knows the share; nothing is left behind', async ({
    room,
  }) => {
    const receiver = room.laptop('receiver')
    const other = room.laptop('other').share(await randomFile(join(room.folder, 'film.mp4'), 1000))
    const [, hints] = (await linkOf(other)).split('&p=')
    const getting = receiver.get(`${UNKNOWN}?p=${hints}`, '--timeout', '5')
    expect(await getting.exit()).toBe(1)
    expect(getting.stderr.split('\n')).toEqual([expect.stringMatching(/^shoal: nobody here has it/), ''])
    expect(getting.lines.at(-1)).toMatchObject({ event: 'error', code: 'nobody-has-it' })
    expect(
      await treeOf(receiver.home).then((tree) =>
        Object.keys(tree).filter((path) => path.startsWith('downloads/')),
      ),
    ).toEqual([])
    expect(await receiver.ask('shares')).toEqual([])
  })

  it.for([
    ['a malformed link', ['get', 'shoal:nonsense']],
    ['a link of another kind', ['get', 'magnet:?xt=urn:btih:1']],
    ['no link', ['get']],
    ['an unknown option', ['share', '.', '--colour', 'red']],
    ['an unknown command', ['fly']],
    ['a rate that is none', ['share', '.', '--limit-up', 'fast']],
    ['a listening address that is none', ['serve', '--listen', 'here']],
    ['a peer that is none', ['get', UNKNOWN, '--peer', 'there']],
  ] as [string, string[]][])('2 and one line on stderr for %s', async ([, args], { room }) => {
    const started = room.start([...args, '--json', '--home', join(room.folder, 'home')])
    expect(await started.exit()).toBe(2)
    expect(started.stderr.split('\n')).toEqual([expect.stringMatching(/^shoal: ./), ''])
    expect(started.events('ready')).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('1 when what it says finds no room', async ({ room }) => {
    const command = `"${process.execPath}" "${SHOAL}" status --json --home "${room.folder}" ${APART.join(' ')} > /dev/full`
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) =>
      exec(command, (error, _, text) => resolve({ code: error?.code ?? 0, stderr: text })),
    )
    expect(stderr).toMatch(/^shoal: .*ENOSPC.*\n$/)
    expect(code).toBe(1)
  })

  it('1 when the folder to download into can be none', async ({ room }) => {
    const file = await randomFile(join(room.folder, 'a file'), 10)
    const getting = room.laptop('receiver').run('get', UNKNOWN, '--to', join(file, 'below'), ...APART)
    expect(await getting.exit()).toBe(1)
    expect(getting.stderr.split('\n')).toEqual([expect.stringMatching(/^shoal: not a folder: .*a file$/), ''])
  })

  it('1 when there is nothing to share', async ({ room }) => {
    const sharing = room.laptop('source').share(join(room.folder, 'missing'))
    expect(await sharing.exit()).toBe(1)
    expect(sharing.stderr.split('\n')).toEqual([expect.stringMatching(/^shoal: .*missing/), ''])
    expect(sharing.lines).toEqual([{ event: 'error', code: 'path-missing', message: expect.any(String) }])
  })
})

describe('the words of the commands', () => {
  it('people read sentences, a count of what was left out and the command for the other side; programs read JSON alone', async ({
    room,
  }) => {
    const folder = await room.makeFolder('data')
    const file = await randomFile(join(folder, 'film.mp4'), 10_000)
    await symlink(file, join(folder, 'link'))
    const source = room.laptop('source')
    const sharing = source.run('share', folder, '--no-mdns', '--no-dht', '--listen', '/ip4/127.0.0.1/tcp/0')
    await sharing.says('Serving until')
    expect(sharing.stdout).toContain('Left out: 1 symbolic link (for example link).')
    const link = /shoal get '(shoal:.*)'/.exec(sharing.stdout)![1]!
    const receiver = room.laptop('receiver')
    const getting = receiver.run('get', link, '--to', receiver.downloads, '--no-mdns', '--no-dht', '--quiet')
    expect(await getting.exit()).toBe(0)
    expect(getting.stdout).toContain(join(receiver.downloads, 'data'))
    expect(getting.stderr).toBe('')
    const [listed] = await source.ask('shares')
    expect(listed).toMatchObject({ leftOut: { symbolicLinks: 1 }, name: 'data', state: { is: 'serving' } })
  })

  it('status, shares and peers show both sides of a share', async ({ room }) => {
    const file = await randomFile(join(room.folder, 'film.mp4'), 100_000)
    const [source, receiver] = [room.laptop('source'), room.laptop('receiver')]
    const sharing = source.share(file, '--nearby', '--title', 'A film')
    const link = await linkOf(sharing)
    const getting = receiver.get(link, '--seed')
    await getting.event('complete')

    expect(await source.status()).toEqual({
      pid: sharing.pid,
      rssBytes: expect.any(Number),
      lanePort: expect.any(Number),
      sources: expect.arrayContaining([
        { kind: 'hints', state: 'on' },
        { kind: 'mdns', state: 'off' },
        { kind: 'dht', state: 'off' },
      ]),
      transfers: [
        {
          cid: cidOf(link),
          sent: expect.any(Number),
          received: 0,
          lane: expect.stringMatching(/^(tls|stream)$/),
          peers: 1,
        },
      ],
    })
    const [transfer] = (await receiver.status()).transfers
    expect(transfer!.received).toBeGreaterThanOrEqual(100_000)

    const [peer] = await receiver.ask('peers')
    const { peerId } = sharing.lines[0]!
    expect(peer).toMatchObject({ peerId, name: 'source', connected: true })
    expect(peer!['shares']).toMatchObject([
      { cid: cidOf(link), title: 'A film', size: 100_000, files: 1, kind: 'file' },
    ])
    expect(await source.ask('peers')).toMatchObject([{ name: 'receiver', shares: [] }])
  })
})
