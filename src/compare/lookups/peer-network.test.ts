import { describe, expect, it, onTestFinished } from 'vitest'
import { seededRandom, ShoalError } from '../../base/index.ts'
import { PeerNetwork } from './peer-network.ts'

async function network(laptops: number, k: number): Promise<PeerNetwork> {
  const opened = await PeerNetwork.open({ laptops, k, random: seededRandom(1) })
  onTestFinished(() => opened.stop())
  return opened
}

describe('names among peers', { timeout: 60_000 }, () => {
  it('are found by somebody who has just come, by asking all where there are few, and again as dearly', async () => {
    const peers = await network(5, 20)
    expect(await peers.put(0)).toBe(4)
    const { cold, warm } = await peers.lookUp(0)
    expect(cold).toMatchObject({ found: true, messages: 10, rounds: 1 })
    expect(warm).toMatchObject({ found: true, messages: 10, rounds: 1 })
  })

  it('are kept by k laptops, and found over others when not all are known', async () => {
    const peers = await network(12, 1)
    expect(await peers.put(3)).toBe(1)
    const found = await Promise.all(Array.from({ length: 6 }, () => peers.lookUp(3)))
    expect(found.map(({ cold }) => cold.found)).toEqual(Array.from({ length: 6 }, () => true))
    const rounds = found.map(({ cold }) => cold.rounds)
    expect(Math.max(...rounds)).toBeGreaterThan(1)
    expect(Math.max(...rounds)).toBeLessThanOrEqual(12)
  })

  it('are not found when nobody put them', async () => {
    const peers = await network(3, 20)
    expect((await peers.lookUp(1)).cold).toMatchObject({ found: false, messages: 6 })
  })

  it('outlive the laptops of their owners, and are gone with the last who keeps them', async () => {
    const peers = await network(4, 20)
    await peers.put(0)
    await peers.switchOff(0.5)
    expect(peers.on).toBeGreaterThan(0)
    expect(peers.on).toBeLessThan(4)
    expect((await peers.lookUp(0)).cold.found).toBe(true)
    await peers.switchOff(1)
    expect(peers.on).toBe(0)
    expect((await peers.lookUp(0)).cold.found).toBe(false)
  })

  it('leave nothing behind when the building is cancelled', async () => {
    const reason = new ShoalError('cancelled', 'enough')
    const building = PeerNetwork.open({
      laptops: 8,
      k: 20,
      random: seededRandom(1),
      signal: AbortSignal.abort(reason),
    })
    await expect(building).rejects.toBe(reason)
  })
})
