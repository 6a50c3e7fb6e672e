import { concatBytes, ShoalError } from '../../base/index.ts'
import { familyOf } from './address.ts'
import { internetChecksum } from './checksum.ts'
import { MAX_SEGMENT_BYTES, UDP_HEADER_BYTES } from './limits.ts'
import { checkPort } from './port.ts'
import { pseudoHeader, type IpPair } from './pseudo-header.ts'
import { sumsToOnes, type ChecksumVerdict } from './verdict.ts'

/** A UDP segment (RFC 768): four fields of 16 bits, then the data. */
export interface UdpSegment {
  /** 0 when no reply is wanted. */
  readonly sourcePort: number
  readonly destinationPort: number
  readonly payload: Uint8Array
}

export interface DecodedUdp extends UdpSegment {
  /** Header and data, bytes, as the field says. */
  readonly length: number
  readonly checksum: number
  readonly verdict: ChecksumVerdict
}

/** `none` sends zero, "no checksum", which only IPv4 allows. */
export type UdpChecksum = 'computed' | 'none'

/** A segment as bytes; throws `bad-usage` for what cannot be sent. */
export function encodeUdp(
  segment: UdpSegment,
  pair: IpPair,
  checksum: UdpChecksum = 'computed',
): Uint8Array<ArrayBuffer> {
  const { sourcePort, destinationPort, payload } = segment
  const length = UDP_HEADER_BYTES + payload.length
  if (length > MAX_SEGMENT_BYTES)
    throw new ShoalError('too-large', `a UDP segment has at most ${MAX_SEGMENT_BYTES} bytes`)
  if (checksum === 'none' && familyOf(pair.source) === 6)
    throw new ShoalError('bad-usage', 'over IPv6 a UDP segment must have a checksum (RFC 8200 §8.1)')
  const header = new Uint8Array(UDP_HEADER_BYTES)
  const view = new DataView(header.buffer)
  view.setUint16(0, checkPort(sourcePort))
  view.setUint16(2, checkPort(destinationPort))
  view.setUint16(4, length)
  if (checksum === 'computed') view.setUint16(6, udpChecksum(pair, header, payload))
  return concatBytes(header, payload)
}

/**
 * Reads a segment that came between these hosts. Bytes after the length the header gives are not part of it. Throws
 * `protocol-violation` when there is no whole segment; a wrong checksum is told by the verdict.
 */
export function decodeUdp(bytes: Uint8Array, pair: IpPair): DecodedUdp {
  if (bytes.length < UDP_HEADER_BYTES || bytes.length > MAX_SEGMENT_BYTES)
    throw new ShoalError('protocol-violation', `${bytes.length} bytes are no UDP segment`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const length = view.getUint16(4)
  if (length < UDP_HEADER_BYTES || length > bytes.length)
    throw new ShoalError('protocol-violation', `the length field says ${length} bytes, ${bytes.length} came`)
  const checksum = view.getUint16(6)
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    length,
    checksum,
    payload: bytes.slice(UDP_HEADER_BYTES, length),
    verdict: verdictOf(pair, bytes.subarray(0, length), checksum),
  }
}

/** Zero means "none", so a sum that comes out as zero is sent as all ones, its other form. */
function udpChecksum(pair: IpPair, header: Uint8Array, payload: Uint8Array): number {
  const pseudo = pseudoHeader(pair, 'udp', header.length + payload.length)
  return internetChecksum(pseudo, header, payload) || 0xffff
}

function verdictOf(pair: IpPair, segment: Uint8Array, checksum: number): ChecksumVerdict {
  if (checksum === 0) return familyOf(pair.source) === 4 ? 'absent' : 'forbidden'
  return sumsToOnes(pair, 'udp', segment) ? 'good' : 'bad'
}
