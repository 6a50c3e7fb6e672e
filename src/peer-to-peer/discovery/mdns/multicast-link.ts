import type { BlockList } from 'node:net'

/** One interface and IP version, ready to send to the mDNS group and to hear it. */
export interface MulticastLink {
  /** Sends to the group. What cannot be sent is lost, as with any datagram. */
  send(packet: Uint8Array): void
  /** Resolves once what was sent has left and the socket is closed. */
  close(): Promise<void>
}

export interface OpenLinkOptions {
  /** The interface's name. */
  readonly name: string
  readonly family: 4 | 6
  /** An address of ours on the interface, of this family. */
  readonly address: string
  readonly scopeId: number
  /** The interface's networks: a sender outside them is not on this link (RFC 6762 §11). */
  readonly subnets: BlockList
  onPacket(packet: Uint8Array, from: string): void
  /** The socket broke and is closed. */
  onBroken(error: Error): void
}

/** Opens a link; replaced by an in-memory one in tests. Rejects when the socket cannot be bound or join the group. */
export type OpenLink = (options: OpenLinkOptions) => Promise<MulticastLink>
