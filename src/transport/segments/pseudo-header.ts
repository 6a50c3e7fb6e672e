import { concatBytes, ShoalError } from '../../base/index.ts'
import { familyOf, type IpBytes } from './address.ts'

/** Between which hosts a segment travels. Both addresses are of one family. */
export interface IpPair {
  readonly source: IpBytes
  readonly destination: IpBytes
}

/** Protocol numbers of the IP header (IANA). */
export const PROTOCOL_NUMBER = { tcp: 6, udp: 17 } as const
export type TransportProtocol = keyof typeof PROTOCOL_NUMBER

/**
 * What is summed before the segment, and never sent: it ties the segment to its addresses (RFC 768 and RFC 9293 §3.1 for IPv4,
 * RFC 8200 §8.1 for IPv6).
 */
export function pseudoHeader(pair: IpPair, protocol: TransportProtocol, segmentBytes: number): Uint8Array {
  const { source, destination } = pair
  if (source.length !== destination.length)
    throw new ShoalError('bad-address', 'an IPv4 and an IPv6 address do not go together')
  const number = PROTOCOL_NUMBER[protocol]
  const tail =
    familyOf(source) === 4
      ? Uint8Array.of(0, number, segmentBytes >> 8, segmentBytes & 0xff)
      : Uint8Array.of(0, segmentBytes >> 16, (segmentBytes >> 8) & 0xff, segmentBytes & 0xff, 0, 0, 0, number)
  return concatBytes(source, destination, tail)
}
