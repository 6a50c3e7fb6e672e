import { DELIMITER } from '../mailbox/index.ts'

/**
 * Whether a name fits a pattern of LIST: `*` is anything, `%` anything but the delimiter. Step by step over all the ways
 * at once: the work is the product of the lengths, never more.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  // reach[i]: the pattern so far fits the first i characters.
  let reach = [true, ...Array.from(name, () => false)]
  const chars = Array.from(name)
  for (const symbol of pattern) {
    const next = Array.from(reach, () => false)
    const isWildcard = symbol === '*' || symbol === '%'
    next[0] = isWildcard && reach[0]!
    for (let i = 0; i < chars.length; i++) {
      if (isWildcard) next[i + 1] = reach[i + 1]! || (next[i]! && (symbol === '*' || chars[i] !== DELIMITER))
      else next[i + 1] = reach[i]! && chars[i] === symbol
    }
    reach = next
  }
  return reach.length === chars.length + 1 && reach.at(-1)!
}
