import { TCP_HEADER_BYTES, UDP_HEADER_BYTES } from './limits.ts'
import { TCP_FLAGS } from './tcp.ts'
import type { TransportProtocol } from './pseudo-header.ts'

export type SegmentFieldName =
  | 'source-port'
  | 'destination-port'
  | 'length'
  | 'checksum'
  | 'sequence'
  | 'acknowledgment'
  | 'data-offset'
  | 'reserved'
  | 'flags'
  | 'window'
  | 'urgent-pointer'
  | 'options'
  | 'data'

/** A field of a segment: where its bits are, and what they say. */
export interface SegmentField {
  readonly name: SegmentFieldName
  /** First bit, counted from the start of the segment. */
  readonly bit: number
  readonly bits: number
  /** As a number; undefined for options and data. */
  readonly value?: number
  /** Control bits that are set. */
  readonly flags?: string[]
}

type Layout = readonly (readonly [SegmentFieldName, bits: number])[]

const UDP: Layout = [
  ['source-port', 16],
  ['destination-port', 16],
  ['length', 16],
  ['checksum', 16],
]
const TCP: Layout = [
  ['source-port', 16],
  ['destination-port', 16],
  ['sequence', 32],
  ['acknowledgment', 32],
  ['data-offset', 4],
  ['reserved', 4],
  ['flags', 8],
  ['window', 16],
  ['checksum', 16],
  ['urgent-pointer', 16],
]

/** The fields of a segment in order. It need not be a good one: flipped bits are read as they are. */
export function segmentFields(bytes: Uint8Array, protocol: TransportProtocol): SegmentField[] {
  const fields: SegmentField[] = []
  let bit = 0
  for (const [name, bits] of protocol === 'udp' ? UDP : TCP) {
    const value = readBits(bytes, bit, bits)
    fields.push({ name, bit, bits, value, ...(name === 'flags' ? { flags: flagsOf(value) } : {}) })
    bit += bits
  }
  const headerBytes = protocol === 'udp' ? UDP_HEADER_BYTES : tcpHeaderBytes(bytes)
  if (headerBytes * 8 > bit) fields.push({ name: 'options', bit, bits: headerBytes * 8 - bit })
  if (bytes.length > headerBytes)
    fields.push({ name: 'data', bit: headerBytes * 8, bits: (bytes.length - headerBytes) * 8 })
  return fields
}

/** What the data offset says, kept within the segment. */
function tcpHeaderBytes(bytes: Uint8Array): number {
  return Math.min(bytes.length, Math.max(TCP_HEADER_BYTES, (bytes[12]! >> 4) * 4))
}

function flagsOf(byte: number): string[] {
  return TCP_FLAGS.filter((_, i) => (byte & (0x80 >> i)) !== 0)
}

function readBits(bytes: Uint8Array, bit: number, bits: number): number {
  let value = 0
  for (let i = bit; i < bit + bits; i++) value = value * 2 + ((bytes[i >> 3]! >> (7 - (i & 7))) & 1)
  return value
}
