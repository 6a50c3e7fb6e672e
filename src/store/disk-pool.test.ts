import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLogger, silentLogger, systemClock } from '../base/index.ts'
import { WorkerPool } from './disk-pool.ts'
import { bytesOf, tempDir, writeTree } from './fixtures.ts'
import type { Piece } from './jobs.ts'
import { sha256 } from './pieces.ts'
import { workerUrl } from './worker-url.ts'

function makePool(size = 2): WorkerPool {
  const pool = new WorkerPool({ clock: systemClock, log: silentLogger }, size)
  onTestFinished(() => pool.stop())
  return pool
}

const piece = (path: string, length: number): Piece => {
  return { path, offset: 0, length, size: length, executable: false, identity: undefined, fresh: true }
}

describe('the disk workers', () => {
  it('hash, write and read on other threads', async () => {
    const pool = makePool()
    const base = tempDir()
    const bytes = new Uint8Array(new SharedArrayBuffer(100_000))
    bytes.set(bytesOf(100_000))
    const pieces = [piece('a', 60_000), piece('b/c', 40_000)]
    const hash = sha256(bytes)
    expect(await pool.run('write', { base, pieces, bytes, hash: sha256(bytesOf(1)) })).toBe(false)
    expect(await pool.run('write', { base, pieces, bytes, hash })).toBe(true)
    expect(await pool.run('hash', { base, pieces })).toEqual(Uint8Array.from(hash))
    expect(await pool.run('read', { base, pieces })).toEqual(Uint8Array.from(bytes))
  })

  it('send errors back with their code and facts', async () => {
    const missing = makePool().run('hash', { base: tempDir(), pieces: [piece('none', 1)] })
    await expect(missing).rejects.toMatchObject({ code: 'source-changed', data: { path: 'none' } })
  })

  it('do more jobs than they can take at once, each exactly once', async () => {
    const pool = makePool()
    const base = writeTree(tempDir(), { f: bytesOf(1000) })
    const jobs = Array.from({ length: 50 }, (_, i) => pool.run('hash', { base, pieces: [piece('f', i + 1)] }))
    const hashes = await Promise.all(jobs)
    expect(new Set(hashes.map((hash) => Buffer.from(hash).toString('hex'))).size).toBe(50)
  })

  it('leave out a job that was aborted while it waited', async () => {
    const pool = makePool(1)
    const base = writeTree(tempDir(), { f: bytesOf(10) })
    const abort = new AbortController()
    const jobs = Array.from({ length: 4 }, () => pool.run('hash', { base, pieces: [piece('f', 10)] }))
    const aborted = pool.run('hash', { base, pieces: [piece('f', 10)] }, { signal: abort.signal })
    abort.abort()
    await expect(aborted).rejects.toMatchObject({ code: 'cancelled' })
    await Promise.all(jobs)
  })

  it('fail the jobs of one that crashes, and do the next ones after a restart', async () => {
    const crashes: string[] = []
    const log = createLogger((record) => void crashes.push(record.message))
    const pool = new WorkerPool({ clock: systemClock, log }, 1)
    onTestFinished(() => pool.stop())
    const base = writeTree(tempDir(), { f: bytesOf(10) })
    const hash = (): Promise<Uint8Array> => pool.run('hash', { base, pieces: [piece('f', 10)] })
    await hash()
    // What no thread of ours ever sends ends the one that gets it.
    pool.ports()[0]!.postMessage(42)
    let failed = 0
    while (crashes.length === 0) await hash().catch(() => failed++)
    expect(await hash()).toHaveLength(32)
    expect(failed).toBeLessThanOrEqual(2)
    expect(crashes).toEqual(['a disk worker crashed'])
  })

  it('refuse jobs after they were stopped', async () => {
    const pool = makePool()
    const waiting = pool.run('identify', { base: tempDir(), paths: [''] })
    await Promise.all([pool.stop(), waiting.catch(() => {})])
    await expect(pool.run('identify', { base: '/', paths: [] })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('keep a process alive for as long as they have something to do, and no longer', () => {
    const module = fileURLToPath(new URL('./disk-pool.ts', import.meta.url))
    const base = fileURLToPath(new URL('../base/index.ts', import.meta.url))
    const script = `
      import { WorkerPool } from ${JSON.stringify(module)}
      import { createLogger, silentLogger, systemClock } from ${JSON.stringify(base)}
      const pool = new WorkerPool({ clock: systemClock, log: silentLogger })
      console.log((await pool.run('identify', { base: '/', paths: ['none'] })).length)`
    const file = join(writeTree(tempDir(), { 'main.ts': script }), 'main.ts')
    expect(execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 20_000 }).trim()).toBe('1')
  })
})

describe('the place of a worker', () => {
  it('is beside the module that asks, with the same ending', () => {
    expect(workerUrl('w', 'file:///a/src/x.ts').pathname).toBe('/a/src/w.ts')
    expect(workerUrl('w', 'file:///a/dist/core/x-1a2b.js').pathname).toBe('/a/dist/core/w.js')
  })
})
