import { ShoalError } from '../../base/index.ts'
import { MAX_ADDRESS_LENGTH } from './limits.ts'

/** 4 bytes of an IPv4 address or 16 of an IPv6 one, in network order. */
export type IpBytes = Uint8Array

const V4_BYTES = 4
const V6_BYTES = 16
/** First twelve bytes of an IPv4-mapped IPv6 address, `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). */
const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)

/** Bytes of an address in text; throws `bad-address`. Zones (`%eth0`) are not part of an address on the wire. */
export function parseIp(text: string): IpBytes {
  const bytes = text.length <= MAX_ADDRESS_LENGTH ? (parseV4(text) ?? parseV6(text)) : undefined
  if (!bytes) throw new ShoalError('bad-address', 'this is neither an IPv4 nor an IPv6 address')
  return bytes
}

/** Text of an address: dotted, or the canonical IPv6 form (RFC 5952). */
export function formatIp(bytes: IpBytes): string {
  if (bytes.length === V4_BYTES) return bytes.join('.')
  if (bytes.length !== V6_BYTES) throw new ShoalError('bad-address', 'an address has 4 or 16 bytes')
  if (isMapped(bytes)) return `::ffff:${bytes.subarray(12).join('.')}`
  return formatV6(Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!))
}

export function familyOf(bytes: IpBytes): 4 | 6 {
  return bytes.length === V4_BYTES ? 4 : 6
}

/** The IPv4 address inside an IPv4-mapped one; any other address as it is. */
export function unmapped(bytes: IpBytes): IpBytes {
  return bytes.length === V6_BYTES && isMapped(bytes) ? bytes.subarray(12) : bytes
}

/** `0.0.0.0` and `::`: INADDR_ANY, every address of this host. */
export function isUnspecified(bytes: IpBytes): boolean {
  return bytes.every((byte) => byte === 0)
}

/** 127.0.0.0/8, ::1, and the former in mapped form. */
export function isLoopback(bytes: IpBytes): boolean {
  const plain = unmapped(bytes)
  if (plain.length === V4_BYTES) return plain[0] === 127
  return plain.every((byte, i) => byte === (i === V6_BYTES - 1 ? 1 : 0))
}

/** 224.0.0.0/4 and ff00::/8. */
export function isMulticast(bytes: IpBytes): boolean {
  const plain = unmapped(bytes)
  return plain.length === V4_BYTES ? (plain[0]! & 0xf0) === 0xe0 : plain[0] === 0xff
}

function isMapped(bytes: IpBytes): boolean {
  return MAPPED.every((byte, i) => bytes[i] === byte)
}

function parseV4(text: string): IpBytes | undefined {
  const parts = text.split('.')
  if (parts.length !== V4_BYTES) return undefined
  // Leading zeros are refused: some readers take them for octal.
  if (!parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined
  return Uint8Array.from(parts, Number)
}

function parseV6(text: string): IpBytes | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted) {
    const v4 = parseV4(dotted[2]!)
    if (!v4) return undefined
    const words = [(v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!].map((word) => word.toString(16))
    return parseV6(`${dotted[1]}${words.join(':')}`)
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(parseWords)
  if (!head || (halves.length === 2 && !tail)) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail ? missing < 1 : missing !== 0) return undefined
  const words = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]))
}

function parseWords(text: string): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return undefined
  return parts.map((part) => Number.parseInt(part, 16))
}

function formatV6(words: readonly number[]): string {
  const run = longestZeroRun(words)
  const hex = (from: number, to?: number): string =>
    words
      .slice(from, to)
      .map((word) => word.toString(16))
      .join(':')
  return run ? `${hex(0, run.at)}::${hex(run.at + run.length)}` : hex(0)
}

/** The first of the longest runs of at least two zero words (RFC 5952 §4.2). */
function longestZeroRun(words: readonly number[]): { at: number; length: number } | undefined {
  let best: { at: number; length: number } | undefined
  for (let at = 0; at < words.length; at++) {
    let length = 0
    while (words[at + length] === 0) length++
    if (length >= 2 && length > (best?.length ?? 0)) best = { at, length }
    at += length
  }
  return best
}
