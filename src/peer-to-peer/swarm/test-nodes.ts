import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { yamux } from '@libp2p/yamux'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import {
  Cleanup,
  silentLogger,
  systemClock,
  systemRandom,
  type Clock,
  type Logger,
} from '../../base/index.ts'
import { SlabPool } from '../../store/buffer-pool.ts'
import { MemoryShare } from '../../store/memory-share.ts'
import type { BufferPool, StoredShare } from '../../store/types.ts'
import { signOwnRecord } from '../node/index.ts'
import type { OwnRecord, Session, ShareLimits } from './share/session.ts'
import { createSwarm, type Swarm } from './swarm.ts'

export interface TestLibp2p {
  readonly libp2p: Libp2p
  readonly record: OwnRecord
}

/** A libp2p node on loopback with the options the swarm relies on. For tests. */
export async function createTestLibp2p(): Promise<TestLibp2p> {
  const privateKey = await generateKeyPair('Ed25519')
  const libp2p = await createLibp2p({
    privateKey,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: 2 ** 21 } })],
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 256 },
    connectionMonitor: { enabled: false },
  })
  return { libp2p, record: await signOwnRecord(libp2p, privateKey) }
}

export interface TestNode {
  readonly name: string
  readonly libp2p: Libp2p
  readonly record: OwnRecord
  readonly swarm: Swarm
  readonly buffers: BufferPool
}

export interface TestNodeOptions {
  lanes?: 'tls' | 'stream'
  limits?: ShareLimits
  log?: Logger
  clock?: Clock
  /** What it says of itself instead of the truth. */
  record?: OwnRecord
}

/** Real time that passes `factor` times as fast, so that deadlines of seconds can be waited for. */
export function fastClock(factor: number): Clock {
  return {
    now: () => systemClock.now() * factor,
    wallNow: () => systemClock.wallNow(),
    after: (ms, callback) => systemClock.after(ms / factor, callback),
    every: (ms, callback) => systemClock.every(ms / factor, callback),
  }
}

/** Swarms on loopback, and everything they need to be stopped again. */
export class TestNet {
  readonly #cleanup = new Cleanup()

  async node(name: string, options: TestNodeOptions = {}): Promise<TestNode> {
    const { libp2p, record } = await createTestLibp2p()
    this.#cleanup.add(() => libp2p.stop())
    const buffers = new SlabPool()
    const swarm = createSwarm({
      libp2p,
      clock: options.clock ?? systemClock,
      random: systemRandom,
      log: options.log ?? silentLogger,
      buffers,
      limits: options.limits ?? { up: 0, down: 0 },
      lanes: options.lanes ?? 'tls',
      name: () => name,
      record: options.record ?? record,
    })
    await swarm.start()
    this.#cleanup.add(() => swarm.stop())
    return { name, libp2p, record, swarm, buffers }
  }

  async nodes(count: number, options: TestNodeOptions = {}): Promise<TestNode[]> {
    return Promise.all(Array.from({ length: count }, (_, i) => this.node(`node ${i}`, options)))
  }

  async pair(options: TestNodeOptions = {}): Promise<[TestNode, TestNode]> {
    return Promise.all([this.node('node 0', options), this.node('node 1', options)])
  }

  add(step: () => unknown): void {
    this.#cleanup.add(step)
  }

  stop(): Promise<void> {
    return this.#cleanup.run()
  }
}

/** Joins with an empty share and a hint to `source`. */
export function fetchFrom(
  node: TestNode,
  source: TestNode,
  share: StoredShare,
): { session: Session; share: MemoryShare } {
  const mine = new MemoryShare(share.cid)
  const session = node.swarm.join(mine)
  session.addCandidate(source.libp2p.peerId, { addresses: source.libp2p.getMultiaddrs(), isHint: true })
  return { session, share: mine }
}

/** Resolves when the share is complete here. */
export function completed(share: StoredShare): Promise<void> {
  if (share.isComplete) return Promise.resolve()
  return new Promise((resolve) => share.events.on('complete', () => resolve()))
}

/** Resolves with the first event of a kind that satisfies the condition. */
export function eventually<T>(
  subscribe: (listener: (event: T) => void) => () => void,
  is: (event: T) => boolean = () => true,
): Promise<T> {
  return new Promise((resolve) => {
    const stop = subscribe((event) => {
      if (!is(event)) return
      stop()
      resolve(event)
    })
  })
}

/** Every part of both, compared byte for byte. */
export async function expectSame(got: StoredShare, original: StoredShare): Promise<void> {
  if (!got.isComplete) throw new Error('not complete')
  for (let part = 0; part < original.parts; part++) {
    const length = original.partLength(part)
    const [a, b] = await Promise.all([got.readPart(part, 0, length), original.readPart(part, 0, length)])
    if (Buffer.compare(a, b) !== 0) throw new Error(`part ${part} differs`)
  }
}

/** Bytes that differ at every offset, so that a misplaced block is seen. */
export function testBytes(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed >>> 0
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}
