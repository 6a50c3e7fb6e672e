import { beforeEach, describe, expect, it } from 'vitest'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { VirtualClock } from '../../../base/index.ts'
import { COURTESY_MS, RETRY_MS, STRANGER_MS } from '../limits.ts'
import { Candidates, type AskOutcome } from './candidates.ts'

describe('candidates', () => {
  let clock: VirtualClock
  let asked: string[]
  let smaller: PeerId
  let greater: PeerId
  let isAnswering: boolean
  let addresses: readonly Multiaddr[]
  let outcome: AskOutcome

  beforeEach(async () => {
    clock = new VirtualClock()
    asked = []
    isAnswering = false
    addresses = []
    outcome = 'linked'
    const ids = [await somePeerId(), await somePeerId()]
    ids.sort((a, b) => (a.toString() < b.toString() ? -1 : 1))
    ;[smaller, greater] = ids as [PeerId, PeerId]
  })

  const of = (self: PeerId): Candidates =>
    new Candidates({
      clock,
      self: self.toString(),
      ask: async (candidate) => {
        asked.push(candidate.key)
        addresses = candidate.addresses
        return outcome
      },
      isAnswering: () => isAnswering,
      isFull: () => false,
    })

  it('are asked at once by the smaller peer id', () => {
    of(smaller).add(greater, { isSought: true })
    expect(asked).toEqual([greater.toString()])
  })

  it('may begin themselves before the greater peer id does', async () => {
    const candidates = of(greater)
    candidates.add(smaller, { isSought: true })
    await clock.advanceAsync(COURTESY_MS - 1)
    expect(asked).toEqual([])
    candidates.linked(smaller)
    await clock.advanceAsync(10 * COURTESY_MS)
    expect(asked).toEqual([])
  })

  it('are asked by the greater peer id when they did not begin', async () => {
    of(greater).add(smaller, { isSought: true })
    await clock.advanceAsync(COURTESY_MS)
    expect(asked).toEqual([smaller.toString()])
  })

  it('that a link names are asked at once, whoever is the greater', () => {
    of(greater).add(smaller, { isSought: true, isHint: true })
    expect(asked).toEqual([smaller.toString()])
  })

  it('that are merely connected are asked a little after those that were named', async () => {
    of(smaller).add(greater, { isSought: false })
    await clock.advanceAsync(STRANGER_MS - 1)
    expect(asked).toEqual([])
    await clock.advanceAsync(1)
    expect(asked).toEqual([greater.toString()])
  })

  it('are asked at the addresses told last, whether a link or a neighbour told the first', async () => {
    const [old, now] = [[multiaddr('/ip4/10.0.0.1/tcp/1')], [multiaddr('/ip4/10.0.0.2/tcp/2')]]
    for (const isHint of [true, false]) {
      const candidates = of(smaller)
      outcome = 'failed'
      candidates.add(greater, { addresses: old, isSought: true, isHint })
      await clock.advanceAsync(0)
      outcome = 'linked'
      candidates.add(greater, { addresses: now, isSought: true })
      candidates.add(greater, { isSought: true })
      addresses = []
      await clock.advanceAsync(RETRY_MS[0])
      expect(addresses.map(String)).toEqual(now.map(String))
    }
  })

  it('are not asked while they are asking themselves: one hello is enough', async () => {
    isAnswering = true
    const candidates = of(smaller)
    candidates.add(greater, { isSought: true })
    await clock.advanceAsync(10 * COURTESY_MS)
    expect(asked).toEqual([])
    isAnswering = false
    await clock.advanceAsync(COURTESY_MS)
    expect(asked).toEqual([greater.toString()])
  })

  it('are asked once, however often they are named meanwhile', async () => {
    const candidates = of(greater)
    for (let i = 0; i < 3; i++) candidates.add(smaller, { isSought: true })
    await clock.advanceAsync(10 * COURTESY_MS)
    expect(asked).toEqual([smaller.toString()])
  })
})

async function somePeerId(): Promise<PeerId> {
  return peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
}
