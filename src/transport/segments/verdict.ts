import { onesComplementSum } from './checksum.ts'
import { pseudoHeader, type IpPair, type TransportProtocol } from './pseudo-header.ts'

/**
 * What a receiver makes of the checksum. `absent`: zero in a UDP segment over IPv4, the sender made none (RFC 768).
 * `forbidden`: the same over IPv6, to be discarded (RFC 8200 §8.1).
 */
export type ChecksumVerdict = 'good' | 'bad' | 'absent' | 'forbidden'

/** With the field included, the sum of an intact segment is all ones. */
export function sumsToOnes(pair: IpPair, protocol: TransportProtocol, segment: Uint8Array): boolean {
  const start = onesComplementSum(pseudoHeader(pair, protocol, segment.length))
  return onesComplementSum(segment, start) === 0xffff
}

/** Whether a receiver passes the segment up to a socket. */
export function isAccepted(verdict: ChecksumVerdict): boolean {
  return verdict === 'good' || verdict === 'absent'
}
