import { describe, expect, it } from 'vitest'
import type { Notice, Share } from '../../contract/index.ts'
import { Milestones } from './milestones.ts'

const share = (change: Partial<Share>): Share =>
  ({
    id: 'a',
    name: 'film',
    role: 'source',
    safeToLeave: false,
    copies: { complete: 0, of: 0 },
    ...change,
  }) as Share

describe('Milestones', () => {
  it('tells once that a full copy is out, and again only after that was no longer so', () => {
    const told: Notice[] = []
    const milestones = new Milestones((notice) => told.push(notice))
    for (const safeToLeave of [false, true, true, false, true]) milestones.see(share({ safeToLeave }))
    expect(told.map((n) => n.is)).toEqual(['safe-to-leave', 'safe-to-leave'])
  })

  it('tells that all have it, and again when more came and have it too, not when somebody leaves', () => {
    const told: Notice[] = []
    const milestones = new Milestones((notice) => told.push(notice))
    const counts = [
      [0, 2],
      [2, 2],
      [2, 3],
      [3, 3],
      [2, 2],
      [0, 0],
    ]
    for (const [complete, of] of counts) milestones.see(share({ copies: { complete: complete!, of: of! } }))
    expect(told).toEqual([
      { is: 'all-have-it', id: 'a', name: 'film', receivers: 2 },
      { is: 'all-have-it', id: 'a', name: 'film', receivers: 3 },
    ])
  })

  it('announces a finished download, not a share of one’s own', () => {
    const told: Notice[] = []
    const milestones = new Milestones((notice) => told.push(notice))
    milestones.completed(share({ role: 'download' }), '/d/film')
    milestones.completed(share({}), '/d/film')
    expect(told).toEqual([{ is: 'share-complete', id: 'a', name: 'film', path: '/d/film' }])
  })
})
