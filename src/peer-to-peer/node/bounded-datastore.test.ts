import { Key } from 'interface-datastore'
import { describe, expect, it } from 'vitest'
import { BoundedDatastore } from './bounded-datastore.ts'

const value = Uint8Array.of(1)

describe('memory lent to others', () => {
  it('keeps the entries used most recently', async () => {
    const store = new BoundedDatastore({ '/dht': 3 })
    for (const n of [1, 2, 3]) store.put(new Key(`/dht/${n}`), value)
    await store.get(new Key('/dht/1'))
    store.put(new Key('/dht/4'), value)
    const there = [1, 2, 3, 4].filter((n) => store.has(new Key(`/dht/${n}`)) === true)
    expect(there).toEqual([1, 3, 4])
    expect(store.count('/dht')).toBe(3)
  })

  it('counts an entry once, and not after it was deleted', () => {
    const store = new BoundedDatastore({ '/dht': 3 })
    for (let i = 0; i < 9; i++) store.put(new Key('/dht/1'), value)
    expect(store.count('/dht')).toBe(1)
    store.delete(new Key('/dht/1'))
    expect(store.count('/dht')).toBe(0)
  })

  it('does not bound what is our own', () => {
    const store = new BoundedDatastore({ '/dht': 1 })
    for (let n = 0; n < 50; n++) store.put(new Key(`/own/${n}`), value)
    expect(store.has(new Key('/own/0'))).toBe(true)
  })
})
