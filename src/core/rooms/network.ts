import type { LookupFunction } from 'node:net'
import type { PrivateKey } from '@libp2p/interface'
import { nameRecordRules, type RecordRules } from '../../peer-to-peer/names/index.ts'
import { createNode, loadIdentity, systemResolver, type ShoalNode } from '../../peer-to-peer/node/index.ts'
import { createSwarm, type Swarm } from '../../peer-to-peer/swarm/index.ts'
import { createFinding, type Finding } from '../finding.ts'
import { hostResolver } from '../laptop-names/index.ts'
import { lookupWith } from '../resolve-host.ts'
import { bytesPerSecond, inForce } from '../settings.ts'
import type { Ground, Rooms } from './ground.ts'

/** This laptop among its peers. */
export interface OnTheNetwork {
  readonly privateKey: PrivateKey
  /** Which name records the DHT keeps and believes. */
  readonly rules: RecordRules
  /** Resolves names of servers, our own names first. */
  readonly lookup: LookupFunction
  readonly node: ShoalNode
  readonly finding: Finding
  readonly swarm: Swarm
}

/** Makes identity, node, ways of finding peers, and the swarm. */
export async function makeNetwork(
  ground: Ground,
  { settings, store, names }: Pick<Rooms, 'settings' | 'store' | 'names'>,
): Promise<OnTheNetwork> {
  const { config, clock, random, log, cleanup } = ground
  const { privateKey, ...identity } = await loadIdentity(config.home)
  const resolver = hostResolver(names, systemResolver)
  const lookup = lookupWith(resolver)
  const rules = nameRecordRules(clock)
  const node = await createNode({
    identity: { privateKey, ...identity },
    resolver,
    ...(config.listen ? { listen: { addresses: config.listen } } : {}),
    excludedInterfaces: settings.current.excludedInterfaces,
    version: config.host.version,
    dht: config.dht,
    records: { validators: rules.validators, selectors: rules.selectors },
    clock,
    random,
    log,
  })
  cleanup.add(() => node.stop())
  const { facts } = store
  const finding = createFinding({ node, privateKey, lookup, facts, options: config, clock, random, log })
  cleanup.add(() => finding.discovery.stop())
  const swarm = createSwarm({
    libp2p: node.libp2p,
    clock,
    random,
    log,
    buffers: store.buffers,
    limits: bytesPerSecond(inForce(settings.current, config)),
    lanes: config.lane === false ? 'stream' : 'tls',
    name: () => ground.settings().name,
    record: node.record,
  })
  cleanup.add(() => swarm.stop())
  return { privateKey, rules, lookup, node, finding, swarm }
}
