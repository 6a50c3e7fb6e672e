import { describe, expect, it } from 'vitest'
import type { SessionSnapshot } from '../../peer-to-peer/swarm/index.ts'
import type { StoredShare } from '../../store/index.ts'
import { detailView, shareView, type ShareFacts } from './share-view.ts'

const problem = { code: 'disk-full' as const, message: 'full', data: {} }

function stored(change: Partial<StoredShare> = {}): StoredShare {
  const root = { name: 'film', size: 1000, kind: 'file', files: 1, chunks: 10 }
  return { root, isComplete: false, bytesHeld: 400, held: { count: 5 }, parts: 12, ...change } as StoredShare
}

function snapshot(change: Partial<SessionSnapshot> = {}): SessionSnapshot {
  const status = { inFlight: 0 }
  const copies = { complete: 0, of: 0 }
  const base = { peers: [], downRate: 0, upRate: 0, sent: 0, received: 0, copies, safeToLeave: false }
  return { ...base, nobodyHas: 0, limit: undefined, status, ...change } as SessionSnapshot
}

function facts(change: Partial<ShareFacts> = {}): ShareFacts {
  const leftOut = { symbolicLinks: 0, specialFiles: 0, unportableNames: 0, unreadable: 0, examples: [] }
  const record = { cid: 'c', role: 'download', name: 'n', openly: false, addedAt: 1, leftOut } as unknown
  const stage = { is: 'active', trouble: undefined } as const
  const past = { sent: 100, received: 200 }
  const base = {
    id: 'x',
    record,
    stage,
    mode: 'p2p',
    stored: stored(),
    snapshot: snapshot(),
    link: undefined,
    past,
  }
  return { ...(base as ShareFacts), ...change }
}

const stateAndLimit = (change: Partial<ShareFacts>) => {
  const { state, limit } = shareView(facts(change))
  return [state.is, limit]
}

describe('shareView', () => {
  it('says where a share stands and what limits it', () => {
    const hashing = {
      is: 'hashing',
      filesFound: 1,
      bytesDone: 1,
      bytesTotal: 2,
      bytesPerSecond: 1,
      secondsLeft: 1,
    } as const
    expect(stateAndLimit({ stage: { is: 'hashing', state: () => hashing } })).toEqual(['hashing', 'hashing'])
    expect(stateAndLimit({ stored: stored({ root: undefined }) })).toEqual(['looking', 'no-source'])
    expect(stateAndLimit({ snapshot: snapshot({ nobodyHas: 7 }) })).toEqual(['waiting', 'no-source'])
    expect(stateAndLimit({ stage: { is: 'active', trouble: problem } })).toEqual(['stuck', 'disk'])
    expect(stateAndLimit({ snapshot: snapshot({ limit: 'my-downlink' }) })).toEqual([
      'downloading',
      'my-downlink',
    ])
    expect(stateAndLimit({ stored: stored({ isComplete: true }) })).toEqual(['serving', null])
    expect(stateAndLimit({ stage: { is: 'paused' } })).toEqual(['paused', null])
    expect(stateAndLimit({ stage: { is: 'paused' }, stored: stored({ isComplete: true }) })).toEqual([
      'stopped',
      null,
    ])
  })

  it('does not call waiting what a spreading source will send, or what is on its way', () => {
    const source = [{ isSource: true }] as unknown as SessionSnapshot['peers']
    expect(shareView(facts({ snapshot: snapshot({ nobodyHas: 7, peers: source }) })).state.is).toBe(
      'downloading',
    )
    // Its file was changed, say: after a while without a byte a person should know.
    const still = facts({ snapshot: snapshot({ nobodyHas: 7, peers: source }), isStill: true })
    expect(shareView(still)).toMatchObject({ state: { is: 'waiting', missingHere: 7 }, limit: 'no-source' })
    const status = { inFlight: 1 } as SessionSnapshot['status']
    expect(shareView(facts({ snapshot: snapshot({ nobodyHas: 7, status }) })).state.is).toBe('downloading')
  })

  it('counts bytes of earlier sessions, speaks of bits per second, and tells time left only while bytes come', () => {
    const view = shareView(facts({ snapshot: snapshot({ downRate: 10, upRate: 3, sent: 1, received: 2 }) }))
    expect(view).toMatchObject({
      bytesSent: 101,
      bytesReceived: 202,
      downRate: 80,
      upRate: 24,
      secondsLeft: 60,
    })
    expect(shareView(facts()).secondsLeft).toBeNull()
  })
})

describe('detailView', () => {
  const self = { peerId: 'me', name: 'Me' }
  const picture = (peers: object[], availability: number[]) =>
    snapshot({
      peers: peers as never,
      picture: () => ({
        chunkGivers: new Int32Array(availability.length).fill(-1),
        givers: [],
        availability: Uint8Array.from(availability),
      }),
      rates: [],
    })
  const peer = (isSource: boolean) => ({ peer: 'p', name: 'P', downRate: 0, upRate: 0, isSource })

  it('counts a source as a holder of every chunk, though it tells nobody which it has', () => {
    const of = (peers: object[]) =>
      detailView(facts({ snapshot: picture(peers, [0, 1, 3]) }), self).availability
    expect(of([peer(false)])).toEqual([0, 1, 3])
    expect(of([peer(true), peer(false)])).toEqual([1, 1, 3])
    expect(of([peer(true), peer(true)])).toEqual([2, 2, 3])
  })

  it('counts no further than a byte does', () => {
    const sources = Array.from({ length: 300 }, () => peer(true))
    expect(detailView(facts({ snapshot: picture(sources, [0]) }), self).availability).toEqual([255])
  })
})
