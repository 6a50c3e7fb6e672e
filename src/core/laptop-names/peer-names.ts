import type { PrivateKey } from '@libp2p/interface'
import type { Clock, Logger, Random } from '../../base/index.ts'
import { NameDirectory, type RecordRules } from '../../peer-to-peer/names/index.ts'
import { dhtValues, type ShoalNode } from '../../peer-to-peer/node/index.ts'
import type { LaptopNames } from './laptop-names.ts'

/** The same names among peers: this laptop's, put into the DHT while it shows itself, and whoever's are looked up. */
export function createPeerNames(around: {
  node: ShoalNode
  laptopNames: LaptopNames
  rules: RecordRules
  privateKey: PrivateKey
  /** Whether this laptop shows itself to others. */
  isVisible: () => boolean
  isBusy: () => boolean
  clock: Clock
  random: Random
  log: Logger
}): NameDirectory {
  const { node, laptopNames, rules, privateKey, isVisible, ...rest } = around
  const self = (): { label: string | undefined; addresses: string[] } => ({
    label: isVisible() ? laptopNames.hostName(node.peerId)?.split('.')[0] : undefined,
    addresses: node.addresses().map(String),
  })
  const directory = new NameDirectory({ dht: dhtValues(node), rules, privateKey, self, ...rest })
  let told = ''
  // Others come and go all the time; only what the record says matters.
  laptopNames.events.on('changed', () => {
    const now = JSON.stringify(self())
    if (now !== told) directory.changed()
    told = now
  })
  return directory
}
