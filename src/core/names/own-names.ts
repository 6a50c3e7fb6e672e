import type { DnsTree } from '../../client-server/dns/tree/index.ts'
import { FIXED } from '../../client-server/dns/tree/index.ts'
import { Name } from '../../client-server/dns/wire/index.ts'

/**
 * Names that nobody outside may be asked for: those with a meaning of their own (RFC 6761, 6762, 7686, 8375) and the
 * addresses of private networks (RFC 6303), which would only tell the world what this network looks like.
 */
const NEVER_OUTSIDE = [
  'internal.',
  'localhost.',
  'invalid.',
  'test.',
  'local.',
  'onion.',
  'home.arpa.',
  '127.in-addr.arpa.',
  '10.in-addr.arpa.',
  '168.192.in-addr.arpa.',
  '254.169.in-addr.arpa.',
  ...Array.from({ length: 16 }, (_, i) => `${16 + i}.172.in-addr.arpa.`),
  'd.f.ip6.arpa.',
  '8.e.f.ip6.arpa.',
  '9.e.f.ip6.arpa.',
  'a.e.f.ip6.arpa.',
  'b.e.f.ip6.arpa.',
].map((text) => Name.parse(text))

/** Whether a name is found in our own tree even when others may be asked: `com.` itself is the world's, `example.com.` ours. */
export function isOwnName(name: Name, tree: Pick<DnsTree, 'zones'>): boolean {
  if (NEVER_OUTSIDE.some((zone) => name.isWithin(zone))) return true
  const own = tree.zones().filter(({ origin }) => !FIXED.some((fixed) => fixed.equals(origin)))
  return own.some(({ origin }) => name.isWithin(origin))
}
