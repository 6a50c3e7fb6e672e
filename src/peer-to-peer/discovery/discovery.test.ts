import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, VirtualClock } from '../../base/index.ts'
import { Discovery } from './discovery.ts'
import { ExchangeSource } from './exchange-source.ts'
import { HintsSource } from './hints-source.ts'
import * as limits from './limits.ts'
import { FakeConnections, peerIds, ScriptedSource, someKey } from './test-peers.ts'
import { TypedSource } from './typed-source.ts'
import type { PeerSource } from './peer-source.ts'
import type { PeerId } from '@libp2p/interface'

const address = (n: number) => multiaddr(`/ip4/192.168.7.${n}/tcp/42850`)

describe('discovery', () => {
  let clock: VirtualClock
  let self: PeerId
  let peer: PeerId
  let connections: FakeConnections

  beforeEach(async () => {
    clock = new VirtualClock()
    ;[self, peer] = (await peerIds(2)) as [PeerId, PeerId]
    connections = new FakeConnections(self)
  })

  async function start(...sources: PeerSource[]): Promise<Discovery> {
    const discovery = new Discovery({ sources, connections, clock, random: seededRandom(1) })
    await discovery.start()
    return discovery
  }

  it('dials a peer that a source names, bound to its peer id', async () => {
    const source = new ScriptedSource()
    await start(source)
    source.say({ peerId: peer, multiaddrs: [address(1)] })
    expect(connections.dials).toEqual([[`/ip4/192.168.7.1/tcp/42850/p2p/${peer.toString()}`]])
  })

  it('does not dial itself, nor whom it is connected to', async () => {
    const source = new ScriptedSource()
    const discovery = await start(source)
    connections.connect(peer)
    source.say({ peerId: self, multiaddrs: [address(1)] })
    source.say({ peerId: peer, multiaddrs: [address(1)] })
    await clock.advanceAsync(5_000)
    expect(connections.dials).toEqual([])
    expect(discovery.peers().map((each) => each.peerId.toString())).toEqual([peer.toString()])
  })

  it('tries one set of addresses once, and again only after a growing pause', async () => {
    const source = new ScriptedSource()
    await start(source)
    const times: number[] = []
    connections.answer = () => {
      times.push(clock.now())
      return Promise.reject(new Error('nobody'))
    }
    clock.every(100, () => source.say({ peerId: peer, multiaddrs: [address(1)] }))
    await clock.advanceAsync(120_000)
    const pauses = times.slice(1).map((at, i) => at - times[i]!)
    expect(pauses.length).toBeGreaterThan(3)
    for (const [i, pause] of pauses.entries()) {
      const expected = Math.min(limits.BACKOFF_MAX_MS, limits.BACKOFF_FIRST_MS * 2 ** i)
      expect(pause).toBeGreaterThanOrEqual(expected * 0.5)
      expect(pause).toBeLessThanOrEqual(expected * 1.5 + 100)
    }
  })

  it('does not dial a silent source’s peer again by itself', async () => {
    const source = new ScriptedSource()
    await start(source)
    source.say({ peerId: peer, multiaddrs: [address(1)] })
    await clock.advanceAsync(limits.BACKOFF_MAX_MS * 4)
    expect(connections.dials.length).toBe(1)
  })

  it('tries a new address without waiting for the pause to end', async () => {
    const source = new ScriptedSource()
    await start(source)
    for (let n = 1; n <= 5; n++) {
      source.say({ peerId: peer, multiaddrs: [address(1)] })
      await clock.advanceAsync(20_000)
    }
    const before = connections.dials.length
    source.say({ peerId: peer, multiaddrs: [address(2)] })
    expect(connections.dials.length).toBe(before + 1)
    expect(connections.dials.at(-1)![0]).toContain('192.168.7.2')
  })

  it('is not driven to dial without end by addresses that are invented', async () => {
    const source = new ScriptedSource()
    await start(source)
    let n = 0
    clock.every(10, () =>
      source.say({ peerId: peer, multiaddrs: [multiaddr(`/ip4/10.0.0.1/tcp/${1 + n++}`)] }),
    )
    await clock.advanceAsync(10_000)
    expect(connections.dials.length).toBeLessThanOrEqual(11)
    expect(Math.max(...connections.dials.map((each) => each.length))).toBeLessThanOrEqual(
      limits.MAX_ADDRESSES,
    )
  })

  it('rests at most seconds, not minutes, for a peer that a search needs', async () => {
    const [source] = await peerIds(1)
    const hints = new HintsSource({ clock })
    const discovery = await start(hints)
    discovery.seek(someKey(), { hints: [address(1).encapsulate(`/p2p/${source!.toString()}`)] })
    await clock.advanceAsync(10 * 60_000)
    const before = connections.dials.length
    await clock.advanceAsync(2 * limits.BACKOFF_WANTED_MAX_MS + limits.HINT_EVERY_MS)
    expect(connections.dials.length).toBeGreaterThan(before)
  })

  it('dials only so many at once', async () => {
    const source = new ScriptedSource()
    await start(source)
    const waiting: (() => void)[] = []
    connections.answer = () => new Promise((_, reject) => waiting.push(() => reject(new Error('nobody'))))
    const many = await peerIds(limits.MAX_DIALS + 5)
    const key = someKey()
    for (const peerId of many) source.say({ peerId, multiaddrs: [address(1)], key })
    expect(connections.dials.length).toBe(limits.MAX_DIALS)
    waiting.shift()!()
    await clock.advanceAsync(0)
    expect(connections.dials.length).toBe(limits.MAX_DIALS + 1)
  })

  it('gives up a dial that never ends', async () => {
    const source = new ScriptedSource()
    await start(source)
    let signal: AbortSignal | undefined
    connections.answer = (_, given) => {
      signal = given
      return new Promise(() => {})
    }
    source.say({ peerId: peer, multiaddrs: [address(1)] })
    await clock.advanceAsync(limits.DIAL_TIMEOUT_MS + 1)
    expect(signal?.aborted).toBe(true)
    source.say({ peerId: peer, multiaddrs: [address(1)] })
    await clock.advanceAsync(5_000)
    expect(connections.dials.length).toBe(2)
  })

  it('lets the other side begin when ours is the greater peer id', async () => {
    connections = new FakeConnections(peer)
    const source = new ScriptedSource()
    await start(source)
    source.say({ peerId: self, multiaddrs: [address(1)] })
    expect(connections.dials.length).toBe(0)
    await clock.advanceAsync(limits.COURTESY_MS)
    expect(connections.dials.length).toBe(1)
  })

  it('asks every connected peer once per connection, those there already and those that come', async () => {
    const discovery = await start(new ScriptedSource())
    const [late] = await peerIds(1)
    connections.connect(peer)
    const search = discovery.seek(someKey())
    const asked: string[] = []
    search.events.on('candidate', ({ peerId }) => asked.push(peerId.toString()))
    await clock.advanceAsync(0)
    connections.connect(late!)
    connections.connect(late!)
    expect(asked).toEqual([peer.toString(), late!.toString()])
    connections.disconnect(late!)
    connections.connect(late!)
    expect(asked).toEqual([peer.toString(), late!.toString(), late!.toString()])
    search.stop()
    connections.disconnect(peer)
    connections.connect(peer)
    expect(asked.length).toBe(3)
  })

  it('tries once more after a connection is lost', async () => {
    const source = new ScriptedSource()
    await start(source)
    connections.answer = () => Promise.resolve(peer)
    source.say({ peerId: peer, multiaddrs: [address(1)] })
    await clock.advanceAsync(0)
    connections.disconnect(peer)
    await clock.advanceAsync(2_000)
    expect(connections.dials.length).toBe(2)
    expect(connections.isConnected(peer)).toBe(true)
  })

  it('does not open a second connection to whoever answered at a typed address', async () => {
    const typed = new TypedSource({ clock, addresses: [address(9)] })
    const discovery = await start(typed)
    connections.answer = () => Promise.resolve(peer)
    await clock.advanceAsync(10 * limits.HINT_EVERY_MS)
    const afterFirst = connections.dials.length
    await clock.advanceAsync(10 * limits.HINT_EVERY_MS)
    expect(connections.dials.length).toBe(afterFirst)
    expect(discovery.foundBy(peer)).toEqual(['typed'])
  })

  it('runs the other sources when one fails, and shows the states', async () => {
    const broken = new ScriptedSource('dht', () => Promise.reject(new Error('broken')))
    const source = new ScriptedSource('mdns')
    const discovery = await start(broken, source)
    source.say({ peerId: peer, multiaddrs: [address(1)] })
    source.say({ peerId: peer, multiaddrs: [address(2)] })
    expect(discovery.sources()).toEqual([
      { kind: 'dht', state: { is: 'starting' }, found: 0 },
      { kind: 'mdns', state: { is: 'on' }, found: 1 },
    ])
  })

  it('hands searches and announcements to every source, and takes them back', async () => {
    const source = new ScriptedSource()
    const discovery = await start(source)
    const search = discovery.seek(someKey())
    const withdraw = discovery.announce(someKey())
    await clock.advanceAsync(0)
    expect([source.sought, source.announced]).toEqual([1, 1])
    search.stop()
    withdraw()
    withdraw()
    expect([source.sought, source.announced]).toEqual([0, 0])
  })

  it('dials whom peer exchange tells of', async () => {
    const exchange = new ExchangeSource()
    const discovery = await start(exchange)
    exchange.push({ peerId: peer, multiaddrs: [address(3)], key: someKey() })
    expect(connections.dials.length).toBe(1)
    expect(discovery.foundBy(peer)).toEqual(['exchange'])
  })

  it('looks a peer up by its id when no address is known', async () => {
    const exchange = new ExchangeSource()
    await start(exchange)
    exchange.push({ peerId: peer, multiaddrs: [], key: someKey() })
    expect(connections.dials).toEqual([[peer.toString()]])
  })

  it('leaves no timer behind when stopped', async () => {
    const source = new ScriptedSource()
    const hints = new HintsSource({ clock })
    const discovery = await start(source, hints, new TypedSource({ clock, addresses: [address(4)] }))
    discovery.seek(someKey(), { hints: [address(5)] })
    source.say({ peerId: peer, multiaddrs: [address(1)] })
    await clock.advanceAsync(1_000)
    await discovery.stop()
    await clock.advanceAsync(0)
    expect(clock.pending).toBe(0)
    expect(connections.events.listenerCount('peer-connected')).toBe(0)
  })
})
