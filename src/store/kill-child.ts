import { CID } from 'multiformats/cid'
import { seededRandom, shuffle, silentLogger, systemClock } from '../base/index.ts'
import { createMemoryShare, type MemoryShare } from './memory-share.ts'
import { createStore } from './store.ts'
import type { StoredShare } from './types.ts'

/** What is downloaded in tests that kill the process: a few large files and many small ones, always the same. */
export function killSource(): Promise<MemoryShare> {
  const random = seededRandom(7)
  const large = Array.from({ length: 3 }, (_, i) => ({
    path: `large-${i}`,
    bytes: random.bytes(700_000 + i),
  }))
  const small = Array.from({ length: 60 }, (_, i) => ({
    path: `d${i % 7}/small-${i}`,
    bytes: random.bytes(3_000 + i),
  }))
  return createMemoryShare('killed', [...large, ...small, { path: 'empty/', bytes: new Uint8Array() }])
}

/**
 * Run as a process of its own: downloads the source into `targetDir`, in an order of its own each time, and says each
 * step on stdout: `resumed <n>`, then the number of every part that is held, then `complete <path>`.
 */
async function run(home: string, targetDir: string, seed: number): Promise<void> {
  const source = await killSource()
  const store = createStore({ clock: systemClock, log: silentLogger }, { home })
  await store.start()
  const share = await store.openDownload(CID.parse(source.cid.toString()), { targetDir })
  say(`resumed ${[...share.held.indices()].join(',')}`)
  const done = new Promise<string>((resolve) => share.events.on('complete', ({ path }) => resolve(path)))
  if (!share.isComplete) {
    await share.putRoot(source.rootBytes!)
    const missing = [...share.held.missing()]
    const pages = missing.filter((part) => part < source.pages)
    const chunks = shuffle(
      missing.filter((part) => part >= source.pages),
      seededRandom(seed),
    )
    for (const part of pages) await put(source, share, part)
    await Promise.all(Array.from({ length: 4 }, () => lane(source, share, chunks)))
    await done
  }
  say(`complete ${store.record(source.cid.toString())?.path ?? ''}`)
  await store.stop()
}

async function lane(source: MemoryShare, share: StoredShare, parts: number[]): Promise<void> {
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) await put(source, share, part)
}

async function put(source: MemoryShare, share: StoredShare, part: number): Promise<void> {
  const bytes = await source.readPart(part, 0, source.partLength(part))
  if (!(await share.putPart(part, { bytes, release: () => {} })))
    throw new Error(`part ${part} did not verify`)
  say(String(part))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const [home, targetDir, seed] = process.argv.slice(2)
if (process.argv[1]?.includes('kill-child') && home && targetDir) await run(home, targetDir, Number(seed))
