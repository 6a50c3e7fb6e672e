export { ipOf, ownAddresses, sortForDialling, sortForPeople, tcpPortOf } from './addresses.ts'
export { dhtValues, type NodeDhtStep, type NodeDhtValues } from './dht-values.ts'
export { dhtRouting, type NodeDhtRouting } from './dht-routing.ts'
export {
  createIdentity,
  IDENTITY_FILE,
  loadIdentity,
  type Identity,
  type IdentityOrigin,
} from './identity.ts'
export {
  isLinkLocalIp,
  isLoopbackIp,
  readSystemInterfaces,
  type InterfaceAddress,
  type InterfaceKind,
  type NetworkInterface,
  type ReadInterfaces,
} from './interfaces.ts'
export { KAD_PROTOCOL, type NodeServices, type ObservableKad } from './libp2p-options.ts'
export { DEFAULT_PORT } from './limits.ts'
export type { Listen } from './listen.ts'
export {
  createNode,
  type ListeningAddress,
  type NodeEvents,
  type NodeOptions,
  type ShoalNode,
} from './node.ts'
export { signOwnRecord, type OwnRecord } from './own-record.ts'
export { systemResolver, type HostResolver } from './resolver.ts'
export { createNodes, type NodeTestnet } from './testnet.ts'
