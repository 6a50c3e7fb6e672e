import { systemClock, type Clock } from '../../base/index.ts'
import { createIdentity } from './identity.ts'
import { createNode, type NodeOptions, type ShoalNode } from './node.ts'

export interface NodeTestnet {
  readonly nodes: readonly ShoalNode[]
  /** Connects every node to the first. */
  star(): Promise<void>
  /** Connects every pair. */
  mesh(): Promise<void>
  stop(): Promise<void>
}

/** Loopback alone, so that tests never speak to the network they run on. */
export const loopbackOnly = () => [
  {
    name: 'lo',
    kind: 'loopback' as const,
    addresses: [{ address: '127.0.0.1', family: 4 as const, prefix: 8, scopeId: 0 }],
  },
]

/** A network of `count` nodes in this process, on 127.0.0.1 and free ports. Not connected yet. */
export async function createNodes(
  count: number,
  options: Omit<NodeOptions, 'identity' | 'listen'> & { clock?: Clock } = {},
): Promise<NodeTestnet> {
  const nodes: ShoalNode[] = []
  const stop = async (): Promise<void> => void (await Promise.all(nodes.map((node) => node.stop())))
  try {
    for (let i = 0; i < count; i++) {
      const listen = { addresses: ['/ip4/127.0.0.1/tcp/0'] }
      const identity = await createIdentity()
      const base = { readInterfaces: loopbackOnly, clock: systemClock, ...options }
      nodes.push(await createNode({ ...base, identity, listen }))
    }
  } catch (error) {
    await stop()
    throw error
  }
  const connect = async (from: ShoalNode, to: ShoalNode): Promise<void> =>
    void (await from.dial(to.addresses()))
  const star = async (): Promise<void> => {
    await Promise.all(nodes.slice(1).map((node) => connect(node, nodes[0]!)))
  }
  const mesh = async (): Promise<void> => {
    for (const [i, node] of nodes.entries()) {
      await Promise.all(nodes.slice(i + 1).map((other) => connect(node, other)))
    }
  }
  return { nodes, star, mesh, stop }
}
