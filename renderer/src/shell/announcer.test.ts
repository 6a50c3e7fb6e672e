import { describe, expect, it } from 'vitest'
import type { Share } from '../../../src/contract/index.ts'
import { fakeShare } from '../testing/fake-shares.ts'
import { changedStates } from './announcer.tsx'

const map = (...shares: Share[]): Map<string, Share> => new Map(shares.map((share) => [share.id, share]))

describe('what is read out', () => {
  it('is a change of state, not of numbers, nor what appears or goes', () => {
    const before = map(fakeShare(1), fakeShare(2), fakeShare(3))
    const after = map(
      fakeShare(1, { downRate: 5, bytesHeld: 9 }),
      fakeShare(2, { state: { is: 'serving' } }),
      fakeShare(4),
    )
    expect(changedStates(before, after).map(({ id }) => id)).toEqual(['share-2'])
  })
})
