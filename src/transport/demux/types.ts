import type { IpBytes } from '../segments/address.ts'

/** An address and a port: one end of a conversation. */
export interface Endpoint {
  readonly address: IpBytes
  readonly port: number
}

/** What the kernel knows of a UDP socket. Its name is the 2-tuple of local address and port; `connect` adds a peer. */
export interface UdpSocket {
  readonly id: string
  readonly local: Endpoint
  /** After `connect`: only this peer's datagrams are taken. */
  readonly remote?: Endpoint
  /** An IPv6 socket that leaves IPv4 alone (IPV6_V6ONLY). */
  readonly ipv6Only?: boolean
}

/** What the kernel knows of a TCP socket: one that waits for connections, or one of a connection. */
export type TcpSocket =
  | {
      readonly id: string
      readonly is: 'listening'
      readonly local: Endpoint
      readonly ipv6Only?: boolean
    }
  | { readonly id: string; readonly is: 'connected'; readonly local: Endpoint; readonly remote: Endpoint }

/** What of an arriving segment decides: both addresses of its datagram and both ports. */
export interface Arrival {
  readonly source: Endpoint
  readonly destination: Endpoint
}

/** By which rule a socket was found. */
export type DemuxRule =
  /** All four values match a connected socket. */
  | 'four-tuple'
  /** Destination address and port match a bound or listening socket. */
  | 'address-and-port'
  /** The destination port matches a socket bound to every address. */
  | 'any-address'

export type Demuxed =
  | { readonly is: 'delivered'; readonly socket: string; readonly rule: DemuxRule }
  /** Nobody has it: UDP answers with ICMP "port unreachable" (RFC 1122 §4.1.3.1), TCP with RST (RFC 9293 §3.10.7.1). */
  | { readonly is: 'refused'; readonly answer: 'port-unreachable' | 'reset' }
