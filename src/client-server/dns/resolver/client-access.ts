import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { withoutMapping } from '../../../base/index.ts'
import { MAX_CLIENTS_KNOWN } from './limits.ts'

/** Ranges that never come from beyond the own network: loopback, private use, link-local (RFC 1918, 3927, 4193, 4291). */
const LOCAL_RANGES = [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
] as const

/** Networks this machine is on, as `192.0.2.0/24`: a campus may give its laptops public addresses. */
export function ownNetworks(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => all?.flatMap(({ cidr }) => cidr ?? []) ?? [])
}

/**
 * Who may ask: this machine and its networks. A resolver that answers the whole Internet is a weapon in the hands of
 * whoever forges its victims' addresses.
 */
export class ClientAccess {
  readonly #networks: () => readonly string[]
  readonly #decided = new Map<string, boolean>()
  #list: BlockList | undefined

  constructor(networks: () => readonly string[] = ownNetworks) {
    this.#networks = networks
  }

  isAllowed(address: string): boolean {
    let allowed = this.#decided.get(address)
    if (allowed === undefined) {
      if (this.#decided.size >= MAX_CLIENTS_KNOWN) this.#decided.clear()
      this.#decided.set(address, (allowed = this.#decide(address)))
    }
    return allowed
  }

  /** After the machine moved to another network. */
  refresh(): void {
    this.#list = undefined
    this.#decided.clear()
  }

  #decide(address: string): boolean {
    const list = (this.#list ??= listOf(this.#networks()))
    const [plain = ''] = withoutMapping(address).split('%')
    if (isIPv4(plain)) return list.check(plain, 'ipv4')
    return isIPv6(plain) && list.check(plain, 'ipv6')
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const [address, bits, family] of LOCAL_RANGES) list.addSubnet(address, bits, family)
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/')
    if (isIPv4(address)) list.addSubnet(address, Number(bits), 'ipv4')
    else if (isIPv6(address)) list.addSubnet(address, Number(bits), 'ipv6')
  }
  return list
}
