import { equalBytes } from '../../base/index.ts'
import { familyOf, isUnspecified, unmapped, type IpBytes } from '../segments/address.ts'
import type { Endpoint } from './types.ts'

/** How a bound address takes a destination: `exact` before `any`; an IPv6 wildcard takes IPv4 too, unless told not to. */
export type AddressMatch = 'exact' | 'any' | 'other-family' | 'none'

export function matchAddress(bound: IpBytes, destination: IpBytes, ipv6Only = false): AddressMatch {
  const own = unmapped(bound)
  const to = unmapped(destination)
  if (equalBytes(own, to)) return 'exact'
  if (!isUnspecified(own)) return 'none'
  if (familyOf(own) === familyOf(to)) return 'any'
  // `::` is a dual-stack wildcard (RFC 3493 §3.7); `0.0.0.0` never takes IPv6.
  return familyOf(own) === 6 && !ipv6Only ? 'other-family' : 'none'
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && equalBytes(unmapped(a.address), unmapped(b.address))
}

/** Points for a better match: more of the tuple, then the nearer wildcard. */
export const MATCH_SCORE: Readonly<Record<Exclude<AddressMatch, 'none'>, number>> = {
  'other-family': 1,
  any: 2,
  exact: 4,
}
