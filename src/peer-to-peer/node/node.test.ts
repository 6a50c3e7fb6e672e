import { multiaddr } from '@multiformats/multiaddr'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { raceSignal, VirtualClock } from '../../base/index.ts'
import { createIdentity } from './identity.ts'
import { INTERFACE_POLL_MS } from './limits.ts'
import { createNode, type NodeOptions, type ShoalNode } from './node.ts'
import { createNodes, loopbackOnly, type NodeTestnet } from './testnet.ts'
import type { ReadInterfaces } from './interfaces.ts'

const LOCAL = { addresses: ['/ip4/127.0.0.1/tcp/0'] }

describe('a node', () => {
  const nodes: ShoalNode[] = []
  let net: NodeTestnet | undefined

  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.stop()))
    await net?.stop()
    net = undefined
  })

  async function start(options: Partial<NodeOptions> = {}): Promise<ShoalNode> {
    const identity = await createIdentity()
    const node = await createNode({ identity, listen: LOCAL, readInterfaces: loopbackOnly, ...options })
    nodes.push(node)
    return node
  }

  const bare = (node: ShoalNode) =>
    multiaddr(
      node
        .addresses()[0]!
        .toString()
        .replace(/\/p2p\/.*/, ''),
    )

  it('reaches another by its address and by its peer id', async () => {
    const [a, b] = [await start(), await start()]
    const connection = await a.dial(b.addresses())
    expect(connection.remotePeer.toString()).toBe(b.peerId.toString())
    expect(await a.dial(b.peerId)).toBe(connection)
    expect(a.isConnected(b.peerId)).toBe(true)
    expect(a.connected().map(String)).toEqual([b.peerId.toString()])
  })

  it('finds out who lives at an address', async () => {
    const [a, b] = [await start(), await start()]
    expect((await a.dial(bare(b))).remotePeer.toString()).toBe(b.peerId.toString())
  })

  it('refuses somebody else at an address', async () => {
    const [a, b, c] = [await start(), await start(), await start()]
    const lie = bare(b).encapsulate(`/p2p/${c.peerId.toString()}`)
    await expect(a.dial([lie])).rejects.toMatchObject({ code: 'peer-unreachable' })
  })

  it('says that nobody answers', async () => {
    const a = await start()
    const gone = await start()
    const addresses = gone.addresses()
    await gone.stop()
    await expect(a.dial(addresses)).rejects.toMatchObject({ code: 'peer-unreachable' })
  })

  it('stops dialling when told to', async () => {
    const a = await start()
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()))
    const { port } = silent.address() as { port: number }
    const controller = new AbortController()
    const dial = a.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}`), { signal: controller.signal })
    controller.abort()
    await expect(dial).rejects.toMatchObject({ code: 'cancelled' })
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => silent.close(resolve))
  })

  it('resolves host names with the resolver it was given', async () => {
    const b = await start()
    const lookup = (host: string) => Promise.resolve(host === 'laptop.test' ? ['127.0.0.1'] : [])
    const a = await start({ resolver: { lookup, txt: () => Promise.resolve([]) } })
    const named = multiaddr(bare(b).toString().replace('/ip4/127.0.0.1', '/dns4/laptop.test'))
    expect((await a.dial(named)).remotePeer.toString()).toBe(b.peerId.toString())
  })

  it('tells of connections that open and close', async () => {
    const [a, b] = [await start(), await start()]
    const opened = once(b, 'peer-connected')
    await a.dial(b.addresses())
    expect((await opened).peerId.toString()).toBe(a.peerId.toString())
    const closed = once(b, 'peer-disconnected')
    await a.stop()
    expect((await closed).peerId.toString()).toBe(a.peerId.toString())
  })

  it('takes a room of laptops behind one address that come at once', async () => {
    const host = await start()
    net = await createNodes(12)
    await Promise.all(net.nodes.map((node) => node.dial(host.addresses())))
    await expect.poll(() => host.connected().length, { timeout: 10_000 }).toBe(12)
  })

  it('survives whatever is sent to its port', async () => {
    const node = await start()
    const { port } = node.listeningOn()[0]!
    for (const bytes of [
      'GET / HTTP/1.1\r\n\r\n',
      '\x00'.repeat(1000),
      '\x13/multistream/1.0.0\n\x07/noise\n' + 'x'.repeat(5000),
      '',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(bytes, 'latin1'))
        socket.on('error', () => {}).on('close', () => resolve())
        socket.resume()
      })
    }
    const other = await start()
    await other.dial(node.addresses())
  })

  it('closes its sockets and timers when stopped, also twice', async () => {
    const clock = new VirtualClock()
    const node = await start({ clock })
    const { port } = node.listeningOn()[0]!
    await node.stop()
    await node.stop()
    expect(clock.pending).toBe(0)
    const refused = new Promise((resolve) =>
      connect(port, '127.0.0.1').on('error', ({ message }) => resolve(message)),
    )
    expect(await refused).toContain('ECONNREFUSED')
  })

  it('lists a changed network', async () => {
    const clock = new VirtualClock()
    let interfaces = loopbackOnly() as ReturnType<ReadInterfaces>
    const node = await start({ clock, readInterfaces: () => interfaces })
    const changed = once(node, 'interfaces-changed')
    interfaces = [...interfaces, { name: 'eth9', kind: 'ethernet', addresses: [] }]
    clock.advance(INTERFACE_POLL_MS)
    expect((await changed).interfaces.map(({ name }) => name)).toEqual(['lo', 'eth9'])
  })

  it('tells connected peers that an address is gone when its interface is excluded', async () => {
    const second = { name: 'second', kind: 'other' as const }
    const addresses = [{ address: '127.0.0.2', family: 4 as const, prefix: 32, scopeId: 0 }]
    const readInterfaces = () => [...loopbackOnly(), { ...second, addresses }]
    const a = await start({
      readInterfaces,
      listen: { addresses: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.2/tcp/0'] },
    })
    const b = await start()
    // libp2p announces by itself a second after the start: only what comes later is ours.
    const updates: number[] = []
    a.libp2p.addEventListener('self:peer:update', ({ detail }) => updates.push(detail.peer.addresses.length))
    await expect.poll(() => updates, { timeout: 10_000 }).toEqual([2])
    await b.dial(a.addresses())
    const known = async () => {
      const { addresses: all } = await b.libp2p.peerStore.get(a.peerId)
      return new Set(all.map((each) => each.multiaddr.toString().split('/')[2]))
    }
    await expect.poll(known, { timeout: 10_000 }).toEqual(new Set(['127.0.0.1', '127.0.0.2']))
    a.setExcludedInterfaces(['second'])
    expect(a.interfaces().find(({ name }) => name === 'second')!.excluded).toBe(true)
    await expect.poll(() => updates, { timeout: 10_000 }).toEqual([2, 1])
    await expect.poll(known, { timeout: 10_000 }).toEqual(new Set(['127.0.0.1']))
  })

  it('is a server of the DHT whose own protocol no other DHT speaks', async () => {
    const node = await start()
    expect(node.libp2p.services.dht!.getMode()).toBe('server')
    expect(node.libp2p.getProtocols()).toContain('/shoal/kad/1.0.0')
  })

  it('takes no part in the DHT where that is switched off', async () => {
    const node = await start({ dht: false })
    expect(node.libp2p.getProtocols().join()).not.toContain('kad')
  })

  it('says which address it cannot listen on', async () => {
    const first = await start()
    const taken = bare(first).toString()
    await expect(start({ listen: { addresses: [taken] } })).rejects.toMatchObject({ code: 'port-taken' })
  })
})

function once<K extends 'peer-connected' | 'peer-disconnected' | 'interfaces-changed'>(
  node: ShoalNode,
  name: K,
) {
  type Event = Parameters<Parameters<typeof node.events.on<K>>[1]>[0]
  const event = new Promise<Event>((resolve) => node.events.on(name, resolve))
  return raceSignal(event, AbortSignal.timeout(10_000))
}
