import { fromUtf8, isShoalError, toHex, utf8 } from '../../base/index.ts'
import type { SegmentView, segmentRequestSchema } from '../../contract/index.ts'
import {
  decodeTcp,
  decodeUdp,
  encodeDatagram,
  encodePcapng,
  encodeTcp,
  encodeUdp,
  isAccepted,
  MAX_TCP_HEADER_BYTES,
  parseIp,
  pseudoHeader,
  segmentFields,
  TCP_HEADER_BYTES,
  traceChecksum,
  UDP_HEADER_BYTES,
  type ChecksumTrace,
  type IpPair,
} from '../../transport/segments/index.ts'
import type { z } from 'zod'

type Request = z.output<typeof segmentRequestSchema>

/** Bits of a byte that a sum of words cannot tell apart: the same place of two words. */
const WORD_BITS = 16

/** A segment field by field, its checksum worked by both sides, and what becomes of it. */
export function segmentView(request: Request): SegmentView {
  const pair = pairOf(request)
  const sent = encode(request, pair)
  const arrived = flipped(sent, request.flips)
  const { protocol } = request
  return {
    sent: toHex(sent),
    arrived: toHex(arrived),
    pseudoHeader: toHex(pseudoHeader(pair, protocol, sent.length)),
    fields: segmentFields(arrived, protocol),
    sender: mutable(traceOf(withoutChecksum(sent, protocol), pair, protocol)),
    receiver: mutable(traceOf(arrived, pair, protocol)),
    ...outcome(arrived, pair, protocol),
    blindSpot: blindSpotOf(sent),
  }
}

/** The same for Wireshark: what was sent and, when bits flipped, what arrived. */
export function captureOf(request: Request, now: number): Uint8Array<ArrayBuffer> {
  const pair = pairOf(request)
  const sent = encode(request, pair)
  const segments = request.flips.length > 0 ? [sent, flipped(sent, request.flips)] : [sent]
  const comments = ['sent', 'arrived']
  const datagrams = segments.map((segment, i) => ({
    at: now + i,
    bytes: encodeDatagram(segment, pair, request.protocol),
    comment: comments[i]!,
  }))
  return encodePcapng(datagrams, { application: 'Shoal', interface: 'segment view' })
}

function pairOf({ source, destination }: Request): IpPair {
  return { source: parseIp(source.address), destination: parseIp(destination.address) }
}

function encode(request: Request, pair: IpPair): Uint8Array {
  const ports = { sourcePort: request.source.port, destinationPort: request.destination.port }
  const payload = utf8(request.message)
  if (request.protocol === 'udp') return encodeUdp({ ...ports, payload }, pair, request.checksum)
  const { flags = ['ack', 'psh'], sequence = 0, acknowledgment = 0, window = 0 } = request.tcp ?? {}
  const numbers = { sequence, acknowledgment, window, urgentPointer: 0, options: [] }
  return encodeTcp({ ...ports, ...numbers, flags, payload }, pair)
}

function flipped(bytes: Uint8Array, bits: readonly number[]): Uint8Array {
  const out = bytes.slice()
  for (const bit of bits) if (bit >> 3 < out.length) out[bit >> 3]! ^= 0x80 >> (bit & 7)
  return out
}

function withoutChecksum(bytes: Uint8Array, protocol: Request['protocol']): Uint8Array {
  const at = protocol === 'udp' ? 6 : 16
  return bytes.slice().fill(0, at, at + 2)
}

function traceOf(segment: Uint8Array, pair: IpPair, protocol: Request['protocol']): ChecksumTrace {
  const header = protocol === 'udp' ? UDP_HEADER_BYTES : tcpHeaderBytes(segment)
  return traceChecksum([
    { name: 'pseudo-header', bytes: pseudoHeader(pair, protocol, segment.length) },
    { name: 'header', bytes: segment.subarray(0, header) },
    { name: 'data', bytes: segment.subarray(header) },
  ])
}

function tcpHeaderBytes(segment: Uint8Array): number {
  const said = (segment[12]! >> 4) * 4
  return Math.min(segment.length, MAX_TCP_HEADER_BYTES, Math.max(TCP_HEADER_BYTES, said))
}

function outcome(
  arrived: Uint8Array,
  pair: IpPair,
  protocol: Request['protocol'],
): Pick<SegmentView, 'verdict' | 'delivered'> {
  try {
    const { verdict, payload } = protocol === 'udp' ? decodeUdp(arrived, pair) : decodeTcp(arrived, pair)
    return { verdict, delivered: isAccepted(verdict) ? textOf(payload) : null }
  } catch (error) {
    if (isShoalError(error, 'protocol-violation')) return { verdict: 'malformed', delivered: null }
    throw error
  }
}

/** Flipped bits may leave text that is no UTF-8 any more. */
function textOf(payload: Uint8Array): string {
  return fromUtf8(payload) ?? new TextDecoder().decode(payload)
}

/** The last two bits that stand at the same place of their words, one 0 and one 1: flipped both, the sum stays. */
function blindSpotOf(bytes: Uint8Array): [number, number] | null {
  const bits = bytes.length * 8
  const isSet = (bit: number): boolean => ((bytes[bit >> 3]! >> (7 - (bit & 7))) & 1) === 1
  for (let bit = bits - 1; bit >= 0; bit--) {
    const before = bit - WORD_BITS
    if (before >= 0 && isSet(bit) !== isSet(before)) return [before, bit]
  }
  return null
}

function mutable({ steps, sum, complement }: ChecksumTrace): SegmentView['sender'] {
  return { steps: [...steps], sum, complement }
}
