import type { LookupFunction } from 'node:net'
import type { PrivateKey } from '@libp2p/interface'
import type { Clock, Logger, Random } from '../base/index.ts'
import { TrackerClient } from '../client-server/tracker/index.ts'
import type { CoreOptions } from '../contract/index.ts'
import {
  DhtSource,
  Discovery,
  HintsSource,
  MdnsSource,
  RememberedSource,
  TypedSource,
  udpLinks,
  type PeerSource,
  type PeerSourceKind,
} from '../peer-to-peer/discovery/index.ts'
import { dhtRouting, type ShoalNode } from '../peer-to-peer/node/index.ts'
import type { FactStore } from '../store/index.ts'

export interface Finding {
  readonly discovery: Discovery
  readonly typed: TypedSource
  readonly remembered: RememberedSource
  readonly trackers: TrackerClient
  /** Ways of finding peers that are switched off. */
  readonly off: readonly PeerSourceKind[]
}

/** Every way of finding peers that the options allow, side by side. */
export function createFinding(init: {
  node: ShoalNode
  privateKey: PrivateKey
  lookup: LookupFunction
  facts: FactStore
  options: CoreOptions
  clock: Clock
  random: Random
  log: Logger
}): Finding {
  const { node, privateKey, lookup, facts, options, clock, random, log } = init
  const typed = new TypedSource({ clock })
  const remembered = new RememberedSource({ facts, clock, log })
  const trackers = new TrackerClient({
    clock,
    random,
    privateKey,
    lookup,
    addresses: () => node.addresses(),
    urls: options.trackers,
  })
  const sources: PeerSource[] = [new HintsSource({ clock }), typed, remembered, trackers]
  const off: PeerSourceKind[] = []
  if (options.mdns === false) off.push('mdns')
  else {
    sources.push(new MdnsSource({ self: node.peerId, network: node, open: udpLinks(), clock, random, log }))
  }
  if (options.dht === false) off.push('dht')
  else sources.push(new DhtSource({ dht: dhtRouting(node), clock, random, log }))
  const discovery = new Discovery({ sources, connections: node, clock, random, log })
  return { discovery, typed, remembered, trackers, off }
}
