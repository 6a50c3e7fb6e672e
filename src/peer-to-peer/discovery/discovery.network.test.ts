import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, it } from 'vitest'
import { raceSignal, silentLogger, systemClock, systemRandom } from '../../base/index.ts'
import { createNodes, dhtRouting, type NodeTestnet, type ShoalNode } from '../node/index.ts'
import { DhtSource } from './dht-source.ts'
import { Discovery, type ShareSearch } from './discovery.ts'
import { HintsSource } from './hints-source.ts'
import { someKey } from './test-peers.ts'
import { TypedSource } from './typed-source.ts'
import type { PeerSource } from './peer-source.ts'

const clock = systemClock
const log = silentLogger

describe('discovery over real connections', () => {
  let net: NodeTestnet | undefined
  const running: Discovery[] = []

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()))
    await net?.stop()
    net = undefined
  })

  async function nodes(count: number): Promise<readonly ShoalNode[]> {
    net = await createNodes(count)
    return net.nodes
  }

  async function discover(node: ShoalNode, ...sources: PeerSource[]): Promise<Discovery> {
    const discovery = new Discovery({ sources, connections: node })
    running.push(discovery)
    await discovery.start()
    return discovery
  }

  const dht = (node: ShoalNode) => new DhtSource({ dht: dhtRouting(node), clock, random: systemRandom, log })
  const typed = (...to: ShoalNode[]) =>
    new TypedSource({ clock, addresses: to.flatMap((each) => each.addresses()) })

  it('meets the source of a share through a third core that holds nothing of it', async () => {
    const [third, source, receiver] = await nodes(3)
    const key = someKey()
    await discover(third!, dht(third!))
    const sharing = await discover(source!, dht(source!), typed(third!))
    sharing.announce(key)
    const fetching = await discover(receiver!, dht(receiver!), typed(third!))
    await candidate(fetching.seek(key), source!)
    await expect.poll(() => fetching.foundBy(source!.peerId), { timeout: 10_000 }).toContain('dht')
    expect(receiver!.isConnected(source!.peerId)).toBe(true)
  })

  it('meets a source that begins to announce after the search began', async () => {
    const [third, source, receiver] = await nodes(3)
    const key = someKey()
    await discover(third!, dht(third!))
    const fetching = await discover(receiver!, dht(receiver!), typed(third!))
    const search = fetching.seek(key)
    await connected(receiver!, third!)
    const sharing = await discover(source!, dht(source!), typed(third!))
    sharing.announce(key)
    await candidate(search, source!)
  })

  it('meets the source by hints alone', async () => {
    const [source, receiver] = await nodes(2)
    const fetching = await discover(receiver!, new HintsSource({ clock }))
    await candidate(fetching.seek(someKey(), { hints: source!.addresses() }), source!)
    expect(fetching.foundBy(source!.peerId)).toEqual(['hints'])
  })

  it('accepts nobody but the named peer at a hint', async () => {
    const [source, receiver, other] = await nodes(3)
    const wrong = source!
      .addresses()[0]!
      .toString()
      .replace(source!.peerId.toString(), other!.peerId.toString())
    const fetching = await discover(receiver!, new HintsSource({ clock }))
    const right = source!.addresses()
    await candidate(fetching.seek(someKey(), { hints: [multiaddr(wrong), ...right] }), source!)
    expect(receiver!.isConnected(other!.peerId)).toBe(false)
  })

  it('learns who lives at a typed address without a peer id', async () => {
    const [source, receiver] = await nodes(2)
    const bare = multiaddr(
      source!
        .addresses()[0]!
        .toString()
        .replace(/\/p2p\/.*/, ''),
    )
    const fetching = await discover(receiver!, new TypedSource({ clock, addresses: [bare] }))
    await candidate(fetching.seek(someKey()), source!)
    await expect.poll(() => fetching.foundBy(source!.peerId)).toEqual(['typed'])
  })

  it('finds five nodes that each know only one other', async () => {
    const all = await nodes(5)
    const key = someKey()
    const found: Discovery[] = []
    for (const [i, node] of all.entries()) {
      found.push(await discover(node, dht(node), ...(i > 0 ? [typed(all[i - 1]!)] : [])))
    }
    found[0]!.announce(key)
    await candidate(found[4]!.seek(key), all[0]!)
  })
})

function connected(a: ShoalNode, b: ShoalNode): Promise<void> {
  const signal = AbortSignal.timeout(10_000)
  const done = new Promise<void>((resolve) => {
    if (a.isConnected(b.peerId)) resolve()
    a.events.on('peer-connected', ({ peerId }) => peerId.equals(b.peerId) && resolve())
  })
  return raceSignal(done, signal)
}

/** Waits until a search names a node. */
function candidate(search: ShareSearch, node: ShoalNode): Promise<void> {
  const named = new Promise<void>((resolve) => {
    search.events.on('candidate', ({ peerId }) => peerId.equals(node.peerId) && resolve())
  })
  return raceSignal(named, AbortSignal.timeout(15_000))
}
