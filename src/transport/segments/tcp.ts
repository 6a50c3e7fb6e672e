import { concatBytes, ShoalError } from '../../base/index.ts'
import { internetChecksum } from './checksum.ts'
import { MAX_SEGMENT_BYTES, TCP_HEADER_BYTES } from './limits.ts'
import { checkPort } from './port.ts'
import { pseudoHeader, type IpPair } from './pseudo-header.ts'
import { decodeTcpOptions, encodeTcpOptions, type TcpOption } from './tcp-options.ts'
import { sumsToOnes } from './verdict.ts'

/** Control bits, from the highest of their byte to the lowest (RFC 9293 §3.1). */
export const TCP_FLAGS = ['cwr', 'ece', 'urg', 'ack', 'psh', 'rst', 'syn', 'fin'] as const
export type TcpFlag = (typeof TCP_FLAGS)[number]

/** A TCP segment (RFC 9293 §3.1). */
export interface TcpSegment {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly sequence: number
  readonly acknowledgment: number
  /** In the order of `TCP_FLAGS`. */
  readonly flags: readonly TcpFlag[]
  readonly window: number
  readonly urgentPointer: number
  readonly options: readonly TcpOption[]
  readonly payload: Uint8Array
}

export interface DecodedTcp extends TcpSegment {
  /** Bytes of the header, options included. */
  readonly headerBytes: number
  /** Four bits that are zero today. */
  readonly reserved: number
  readonly checksum: number
  readonly verdict: 'good' | 'bad'
}

/** A segment as bytes, its checksum computed; throws `bad-usage` or `too-large` for what cannot be sent. */
export function encodeTcp(segment: TcpSegment, pair: IpPair): Uint8Array<ArrayBuffer> {
  const options = encodeTcpOptions(segment.options)
  const header = new Uint8Array(TCP_HEADER_BYTES + options.length)
  const length = header.length + segment.payload.length
  if (length > MAX_SEGMENT_BYTES)
    throw new ShoalError('too-large', `a TCP segment has at most ${MAX_SEGMENT_BYTES} bytes`)
  const view = new DataView(header.buffer)
  view.setUint16(0, checkPort(segment.sourcePort))
  view.setUint16(2, checkPort(segment.destinationPort))
  view.setUint32(4, checkNumber(segment.sequence, 2 ** 32))
  view.setUint32(8, checkNumber(segment.acknowledgment, 2 ** 32))
  view.setUint8(12, (header.length / 4) << 4)
  view.setUint8(13, flagByte(segment.flags))
  view.setUint16(14, checkNumber(segment.window, 2 ** 16))
  view.setUint16(18, checkNumber(segment.urgentPointer, 2 ** 16))
  header.set(options, TCP_HEADER_BYTES)
  // Unlike UDP's, a sum that comes out as zero is sent as zero.
  view.setUint16(16, internetChecksum(pseudoHeader(pair, 'tcp', length), header, segment.payload))
  return concatBytes(header, segment.payload)
}

/** Reads a whole segment that came between these hosts; throws `protocol-violation` when it is none. */
export function decodeTcp(bytes: Uint8Array, pair: IpPair): DecodedTcp {
  if (bytes.length < TCP_HEADER_BYTES || bytes.length > MAX_SEGMENT_BYTES)
    throw new ShoalError('protocol-violation', `${bytes.length} bytes are no TCP segment`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const headerBytes = (view.getUint8(12) >> 4) * 4
  if (headerBytes < TCP_HEADER_BYTES || headerBytes > bytes.length)
    throw new ShoalError('protocol-violation', `the data offset says ${headerBytes} of ${bytes.length} bytes`)
  const flags = view.getUint8(13)
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgment: view.getUint32(8),
    flags: TCP_FLAGS.filter((_, i) => (flags & (0x80 >> i)) !== 0),
    window: view.getUint16(14),
    urgentPointer: view.getUint16(18),
    options: decodeTcpOptions(bytes.subarray(TCP_HEADER_BYTES, headerBytes)),
    payload: bytes.slice(headerBytes),
    headerBytes,
    reserved: view.getUint8(12) & 0x0f,
    checksum: view.getUint16(16),
    verdict: sumsToOnes(pair, 'tcp', bytes) ? 'good' : 'bad',
  }
}

function flagByte(flags: readonly TcpFlag[]): number {
  return TCP_FLAGS.reduce((byte, flag, i) => (flags.includes(flag) ? byte | (0x80 >> i) : byte), 0)
}

function checkNumber(value: number, bound: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= bound)
    throw new ShoalError('bad-usage', `a whole number below ${bound} is wanted`)
  return value
}
