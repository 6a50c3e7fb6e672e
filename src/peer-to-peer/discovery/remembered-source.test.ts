import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '../../base/index.ts'
import * as limits from './limits.ts'
import { RememberedSource } from './remembered-source.ts'
import { peerIds } from './test-peers.ts'
import type { FoundPeer } from './peer-source.ts'
import type { FactStore } from '../../store/types.ts'

class MapFacts implements FactStore {
  readonly map = new Map<string, string>()
  writes = 0
  get = (key: string) => this.map.get(key)
  set = (key: string, value: string) => {
    this.writes++
    this.map.set(key, value)
  }
  delete = (key: string) => void this.map.delete(key)
  keys = (prefix: string) => [...this.map.keys()].filter((key) => key.startsWith(prefix))
}

const here = multiaddr('/ip4/192.168.7.1/tcp/42850')

describe('remembered peers', () => {
  let clock: VirtualClock
  let facts: MapFacts

  beforeEach(() => {
    clock = new VirtualClock()
    facts = new MapFacts()
  })

  const source = () => new RememberedSource({ facts, clock, log: silentLogger })

  async function offered(): Promise<FoundPeer[]> {
    const found: FoundPeer[] = []
    const remembered = source()
    remembered.events.on('peer', (peer) => found.push(peer))
    await remembered.start()
    return found
  }

  it('are offered at the next start, without the peer id in the address', async () => {
    const [peer] = await peerIds(1)
    source().remember(peer!, [here.encapsulate(`/p2p/${peer!.toString()}`)])
    const found = await offered()
    expect(found.map((each) => [each.peerId?.toString(), each.multiaddrs.map(String)])).toEqual([
      [peer!.toString(), [here.toString()]],
    ])
  })

  it('are forgotten when they were not met for a month', async () => {
    const [peer] = await peerIds(1)
    source().remember(peer!, [here])
    clock.advance(limits.REMEMBER_FOR_MS + 1)
    expect(await offered()).toEqual([])
    expect(facts.map.size).toBe(0)
  })

  it('are few: the one met longest ago makes room', async () => {
    const all = await peerIds(limits.MAX_REMEMBERED + 3)
    const remembered = source()
    for (const peer of all) {
      clock.advance(1000)
      remembered.remember(peer, [here])
    }
    expect(facts.map.size).toBe(limits.MAX_REMEMBERED)
    expect(facts.map.has(`peer/${all[0]!.toString()}`)).toBe(false)
    expect(facts.map.has(`peer/${all.at(-1)!.toString()}`)).toBe(true)
  })

  it('are not written again each time they are seen', async () => {
    const [peer] = await peerIds(1)
    const remembered = source()
    for (let i = 0; i < 5; i++) remembered.remember(peer!, [here])
    expect(facts.writes).toBe(1)
    clock.advance(limits.REMEMBER_AGAIN_MS)
    remembered.remember(peer!, [here])
    expect(facts.writes).toBe(2)
  })

  it('survive a list that somebody edited', async () => {
    const [peer, good] = await peerIds(2)
    for (const [i, text] of [
      '',
      '{',
      'null',
      '[]',
      '{"seenAt":"x"}',
      '{"seenAt":1,"addresses":7}',
    ].entries()) {
      facts.map.set(`peer/${peer!.toString()}${i}`, text)
    }
    facts.map.set('peer/not-a-peer', JSON.stringify({ seenAt: clock.wallNow(), addresses: [] }))
    const bad = { seenAt: clock.wallNow(), addresses: [7, '/nonsense', here.toString()] }
    facts.map.set(`peer/${good!.toString()}`, JSON.stringify(bad))
    const found = await offered()
    expect(found.map((each) => each.multiaddrs.map(String))).toEqual([[here.toString()]])
    expect(facts.map.size).toBe(1)
  })

  it('say so when the disk fails, and nothing else happens', async () => {
    const [peer] = await peerIds(1)
    const broken = new RememberedSource({
      facts: { get: facts.get, set: facts.set, delete: facts.delete, keys: () => fail() },
      clock,
      log: silentLogger,
    })
    await broken.start()
    expect(broken.state.is).toBe('failed')
    broken.remember(peer!, [here])
  })
})

function fail(): never {
  throw new Error('disk I/O error')
}
