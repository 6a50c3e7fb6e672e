import { describe, expect, it } from 'vitest'
import type { DiskPool } from './disk-pool.ts'
import type { Ask, Piece } from './jobs.ts'
import { MAX_INLINE_WRITE_BYTES } from './limits.ts'
import { MixedPool } from './mixed-pool.ts'

function recording(name: string, calls: string[]): DiskPool {
  return {
    size: 2,
    run: async (job) => (calls.push(`${name} ${job}`), true) as never,
    runInAll: async (job) => void calls.push(`${name} all ${job}`),
    ports: () => [],
    stop: async () => void calls.push(`${name} stop`),
  }
}

const piece = (fresh: boolean): Piece => ({
  path: 'a',
  offset: 0,
  length: 1,
  size: 1,
  executable: false,
  identity: undefined,
  fresh,
})

const write = (bytes: number, pieces = [piece(false)]): Ask<'write'> => ({
  base: '/b',
  pieces,
  bytes: new Uint8Array(bytes),
  hash: new Uint8Array(32),
})

describe('MixedPool', () => {
  it('writes small parts of files that are there itself, and asks workers for all else', async () => {
    const calls: string[] = []
    const pool = new MixedPool(recording('worker', calls), recording('inline', calls))
    await pool.run('write', write(MAX_INLINE_WRITE_BYTES))
    await pool.run('write', write(MAX_INLINE_WRITE_BYTES + 1))
    await pool.run('write', write(10, [piece(true)]))
    await pool.run('write', write(10, [piece(false), piece(false)]))
    await pool.run('hash', { base: '/b', pieces: [piece(false)] })
    expect(calls).toEqual(['inline write', 'worker write', 'worker write', 'worker write', 'worker hash'])
  })

  it('closes files and stops on both sides', async () => {
    const calls: string[] = []
    const pool = new MixedPool(recording('worker', calls), recording('inline', calls))
    await pool.runInAll('close', { base: '/b' })
    await pool.stop()
    expect(calls).toEqual(['worker all close', 'inline all close', 'worker stop', 'inline stop'])
  })
})
