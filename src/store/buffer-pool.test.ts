import { describe, expect, it } from 'vitest'
import { SlabPool } from './buffer-pool.ts'

const KIB = 1024

describe('the pool of part buffers', () => {
  it('lends shared memory of the length asked for', () => {
    const buffer = new SlabPool(256 * KIB).tryTake(1000)!
    expect(buffer.bytes).toHaveLength(1000)
    expect(buffer.bytes.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  it('has room for a little more than a power of two in the same memory', () => {
    const pool = new SlabPool(128 * KIB)
    const [first, second] = [pool.tryTake(64 * KIB + 1024)!, pool.tryTake(64 * KIB)!]
    expect(first.bytes).toHaveLength(64 * KIB + 1024)
    expect(pool.bytesFree).toBe(0)
    second.release()
    expect(pool.tryTake(64 * KIB + 1025)).toBeUndefined()
  })

  it('never lends and keeps more than its limit together', () => {
    const pool = new SlabPool(256 * KIB)
    const small = Array.from({ length: 8 }, () => pool.tryTake(32 * KIB)!)
    expect(pool.tryTake(1)).toBeUndefined()
    expect(pool.bytesFree).toBe(0)
    for (const buffer of small) buffer.release()
    expect(pool.bytesFree).toBe(256 * KIB)
    expect(pool.tryTake(256 * KIB)?.bytes).toHaveLength(256 * KIB)
    expect(pool.tryTake(1)).toBeUndefined()
  })

  it('reuses what was released, and a second release does nothing', () => {
    const pool = new SlabPool(64 * KIB)
    const first = pool.tryTake(64 * KIB)!
    const memory = first.bytes.buffer
    first.release()
    first.release()
    const second = pool.tryTake(40 * KIB)!
    expect(second.bytes.buffer).toBe(memory)
    first.release()
    expect(pool.tryTake(1)).toBeUndefined()
  })

  it('serves those who wait in order, a large one before later small ones', async () => {
    const pool = new SlabPool(128 * KIB)
    const held = pool.tryTake(64 * KIB)!
    const order: string[] = []
    const large = pool.take(128 * KIB).then((buffer) => (order.push('large'), buffer))
    const small = pool.take(32 * KIB).then((buffer) => (order.push('small'), buffer))
    expect(pool.tryTake(32 * KIB)).toBeUndefined()
    held.release()
    ;(await large).release()
    await small
    expect(order).toEqual(['large', 'small'])
  })

  it('lets go of a wait that was aborted and serves the next', async () => {
    const pool = new SlabPool(64 * KIB)
    const held = pool.tryTake(64 * KIB)!
    const abort = new AbortController()
    const given = pool.take(64 * KIB, { signal: abort.signal })
    const next = pool.take(32 * KIB)
    abort.abort(new Error('no longer'))
    await expect(given).rejects.toThrow('no longer')
    held.release()
    expect((await next).bytes).toHaveLength(32 * KIB)
  })

  it('loses nothing when the abort comes in the moment of giving', async () => {
    const pool = new SlabPool(64 * KIB)
    const held = pool.tryTake(64 * KIB)!
    const abort = new AbortController()
    const given = pool.take(64 * KIB, { signal: abort.signal })
    held.release()
    abort.abort(new Error('late'))
    await given.then(
      (buffer) => buffer.release(),
      () => {},
    )
    expect((await pool.take(64 * KIB)).bytes).toHaveLength(64 * KIB)
  })

  it('refuses what could never be lent', async () => {
    const pool = new SlabPool(64 * KIB)
    expect(() => pool.tryTake(66 * KIB)).toThrow(/largest/)
    await expect(pool.take(-1)).rejects.toMatchObject({ code: 'too-large' })
  })
})
