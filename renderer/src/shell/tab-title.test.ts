import { describe, expect, it } from 'vitest'
import { fakeShare } from '../testing/fake-shares.ts'
import { overallProgress } from './tab-title.ts'

describe('the progress in the title', () => {
  it('weighs downloads by their size and counts only those that run', () => {
    const shares = [
      fakeShare(1, { size: 300, bytesHeld: 300 }),
      fakeShare(2, { size: 100, bytesHeld: 0 }),
      fakeShare(3, { size: 1e9, state: { is: 'paused' } }),
      fakeShare(4, { size: null }),
    ]
    expect(overallProgress(shares)).toBe(0.75)
  })

  it('is absent when nothing runs', () => {
    expect(overallProgress([fakeShare(1, { state: { is: 'serving' } })])).toBeUndefined()
  })
})
