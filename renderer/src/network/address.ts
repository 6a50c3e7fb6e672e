import type { Network } from '../../../src/contract/index.ts'

/** An address as a person types it: `192.168.0.14:42850`. What has no such form stays a multiaddress. */
export function shortAddress(multiaddress: string): string {
  const match = /^\/(ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d+)(?:\/p2p\/[^/]+)?$/.exec(multiaddress)
  if (!match) return multiaddress
  const [, kind, host, port] = match
  return kind === 'ip6' ? `[${host}]:${port}` : `${host}:${port}`
}

/** Addresses to type, the easiest first: IPv4 before IPv6, without repetition and loopback. */
export function addressesToType(multiaddresses: readonly string[]): string[] {
  const reachable = multiaddresses.filter((address) => !/^\/(ip4\/127\.|ip6\/::1\/)/.test(address))
  const sorted = [...reachable].sort((a, b) => Number(a.startsWith('/ip6')) - Number(b.startsWith('/ip6')))
  return [...new Set(sorted.map(shortAddress))]
}

/** Why there is no address to type: this laptop is on no network, or was told to listen for its own programs only. */
export function whyNoAddress({
  interfaces,
}: Pick<Network, 'interfaces'>): 'nearby.noAddresses' | 'nearby.onlyHere' {
  const isOnNetwork = interfaces.some(
    ({ kind, excluded, addresses }) => kind !== 'loopback' && !excluded && addresses.length > 0,
  )
  return isOnNetwork ? 'nearby.onlyHere' : 'nearby.noAddresses'
}
