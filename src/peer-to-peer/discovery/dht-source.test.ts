import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, silentLogger, VirtualClock } from '../../base/index.ts'
import { DhtSource, type DhtRouting } from './dht-source.ts'
import * as limits from './limits.ts'
import { peerIds, someKey } from './test-peers.ts'
import type { PeerId } from '@libp2p/interface'
import type { CID } from 'multiformats/cid'

class FakeDht implements DhtRouting {
  size = 0
  provided: CID[] = []
  withdrawn: CID[] = []
  finds = 0
  providers: PeerId[] = []
  hangs = false
  readonly #listeners = new Set<() => void>()

  provide(key: CID): Promise<void> {
    this.provided.push(key)
    return this.hangs ? new Promise(() => {}) : Promise.resolve()
  }

  withdraw(key: CID): Promise<void> {
    this.withdrawn.push(key)
    return Promise.resolve()
  }

  async *findProviders(_key: CID, { signal }: { signal: AbortSignal }) {
    this.finds++
    for (const id of this.providers) yield { id, multiaddrs: [] }
    if (this.hangs)
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  }

  tableSize = () => this.size

  onPeerAdded(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  grow(): void {
    this.size++
    for (const listener of this.#listeners) listener()
  }

  get listeners(): number {
    return this.#listeners.size
  }
}

describe('the DHT as a source of peers', () => {
  let clock: VirtualClock
  let dht: FakeDht
  let source: DhtSource

  beforeEach(async () => {
    clock = new VirtualClock()
    dht = new FakeDht()
    source = new DhtSource({ dht, clock, random: seededRandom(1), log: silentLogger })
    await source.start()
  })

  /** Laptops that begin at the same moment. */
  async function startClass(): Promise<DhtSource[]> {
    const laptops = Array.from({ length: 16 }, (_, i) => {
      return new DhtSource({ dht, clock, random: seededRandom(i), log: silentLogger })
    })
    for (const laptop of laptops) await laptop.start()
    return laptops
  }

  it('announces nothing while alone, and announces when the first peer comes', async () => {
    source.announce(someKey())
    await clock.advanceAsync(60_000)
    expect(dht.provided.length).toBe(0)
    dht.grow()
    await clock.advanceAsync(1_000)
    expect(dht.provided.length).toBe(1)
  })

  it('announces again as the table grows, but less and less often', async () => {
    source.announce(someKey())
    for (let i = 0; i < 200; i++) {
      dht.grow()
      await clock.advanceAsync(100)
    }
    expect(dht.provided.length).toBeGreaterThan(2)
    expect(dht.provided.length).toBeLessThan(12)
    await clock.advanceAsync(2 * limits.PROVIDE_COALESCE_MAX_MS)
    const settled = dht.provided.length
    await clock.advanceAsync(600_000)
    expect(dht.provided.length).toBe(settled)
  })

  it('announces who came by a hint when the rush is over, however the table grows before', async () => {
    dht.grow()
    source.announce(someKey(), { isUrgent: false })
    for (let at = 0; at < limits.PROVIDE_WITH_HINTS_MS; at += 1_000) {
      expect(dht.provided.length).toBe(0)
      dht.grow()
      await clock.advanceAsync(1_000)
    }
    await clock.advanceAsync(limits.PROVIDE_SPREAD_MS + limits.PROVIDE_COALESCE_MS)
    expect(dht.provided.length).toBe(1)
  })

  it('announces a class that came by a hint one after another, though it came together', async () => {
    dht.grow()
    const laptops = await startClass()
    for (const laptop of laptops) laptop.announce(someKey(), { isUrgent: false })
    await clock.advanceAsync(limits.PROVIDE_WITH_HINTS_MS)
    const inEachSecond: number[] = []
    for (let before = 0; dht.provided.length < laptops.length; before = dht.provided.length) {
      await clock.advanceAsync(1_000)
      inEachSecond.push(dht.provided.length - before)
    }
    expect(Math.max(...inEachSecond)).toBeLessThan(5)
    expect(inEachSecond.length).toBeGreaterThan(20)
    for (const laptop of laptops) await laptop.stop()
  })

  it('does not announce any more what was withdrawn before its time', async () => {
    dht.grow()
    source.announce(someKey(), { isUrgent: false })()
    await clock.advanceAsync(2 * (limits.PROVIDE_WITH_HINTS_MS + limits.PROVIDE_SPREAD_MS))
    expect(dht.provided.length).toBe(0)
  })

  it('waits with its first looks while members are known', async () => {
    dht.grow()
    let hasMembers = true
    source.seek(someKey(), { hasMembers: () => hasMembers })
    await clock.advanceAsync(900)
    expect(dht.finds).toBe(0)
    hasMembers = false
    await clock.advanceAsync(200)
    expect(dht.finds).toBe(1)
  })

  it('looks once in two minutes while members are known, a class not at the same time, and after 30 s when they are gone', async () => {
    dht.grow()
    let hasMembers = true
    const laptops = await startClass()
    for (const laptop of laptops) laptop.seek(someKey(), { hasMembers: () => hasMembers })
    // From the first turn on.
    await clock.advanceAsync(limits.FIND_EVERY_MS)
    const inEachSecond: number[] = []
    for (let i = 0, before = dht.finds; i < 240; i++, before += inEachSecond.at(-1)!) {
      await clock.advanceAsync(1_000)
      inEachSecond.push(dht.finds - before)
    }
    expect(inEachSecond.reduce((sum, finds) => sum + finds, 0)).toBeCloseTo(2 * laptops.length, -1)
    expect(Math.max(...inEachSecond)).toBeLessThan(4)
    hasMembers = false
    const before = dht.finds
    await clock.advanceAsync(limits.FIND_EVERY_MS)
    expect(dht.finds - before).toBeGreaterThanOrEqual(laptops.length)
    for (const laptop of laptops) await laptop.stop()
  })

  it('looks at 0, 0.5, 1, 2 and 4 s and then every 30 s', async () => {
    dht.grow()
    const times: number[] = []
    const seen = clock.now()
    const find = dht.findProviders.bind(dht)
    dht.findProviders = (key, options) => {
      times.push(clock.now() - seen)
      return find(key, options)
    }
    source.seek(someKey())
    await clock.advanceAsync(90_000)
    expect(times).toEqual([0, 500, 1000, 2000, 4000, 30_000, 60_000, 90_000])
  })

  it('looks at once when the table fills after the search began', async () => {
    source.seek(someKey())
    await clock.advanceAsync(10_000)
    expect(dht.finds).toBe(0)
    dht.grow()
    await clock.advanceAsync(limits.PROVIDE_COALESCE_MS)
    expect(dht.finds).toBe(1)
  })

  it('names the providers with the key they are members of', async () => {
    dht.providers = await peerIds(2)
    dht.grow()
    const key = someKey()
    const found: string[] = []
    source.events.on('peer', (peer) => found.push(`${peer.key?.toString()} ${peer.peerId?.toString()}`))
    source.seek(key)
    await clock.advanceAsync(100)
    expect(found).toEqual(dht.providers.map((peer) => `${key.toString()} ${peer.toString()}`))
  })

  it('takes a bounded number of providers from one look-up', async () => {
    const [one] = await peerIds(1)
    dht.providers = Array.from({ length: limits.MAX_PROVIDERS * 3 }, () => one!)
    dht.grow()
    let found = 0
    source.events.on('peer', () => found++)
    source.seek(someKey())
    await clock.advanceAsync(100)
    await new Promise((resolve) => setImmediate(resolve))
    expect(found).toBe(limits.MAX_PROVIDERS)
  })

  it('ends a look-up that hangs, and looks again', async () => {
    dht.hangs = true
    dht.grow()
    source.seek(someKey())
    await clock.advanceAsync(limits.FIND_TIMEOUT_MS - 1)
    expect(dht.finds).toBe(1)
    await clock.advanceAsync(30_000)
    expect(dht.finds).toBeGreaterThan(1)
  })

  it('does not let announcements that hang block the others for ever', async () => {
    dht.hangs = true
    dht.grow()
    for (let i = 0; i < limits.MAX_PROVIDES + 1; i++) source.announce(someKey())
    await clock.advanceAsync(limits.PROVIDE_TIMEOUT_MS / 2)
    expect(dht.provided.length).toBe(limits.MAX_PROVIDES)
    await clock.advanceAsync(limits.PROVIDE_TIMEOUT_MS)
    expect(dht.provided.length).toBe(limits.MAX_PROVIDES + 1)
  })

  it('withdraws a record when nobody announces the key any more', async () => {
    const key = someKey()
    const [first, second] = [source.announce(key), source.announce(key)]
    first()
    expect(dht.withdrawn).toEqual([])
    second()
    expect(dht.withdrawn).toEqual([key])
  })

  it('leaves no timer and no listener behind', async () => {
    dht.grow()
    source.seek(someKey())
    source.announce(someKey())
    source.announce(someKey(), { isUrgent: false })
    await clock.advanceAsync(100)
    await source.stop()
    await clock.advanceAsync(0)
    expect([clock.pending, dht.listeners]).toEqual([0, 0])
    const { finds } = dht
    await clock.advanceAsync(60_000)
    expect(dht.finds).toBe(finds)
  })
})
