import { describe, expect, it } from 'vitest'
import { Emitter } from './events.ts'
import { Cleanup } from './lifecycle.ts'

describe('Emitter', () => {
  it('tells every listener although one of them throws', () => {
    const errors: unknown[] = []
    const emitter = new Emitter<{ fact: number }>((error) => errors.push(error))
    const seen: number[] = []
    emitter.on('fact', () => {
      throw new Error('mine')
    })
    const off = emitter.on('fact', (n) => seen.push(n))
    emitter.emit('fact', 1)
    off()
    emitter.emit('fact', 2)
    expect(seen).toEqual([1])
    expect(errors).toHaveLength(2)
    expect(emitter.listenerCount('fact')).toBe(1)
  })
})

describe('Cleanup', () => {
  it('releases last first, once, and reports what failed after releasing the rest', async () => {
    const order: number[] = []
    const cleanup = new Cleanup()
    cleanup.add(() => order.push(1))
    cleanup.add(() => Promise.reject(new Error('two')))
    cleanup.add(() => order.push(3))
    await expect(cleanup.run()).rejects.toThrow('two')
    await expect(cleanup.run()).rejects.toThrow('two')
    expect(order).toEqual([3, 1])
  })
})
