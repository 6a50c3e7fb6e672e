import { describe, expect, it } from 'vitest'
import type { Update } from '../../../src/contract/index.ts'
import { fakeNearby, fakeNetwork, fakeSettings } from '../testing/fake-people.ts'
import { fakeShare } from '../testing/fake-shares.ts'
import { INITIAL_STATE, lose, pictureOf, reduce, type AppState } from './state.ts'

const host = {
  kind: 'memory',
  version: '1',
  platform: 'x',
  home: '/h',
  canReveal: false,
  canPick: false,
} as const

function snapshot(...seeds: number[]): Update {
  return {
    is: 'snapshot',
    host,
    shares: seeds.map((seed) => fakeShare(seed)),
    nearby: fakeNearby(),
    network: fakeNetwork('me'),
    settings: fakeSettings(),
  }
}

const live = (...seeds: number[]): AppState => reduce(INITIAL_STATE, snapshot(...seeds))
const ids = (state: AppState): string[] => [...(pictureOf(state)?.shares.keys() ?? [])]

describe('the state of the page', () => {
  it('has no picture before the first snapshot, and drops changes that come earlier', () => {
    const early = reduce(INITIAL_STATE, { is: 'shares', changed: [fakeShare(1)], removed: [] })
    expect(early).toBe(INITIAL_STATE)
    expect(pictureOf(early)).toBeUndefined()
  })

  it('takes a snapshot as the whole truth: what it does not name is gone', () => {
    const next = reduce(live(1, 2, 3), snapshot(2))
    expect(ids(next)).toEqual(['share-2'])
  })

  it('puts changed shares in place of the old ones and takes removed ones away', () => {
    const changed = fakeShare(2, { name: 'renamed' })
    const next = reduce(live(1, 2), { is: 'shares', changed: [changed, fakeShare(9)], removed: ['share-1'] })
    expect(ids(next)).toEqual(['share-2', 'share-9'])
    expect(pictureOf(next)?.shares.get('share-2')?.name).toBe('renamed')
  })

  it('keeps a share that one update both removes and brings anew', () => {
    const next = reduce(live(1), { is: 'shares', changed: [fakeShare(1)], removed: ['share-1'] })
    expect(ids(next)).toEqual(['share-1'])
  })

  it('never changes a picture that was handed out', () => {
    const before = live(1)
    reduce(before, { is: 'shares', changed: [], removed: ['share-1'] })
    expect(ids(before)).toEqual(['share-1'])
  })

  it('leaves untouched parts the same objects, so that only what changed is drawn', () => {
    const before = pictureOf(live(1))
    const after = pictureOf(reduce(live(1), { is: 'settings', settings: fakeSettings() }))
    const same = reduce({ is: 'live', picture: before! }, { is: 'settings', settings: fakeSettings() })
    expect(pictureOf(same)?.shares).toBe(before?.shares)
    expect(after?.settings).toEqual(fakeSettings())
  })

  it('is not changed by a notice', () => {
    const before = live(1)
    expect(reduce(before, { is: 'notice', notice: { is: 'safe-to-leave', id: 'x', name: 'x' } })).toBe(before)
  })

  it('keeps the last picture when the link is lost, and takes no changes until the next snapshot', () => {
    const lost = lose(live(1))
    expect(lost.is).toBe('lost')
    expect(ids(lost)).toEqual(['share-1'])
    expect(reduce(lost, { is: 'shares', changed: [fakeShare(5)], removed: [] })).toBe(lost)
    expect(reduce(lost, snapshot(7)).is).toBe('live')
    expect(lose(lost)).toBe(lost)
  })
})
