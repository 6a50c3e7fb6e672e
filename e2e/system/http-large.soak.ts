import { execFileSync } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { APART, it } from './room.ts'
import { MemoryWatch } from './memory.ts'

const GIB = 2 ** 30
const HOUR_MS = 3_600_000
const MAX_MIB = 250

it('5 GiB, mostly holes, from one server: identical beyond 4 GiB too, in bounded memory', async ({
  room,
}) => {
  const path = join(room.folder, 'five.bin')
  const file = await open(path, 'w')
  await file.truncate(5 * GIB)
  for (const at of [0, 4 * GIB - 3, 5 * GIB - 6]) await file.write('a mark', at)
  await file.close()
  const options = { deadlineMs: HOUR_MS, core: APART }
  const sharing = room.laptop('source', options).share(path, '--http-port', '0')
  const sourceMemory = new MemoryWatch(sharing.pid)
  const link = String((await sharing.event('ready'))['link']).replaceAll(/&p=[^&]*/g, '')
  const receiver = room.laptop('receiver', options)
  const getting = receiver.get(link, '--mode', 'http')
  const receiverMemory = new MemoryWatch(getting.pid)
  expect(await getting.exit()).toBe(0)
  const figures = { source: sourceMemory.stop(), receiver: receiverMemory.stop(), ...getting.lines.at(-1) }
  process.stdout.write(`5 GiB by HTTP: ${JSON.stringify(figures)}\n`)
  execFileSync('cmp', [path, join(receiver.downloads, 'five.bin')])
  expect(figures.source).toBeLessThanOrEqual(MAX_MIB)
  expect(figures.receiver).toBeLessThanOrEqual(MAX_MIB)
})
