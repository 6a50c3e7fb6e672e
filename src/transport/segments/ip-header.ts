import { concatBytes, ShoalError } from '../../base/index.ts'
import { familyOf } from './address.ts'
import { internetChecksum } from './checksum.ts'
import { MAX_SEGMENT_BYTES } from './limits.ts'
import { PROTOCOL_NUMBER, type IpPair, type TransportProtocol } from './pseudo-header.ts'

const V4_HEADER_BYTES = 20
/** Hops a datagram may take: what Linux gives it. */
const HOP_LIMIT = 64

/** The datagram that carries a segment: IPv4 (RFC 791) or IPv6 (RFC 8200) by the addresses, without options. */
export function encodeDatagram(
  segment: Uint8Array,
  pair: IpPair,
  protocol: TransportProtocol,
): Uint8Array<ArrayBuffer> {
  if (pair.source.length !== pair.destination.length)
    throw new ShoalError('bad-address', 'an IPv4 and an IPv6 address do not go together')
  const number = PROTOCOL_NUMBER[protocol]
  return familyOf(pair.source) === 4 ? version4(segment, pair, number) : version6(segment, pair, number)
}

function version4(segment: Uint8Array, pair: IpPair, protocol: number): Uint8Array<ArrayBuffer> {
  const total = V4_HEADER_BYTES + segment.length
  if (total > MAX_SEGMENT_BYTES)
    throw new ShoalError('too-large', `an IPv4 datagram has at most ${MAX_SEGMENT_BYTES} bytes`)
  const header = new Uint8Array(V4_HEADER_BYTES)
  const view = new DataView(header.buffer)
  view.setUint8(0, 0x45)
  view.setUint16(2, total)
  view.setUint16(6, 0x4000)
  view.setUint8(8, HOP_LIMIT)
  view.setUint8(9, protocol)
  header.set(pair.source, 12)
  header.set(pair.destination, 16)
  view.setUint16(10, internetChecksum(header))
  return concatBytes(header, segment)
}

function version6(segment: Uint8Array, pair: IpPair, protocol: number): Uint8Array<ArrayBuffer> {
  if (segment.length > MAX_SEGMENT_BYTES)
    throw new ShoalError('too-large', `an IPv6 datagram carries at most ${MAX_SEGMENT_BYTES} bytes`)
  const start = Uint8Array.of(0x60, 0, 0, 0, segment.length >> 8, segment.length & 0xff, protocol, HOP_LIMIT)
  return concatBytes(start, pair.source, pair.destination, segment)
}
