export { DhtSource, type DhtRouting } from './dht-source.ts'
export type { Connections } from './dialler.ts'
export {
  Discovery,
  type Candidate,
  type DiscoveredPeer,
  type DiscoveryEvents,
  type DiscoveryOptions,
  type ShareSearch,
  type SourceView,
} from './discovery.ts'
export { ExchangeSource } from './exchange-source.ts'
export { HintsSource } from './hints-source.ts'
export type {
  FoundPeer,
  PeerSource,
  PeerSourceEvents,
  PeerSourceKind,
  PeerSourceState,
  SeekOptions,
} from './peer-source.ts'
export { RememberedSource } from './remembered-source.ts'
export { parseTypedAddress } from './typed-address.ts'
export { TypedSource } from './typed-source.ts'
export { MdnsSource, type MdnsOptions } from './mdns/mdns-source.ts'
export { MemoryMulticast } from './mdns/memory-link.ts'
export type { MdnsInterface } from './mdns/place.ts'
export type { MulticastLink, OpenLink, OpenLinkOptions } from './mdns/multicast-link.ts'
export { udpLinks } from './mdns/udp-link.ts'
