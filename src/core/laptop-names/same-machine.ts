import type { Multiaddr } from '@multiformats/multiaddr'
import { isLoopbackIp, type NetworkInterface } from '../../peer-to-peer/node/index.ts'
import { reachedAt } from './facts.ts'

/**
 * Whether somebody connected from these addresses is another installation on this very machine. A stranger cannot pretend it: whoever
 * answers a TCP handshake at one of our own addresses is here.
 */
export function isOnThisMachine(
  connectedFrom: readonly Multiaddr[],
  interfaces: readonly Pick<NetworkInterface, 'addresses'>[],
): boolean {
  const own = new Set(interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address)))
  return reachedAt(connectedFrom).addresses.some((ip) => isLoopbackIp(ip) || own.has(ip.split('%')[0]!))
}
