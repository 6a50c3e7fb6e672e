import { ipOf } from './addresses.ts'
import { isLoopbackIp, subnetsContain, subnetsOf } from './interfaces.ts'
import type { InterfaceWatch } from './interface-watch.ts'
import type { ConnectionGater } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * Keeps an excluded interface unused in both directions. A listener bound to every interface cannot leave one out, so
 * whoever comes from, or would be reached through, an excluded interface's subnet is refused; a subnet that a used
 * interface shares stays open.
 */
export function interfaceGater(watch: InterfaceWatch): ConnectionGater {
  let excluded = subnetsOf([])
  let used = subnetsOf([])
  const update = (): void => {
    excluded = subnetsOf(watch.list().filter((each) => each.excluded))
    used = subnetsOf(watch.usable())
  }
  update()
  watch.events.on('change', update)
  const isExcluded = (address: Multiaddr): boolean => {
    const ip = ipOf(address)
    if (ip === undefined || isLoopbackIp(ip)) return false
    return subnetsContain(excluded, ip) && !subnetsContain(used, ip)
  }
  return {
    denyDialMultiaddr: isExcluded,
    denyInboundConnection: (connection) => isExcluded(connection.remoteAddr),
  }
}
