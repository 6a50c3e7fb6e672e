import {
  formatIpv4,
  formatIpv6,
  IPV4_BYTES,
  IPV6_BYTES,
  parseIpv4,
  parseIpv6,
  ShoalError,
} from '../../base/index.ts'

/** 4 bytes of an IPv4 address or 16 of an IPv6 one, in network order. */
export type IpBytes = Uint8Array

/** First twelve bytes of an IPv4-mapped IPv6 address, `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). */
const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)

/** Bytes of an address in text; throws `bad-address`. Zones (`%eth0`) are not part of an address on the wire. */
export function parseIp(text: string): IpBytes {
  const bytes = parseIpv4(text) ?? parseIpv6(text)
  if (!bytes) throw new ShoalError('bad-address', 'this is neither an IPv4 nor an IPv6 address')
  return bytes
}

/** Text of an address: dotted, or the canonical IPv6 form (RFC 5952). */
export function formatIp(bytes: IpBytes): string {
  if (bytes.length === IPV4_BYTES) return formatIpv4(bytes)
  if (bytes.length !== IPV6_BYTES) throw new ShoalError('bad-address', 'an address has 4 or 16 bytes')
  if (isMapped(bytes)) return `::ffff:${formatIpv4(bytes.subarray(12))}`
  return formatIpv6(bytes)
}

/** Which version of IP an address belongs to. */
export function familyOf(bytes: IpBytes): 4 | 6 {
  return bytes.length === IPV4_BYTES ? 4 : 6
}

/** The IPv4 address inside an IPv4-mapped one; any other address as it is. */
export function unmapped(bytes: IpBytes): IpBytes {
  return bytes.length === IPV6_BYTES && isMapped(bytes) ? bytes.subarray(12) : bytes
}

/** `0.0.0.0` and `::`: INADDR_ANY, every address of this host. */
export function isUnspecified(bytes: IpBytes): boolean {
  return bytes.every((byte) => byte === 0)
}

/** 127.0.0.0/8, ::1, and the former in mapped form. */
export function isLoopback(bytes: IpBytes): boolean {
  const plain = unmapped(bytes)
  if (plain.length === IPV4_BYTES) return plain[0] === 127
  return plain.every((byte, i) => byte === (i === IPV6_BYTES - 1 ? 1 : 0))
}

/** 224.0.0.0/4 and ff00::/8. */
export function isMulticast(bytes: IpBytes): boolean {
  const plain = unmapped(bytes)
  return plain.length === IPV4_BYTES ? (plain[0]! & 0xf0) === 0xe0 : plain[0] === 0xff
}

function isMapped(bytes: IpBytes): boolean {
  return MAPPED.every((byte, i) => bytes[i] === byte)
}
