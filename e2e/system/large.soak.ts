import { execFileSync } from 'node:child_process'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { cpuSeconds } from '../../bench/tools.ts'
import type { Line } from './cli-process.ts'
import { MemoryWatch } from './memory.ts'
import { it, linkOf, type Room } from './room.ts'

const GIB = 2 ** 30
const HOUR_MS = 3_600_000
const MAX_MIB = 250

interface Figures {
  sourceMiB: number
  receiverMiB: number
  hashingSeconds: number
  seconds: number
  idlePercent: number[]
}

/** Shares a path, fetches it elsewhere, compares nothing; both cores stay up for a minute of doing nothing. */
async function pass(room: Room, path: string): Promise<{ figures: Figures; arrived: string; shared: Line }> {
  const source = room.laptop('source', { deadlineMs: HOUR_MS })
  const receiver = room.laptop('receiver', { deadlineMs: HOUR_MS })
  const begun = performance.now()
  const sharing = source.share(path)
  const sourceMemory = new MemoryWatch(sharing.pid)
  const link = await linkOf(sharing)
  const hashingSeconds = (performance.now() - begun) / 1000
  const getting = receiver.get(link, '--seed', '--timeout', '600')
  const receiverMemory = new MemoryWatch(getting.pid)
  const complete = await getting.event('complete')
  await sharing.event('safe-to-leave')
  const [shared] = await source.ask('shares')
  await sleep(10_000)
  const before = [sharing, getting].map(({ pid }) => cpuSeconds(pid))
  await sleep(60_000)
  const idlePercent = [sharing, getting].map(({ pid }, i) => ((cpuSeconds(pid) - before[i]!) / 60) * 100)
  const figures = {
    sourceMiB: sourceMemory.stop(),
    receiverMiB: receiverMemory.stop(),
    hashingSeconds: Math.round(hashingSeconds * 10) / 10,
    seconds: Number(complete['seconds']),
    idlePercent: idlePercent.map((each) => Math.round(each * 100) / 100),
  }
  process.stdout.write(`${path}: ${JSON.stringify(figures)}\n`)
  return { figures, arrived: String(complete['path']), shared: shared! }
}

function expectModest({ sourceMiB, receiverMiB, idlePercent }: Figures): void {
  expect({ sourceMiB: sourceMiB <= MAX_MIB, receiverMiB: receiverMiB <= MAX_MIB }).toEqual({
    sourceMiB: true,
    receiverMiB: true,
  })
  for (const percent of idlePercent) expect(percent).toBeLessThan(1)
}

it('5 GiB, mostly holes: identical, in bounded memory', async ({ room }) => {
  const path = join(room.folder, 'sparse.bin')
  const file = await open(path, 'w')
  await file.truncate(5 * GIB)
  for (const at of [0, 1.5 * GIB, 5 * GIB - 7]) await file.write('bytes!!', at)
  await file.close()
  const { figures, arrived } = await pass(room, path)
  execFileSync('cmp', [path, arrived])
  expectModest(figures)
})

it('200,000 files: identical, in bounded memory', async ({ room }) => {
  for (let folder = 0; folder < 200; folder++) {
    const path = await room.makeFolder('many', String(folder))
    for (let i = 0; i < 1000; i++) await writeFile(join(path, `file-${i}`), `${folder} ${i}\n`)
  }
  const path = join(room.folder, 'many')
  const { figures, arrived } = await pass(room, path)
  execFileSync('diff', ['-r', path, arrived])
  expectModest(figures)
})

it("this project's own packages: identical, symbolic links counted, in bounded memory", async ({ room }) => {
  const path = fileURLToPath(new URL('../../node_modules', import.meta.url))
  const links = execFileSync('find', [`${path}/`, '-type', 'l', '-printf', '%P\\n'], { encoding: 'utf8' })
  const names = links.split('\n').filter(Boolean)
  const { figures, arrived, shared } = await pass(room, path)
  expect(shared['leftOut']).toMatchObject({ symbolicLinks: names.length, specialFiles: 0, unreadable: 0 })
  const differences = differ(`${path}/`, arrived)
  expect(differences).toHaveLength(names.length)
  for (const difference of differences) expect(difference).toMatch(/^Only in /)
  const modes = (folder: string): string =>
    execFileSync('find', [`${folder}/`, '-type', 'f', '-perm', '-100', '-printf', '%P\\n'], MUCH).toString()
  expect(modes(arrived).split('\n').toSorted()).toEqual(modes(path).split('\n').toSorted())
  expectModest(figures)
})

const MUCH = { maxBuffer: 2 ** 28 }

/** What `diff -r` says; it ends with 1 when it says anything. */
function differ(a: string, b: string): string[] {
  try {
    execFileSync('diff', ['-r', '--no-dereference', a, b], MUCH)
    return []
  } catch (error) {
    return (error as { stdout: Buffer }).stdout.toString().split('\n').filter(Boolean)
  }
}
