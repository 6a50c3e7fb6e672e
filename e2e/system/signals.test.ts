import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { randomFile } from './content.ts'
import { it, linkOf, type Room } from './room.ts'
import type { ShoalProcess } from './cli-process.ts'

const UNKNOWN = 'shoal:bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'

/** Processes that mention the folder in their command line. */
async function processesOf(folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='])
  return stdout.split('\n').filter((line) => line.includes(folder))
}

/** A command in each state in which people press Ctrl-C. */
const WHILE: [string, (room: Room) => Promise<ShoalProcess>][] = [
  [
    'sharing with somebody connected',
    async (room) => {
      const sharing = room.laptop('laptop').share(await randomFile(join(room.folder, 'film.mp4'), 100_000))
      await room
        .laptop('other')
        .get(await linkOf(sharing), '--seed')
        .event('complete')
      return sharing
    },
  ],
  [
    'downloading',
    async (room) => {
      const file = await randomFile(join(room.folder, 'film.mp4'), 2 ** 22)
      const link = await linkOf(room.laptop('other').share(file, '--limit-up', '2Mbit'))
      const getting = room.laptop('laptop').get(link)
      await getting.event('progress', ({ bytes }) => Number(bytes) > 0)
      return getting
    },
  ],
  [
    'looking for somebody',
    async (room) => {
      const getting = room.laptop('laptop').get(UNKNOWN, '--timeout', '0')
      await getting.event('progress')
      return getting
    },
  ],
  [
    'armed',
    async (room) => {
      const getting = room.laptop('laptop').get(UNKNOWN, '--wait')
      await getting.event('armed')
      return getting
    },
  ],
  [
    'serving the page',
    async (room) => {
      const serving = room.laptop('laptop').serve()
      await serving.event('ready')
      return serving
    },
  ],
]

describe('SIGINT and SIGTERM', () => {
  for (const [index, [name, begin]] of WHILE.entries()) {
    const signal = index % 2 === 0 ? 'SIGTERM' : 'SIGINT'
    it(`${signal} while ${name}: 130, no complaint, the home is free, no process is left`, async ({
      room,
    }) => {
      const running = await begin(room)
      expect(await running.interrupt(signal)).toBe(130)
      expect(running.stderr).toBe('')
      const home = join(room.folder, 'laptop')
      expect(await readdir(join(home, 'home'))).not.toContain('core.json')
      expect(await processesOf(home)).toEqual([])
      expect(running.lines.map(({ event }) => event)).not.toContain('error')
    })
  }

  it('a signal before anything has begun ends it just so', async ({ room }) => {
    const serving = room.laptop('laptop').serve()
    serving.signal('SIGTERM')
    expect(['SIGTERM', 130]).toContain(await serving.exit())
    expect(await processesOf(join(room.folder, 'laptop'))).toEqual([])
  })
})
