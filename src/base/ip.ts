/** IP addresses as bytes and as text. Text that is read is strict: no leading zeros, no zone, no prefix. */

export const IPV4_BYTES = 4
export const IPV6_BYTES = 16
const GROUPS = 8
/** Eight groups, the last two in dotted form. */
const LONGEST_TEXT = 45

/** Four octets as `192.0.2.1`. */
export function formatIpv4(bytes: Uint8Array): string {
  return bytes.join('.')
}

/** The four octets of `192.0.2.1`, or undefined. */
export function parseIpv4(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length > LONGEST_TEXT) return undefined
  const parts = text.split('.')
  if (parts.length !== IPV4_BYTES || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part)))
    return undefined
  const numbers = parts.map(Number)
  return numbers.every((number) => number <= 0xff) ? Uint8Array.from(numbers) : undefined
}

/** The form of RFC 5952: lower case, no leading zeros, the longest run of zero groups (the first of equals) as `::`. */
export function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: GROUPS }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!)
  const hex = groups.map((group) => group.toString(16))
  const { start, length } = longestZeros(groups)
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

/** The sixteen octets of any form of RFC 4291 §2.2, or undefined. */
export function parseIpv6(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length > LONGEST_TEXT) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? groupsOf(halves[1]!, true) : []
  if (!head || !tail) return undefined
  const missing = GROUPS - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}

/** Groups of hexadecimal digits; the last may be an IPv4 address where the text ends. */
function groupsOf(text: string, ends: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else {
      const last = ends && i === parts.length - 1 ? parseIpv4(part) : undefined
      if (!last) return undefined
      groups.push((last[0]! << 8) | last[1]!, (last[2]! << 8) | last[3]!)
    }
  }
  return groups.length <= GROUPS ? groups : undefined
}

/** An IPv4 address as a socket for both families says it (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) as itself; any other as it is. */
export function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** How many leading bits of an address make one network, in whole octets. */
export interface NetworkBits {
  readonly ipv4: number
  readonly ipv6: number
}

/** The network an address of a socket belongs to, for counting; a zone does not matter. What is no address is its own network. */
export function networkOf(address: string, bits: NetworkBits): string {
  const four = parseIpv4(withoutMapping(address))
  if (four) return formatIpv4(four.fill(0, bits.ipv4 / 8))
  const six = parseIpv6(address.split('%')[0]!)
  return six ? formatIpv6(six.fill(0, bits.ipv6 / 8)) : address
}
