import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../base/index.ts'
import type { DiskPool } from './disk-pool.ts'
import type { Ask, Piece } from './jobs.ts'
import {
  INLINE_PAUSE_MS,
  INLINE_QUICK_JOBS,
  INLINE_SLOW_JOBS,
  INLINE_SLOW_MS,
  INLINE_STALL_MS,
  MAX_INLINE_BYTES,
} from './limits.ts'
import { MixedPool } from './mixed-pool.ts'

function recording(name: string, calls: string[]): DiskPool {
  return {
    size: 2,
    run: (job) => {
      calls.push(`${name} ${job}`)
      return Promise.resolve(true as never)
    },
    runInAll: async (job) => void calls.push(`${name} all ${job}`),
    ports: () => [],
    stop: async () => void calls.push(`${name} stop`),
  }
}

function here(calls: string[], onRun: () => void = () => {}) {
  return {
    run: (job: string) => {
      calls.push(`inline ${job}`)
      onRun()
      return true as never
    },
    closeAll: () => void calls.push('inline closed'),
  }
}

const piece = (fresh: boolean, length = 1): Piece => ({
  path: 'a',
  offset: 0,
  length,
  size: 1,
  executable: false,
  identity: undefined,
  fresh,
})

const write = (bytes: number, pieces = [piece(false, bytes)]): Ask<'write'> => ({
  base: '/b',
  pieces,
  bytes: new Uint8Array(bytes),
  hash: new Uint8Array(32),
})

describe('MixedPool', () => {
  it('reads and writes small parts of files that are there itself, and asks workers for all else', async () => {
    const calls: string[] = []
    const pool = new MixedPool(recording('worker', calls), here(calls), new VirtualClock())
    await pool.run('write', write(MAX_INLINE_BYTES))
    await pool.run('write', write(MAX_INLINE_BYTES + 1))
    await pool.run('write', write(10, [piece(true)]))
    await pool.run('write', write(10, [piece(false), piece(false)]))
    await pool.run('hash', { base: '/b', pieces: [piece(false)] })
    await pool.run('readInto', { base: '/b', pieces: [piece(false)], into: new Uint8Array(1) })
    const others = ['worker write', 'worker write', 'worker write', 'worker hash']
    expect(calls).toEqual(['inline write', ...others, 'inline readInto'])
  })

  it('leaves everything to the workers for a while after one that took long', async () => {
    const calls: string[] = []
    const clock = new VirtualClock()
    const slow = here(calls, () => clock.advance(INLINE_STALL_MS + 1))
    const pool = new MixedPool(recording('worker', calls), slow, clock)
    await pool.run('write', write(10))
    await pool.run('write', write(10))
    clock.advance(INLINE_PAUSE_MS)
    await pool.run('write', write(10))
    expect(calls).toEqual(['inline write', 'worker write', 'inline write'])
  })

  it('leaves everything to the workers for a while after several slow ones close together', async () => {
    const calls: string[] = []
    const clock = new VirtualClock()
    const slow = here(calls, () => clock.advance(INLINE_SLOW_MS + 1))
    const pool = new MixedPool(recording('worker', calls), slow, clock)
    for (let job = 0; job <= INLINE_SLOW_JOBS; job++) await pool.run('write', write(10))
    expect(calls).toEqual([...Array<string>(INLINE_SLOW_JOBS).fill('inline write'), 'worker write'])
  })

  it('goes on itself when a busy machine takes the processor away now and then', async () => {
    const calls: string[] = []
    const clock = new VirtualClock()
    let job = 0
    const busy = here(calls, () =>
      clock.advance(job++ % (INLINE_QUICK_JOBS + 1) === 0 ? INLINE_SLOW_MS + 1 : 1),
    )
    const pool = new MixedPool(recording('worker', calls), busy, clock)
    for (let i = 0; i < 20 * INLINE_QUICK_JOBS; i++) await pool.run('write', write(10))
    expect(calls).not.toContain('worker write')
  })

  it('closes files and stops on both sides', async () => {
    const calls: string[] = []
    const pool = new MixedPool(recording('worker', calls), here(calls), new VirtualClock())
    await pool.runInAll('close', { base: '/b' })
    await pool.stop()
    expect(calls).toEqual(['worker all close', 'inline close', 'inline closed', 'worker stop'])
  })
})
