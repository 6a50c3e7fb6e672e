import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { seededRandom, silentLogger, systemClock, type Clock } from '../base/index.ts'
import { nodeFs, type DiskFs } from './disk-fs.ts'
import { InlinePool } from './disk-pool.ts'
import { JobRunner } from './job-runner.ts'
import { createStore } from './store.ts'
import type { Store, StoredShare } from './types.ts'

/** What tests of this folder have in common. Everything made here is removed when the test ends. */

export function tempDir(): string {
  const dir = fs.mkdtempSync(join(tmpdir(), 'shoal-test-'))
  onTestFinished(() => fs.rmSync(dir, { recursive: true, force: true }))
  return dir
}

export interface StoreOptions {
  readonly home?: string
  readonly clock?: Clock
  /** Jobs on threads, as in the app. Otherwise on the test's own, which saves their start. */
  readonly threads?: boolean
  /** The file system of jobs on the test's own thread. */
  readonly fs?: DiskFs
  readonly executableBits?: boolean
}

export async function startStore(options: StoreOptions = {}): Promise<Store> {
  const { home = join(tempDir(), 'home'), clock = systemClock, fs: disk = nodeFs, executableBits } = options
  const inline = !options.threads && { pool: new InlinePool(new JobRunner(disk)), fs: disk }
  const components = { clock, log: silentLogger, ...(inline && { inline }) }
  const store = createStore(components, { home, ...(executableBits !== undefined && { executableBits }) })
  await store.start()
  onTestFinished(() => store.stop())
  return store
}

/** The file system with some calls replaced. */
export function faultyFs(faults: Partial<DiskFs>): DiskFs {
  return { ...pick(nodeFs), ...faults }
}

function pick(disk: DiskFs): DiskFs {
  const { accessSync, chmodSync, closeSync, fstatSync, fsyncSync, ftruncateSync, linkSync, lstatSync } = disk
  const { mkdirSync, opendirSync, openSync, readSync, renameSync, rmdirSync } = disk
  const { statSync, unlinkSync, writeSync } = disk
  const first = { accessSync, chmodSync, closeSync, fstatSync, fsyncSync, ftruncateSync, linkSync, lstatSync }
  return {
    ...first,
    mkdirSync,
    opendirSync,
    openSync,
    readSync,
    renameSync,
    rmdirSync,
    statSync,
    unlinkSync,
    writeSync,
  }
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made for a test`), { code })
}

export function bytesOf(length: number, seed = 1): Uint8Array {
  return seededRandom(seed).bytes(length)
}

/** Files by path; `null` is an empty folder, a path that begins with `*` an executable one. */
export type Tree = Readonly<Record<string, Uint8Array | string | null>>

export function writeTree(dir: string, tree: Tree): string {
  for (const [key, content] of Object.entries(tree)) {
    const path = join(dir, key.replace(/^\*/, ''))
    fs.mkdirSync(content === null ? path : dirname(path), { recursive: true })
    if (content !== null) fs.writeFileSync(path, content, { mode: key.startsWith('*') ? 0o755 : 0o644 })
  }
  return dir
}

/** Makes files look old, so that the hash cache trusts them. */
export function makeOld(path: string): void {
  // Change times cannot be set: the clock of the store under test is moved instead.
  fs.utimesSync(path, new Date('2020-01-01T00:00:01.5Z'), new Date('2020-01-01T00:00:01.5Z'))
}

/** A tree as it is on the disk: contents in hex, `dir` for folders, `+x` after executables, `link` for links. */
export function readTree(dir: string, prefix = ''): Record<string, string> {
  const out: Record<string, string> = {}
  for (const name of fs.readdirSync(join(dir, prefix)).toSorted()) {
    const path = join(prefix, name)
    const stats = fs.lstatSync(join(dir, path))
    if (stats.isDirectory()) Object.assign(out, { [`${path}/`]: 'dir' }, readTree(dir, path))
    else if (stats.isFile()) out[path] = fs.readFileSync(join(dir, path)).toString('hex') + modeOf(stats.mode)
    else out[path] = 'link'
  }
  return out
}

function modeOf(mode: number): string {
  return (mode & 0o111) === 0 ? '' : '+x'
}

export async function readWhole(share: StoredShare, part: number): Promise<Uint8Array> {
  return Uint8Array.from(await share.readPart(part, 0, share.partLength(part)))
}

/** Gives one part of `from` to `to`. */
export async function copyPart(from: StoredShare, to: StoredShare, part: number): Promise<boolean> {
  return to.putPart(part, { bytes: await readWhole(from, part), release: () => {} })
}

/** Gives root and all parts that are missing, pages first. */
export async function copyShare(from: StoredShare, to: StoredShare): Promise<void> {
  await to.putRoot(from.rootBytes!)
  for (let part = 0; part < from.parts; part++) if (!to.held.has(part)) await copyPart(from, to, part)
}

/** Resolves with the path once the share is complete. */
export function completed(share: StoredShare): Promise<string> {
  return new Promise((resolve) => {
    share.events.on('complete', ({ path }) => resolve(path))
  })
}
