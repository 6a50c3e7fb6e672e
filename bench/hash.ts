/**
 * Making a share (scan, read, chunk, hash, catalogue) against reading the same bytes and hashing them with one SHA-256 on one
 * thread: of one file, and of 20,000 small ones. Run with `node bench/hash.ts [MiB]`. A ratio above 1 is faster than raw.
 */
import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock, systemRandom } from '../src/base/index.ts'
import { createStore } from '../src/store/index.ts'

const MIB = 2 ** 20
const SMALL_FILES = 20_000
const SMALL_BYTES = 4096

function writeLarge(path: string, mebibytes: number): void {
  const fd = openSync(path, 'w')
  for (let i = 0; i < mebibytes; i++) writeSync(fd, systemRandom.bytes(MIB))
  closeSync(fd)
}

function writeSmall(dir: string): void {
  for (let i = 0; i < SMALL_FILES; i++) {
    const folder = join(dir, String(i % 100))
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${i}.bin`), systemRandom.bytes(SMALL_BYTES))
  }
}

/** Seconds to read a file and hash it. */
function rawSeconds(path: string): number {
  const began = performance.now()
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(MIB)
  const fd = openSync(path, 'r')
  for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer))
    hash.update(buffer.subarray(0, read))
  closeSync(fd)
  hash.digest()
  return (performance.now() - began) / 1000
}

async function shareSeconds(home: string, path: string): Promise<number> {
  const store = createStore({ clock: systemClock, log: silentLogger }, { home })
  await store.start()
  const began = performance.now()
  await store.addShare(path)
  const seconds = (performance.now() - began) / 1000
  await store.stop()
  return seconds
}

// Nothing of the store holds a process.
const hold = setInterval(() => {}, 2 ** 30)
const mebibytes = Number(process.argv[2] ?? 512)
const dir = mkdtempSync(join(process.platform === 'linux' ? '/dev/shm' : tmpdir(), 'shoal-bench-'))
try {
  const large = join(dir, 'large.bin')
  writeLarge(large, mebibytes)
  const raw = rawSeconds(large)
  const one = await shareSeconds(join(dir, 'a'), large)
  console.log(
    `one file of ${mebibytes} MiB: raw SHA-256 ${(mebibytes / raw).toFixed(0)} MiB/s, share ${(mebibytes / one).toFixed(0)} MiB/s, ratio ${(raw / one).toFixed(2)}`,
  )
  const folder = join(dir, 'small')
  writeSmall(folder)
  const many = await shareSeconds(join(dir, 'b'), folder)
  console.log(
    `${SMALL_FILES} files of ${SMALL_BYTES} bytes: ${many.toFixed(2)} s, ${((many / SMALL_FILES) * 1e6).toFixed(0)} µs each`,
  )
} finally {
  rmSync(dir, { recursive: true, force: true })
  clearInterval(hold)
}
