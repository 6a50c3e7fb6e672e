import { describe, expect, it } from 'vitest'
import { RecentMap } from './recent-map.ts'

describe('a map of the most recent', () => {
  it('forgets what was set longest ago, and nothing before it is full', () => {
    const map = new RecentMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    expect([...map]).toEqual([
      ['a', 1],
      ['b', 2],
    ])
    map.set('c', 3)
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([undefined, 2, 3, 2])
  })

  it('keeps what is set again, with its new value', () => {
    const map = new RecentMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 3)
    map.set('c', 4)
    expect([...map]).toEqual([
      ['a', 3],
      ['c', 4],
    ])
  })

  it('is not kept alive by being read', () => {
    const map = new RecentMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.get('a')
    map.set('c', 3)
    expect(map.get('a')).toBeUndefined()
  })

  it('has room again for what was deleted', () => {
    const map = new RecentMap<string, number>(1)
    map.set('a', 1)
    map.delete('a')
    map.set('b', 2)
    expect([...map]).toEqual([['b', 2]])
    map.clear()
    expect(map.size).toBe(0)
  })
})
