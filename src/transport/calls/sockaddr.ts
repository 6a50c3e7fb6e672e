import { ShoalError } from '../../base/index.ts'
import type { Endpoint } from '../demux/index.ts'
import { familyOf } from '../segments/address.ts'
import type { PlatformNumbers } from './platform.ts'

/** Bytes of `struct sockaddr_in` and `struct sockaddr_in6` (POSIX <netinet/in.h>, RFC 3493 §3.3). */
export const SOCKADDR_IN_BYTES = 16
export const SOCKADDR_IN6_BYTES = 28

/**
 * The structure a system call is handed: family in host order, port and address in network order. Every system we know is
 * little-endian, so a host-order 16-bit family has its low byte first.
 */
export function encodeSockaddr(
  { address, port }: Endpoint,
  numbers: PlatformNumbers,
): Uint8Array<ArrayBuffer> {
  const six = familyOf(address) === 6
  const bytes = new Uint8Array(six ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES)
  const family = six ? numbers.AF_INET6 : numbers.AF_INET
  if (numbers.addressHasLength) bytes.set([bytes.length, family])
  else bytes.set([family, 0])
  bytes.set([port >> 8, port & 0xff], 2)
  bytes.set(address, six ? 8 : 4)
  return bytes
}

/** Reads what a call filled in; throws `internal` for a family that is not ours. */
export function decodeSockaddr(bytes: Uint8Array, numbers: PlatformNumbers): Endpoint {
  const family = numbers.addressHasLength ? bytes[1] : bytes[0]! | (bytes[1]! << 8)
  const port = (bytes[2]! << 8) | bytes[3]!
  if (family === numbers.AF_INET) return { address: bytes.slice(4, 8), port }
  if (family === numbers.AF_INET6) return { address: bytes.slice(8, 24), port }
  throw new ShoalError('internal', `an address of family ${family} came back`)
}
