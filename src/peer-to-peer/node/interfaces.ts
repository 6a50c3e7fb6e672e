import { existsSync, readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { networkInterfaces, platform } from 'node:os'

export type InterfaceKind = 'ethernet' | 'wifi' | 'virtual' | 'loopback' | 'other'

export interface InterfaceAddress {
  readonly address: string
  readonly family: 4 | 6
  /** Length of the network prefix, bits. */
  readonly prefix: number
  /** The zone an IPv6 link-local address belongs to; 0 otherwise. */
  readonly scopeId: number
}

export interface NetworkInterface {
  readonly name: string
  readonly kind: InterfaceKind
  readonly addresses: readonly InterfaceAddress[]
  /** The user does not want it used. */
  readonly excluded: boolean
}

/** Asks the system; replaced in tests. */
export type ReadInterfaces = () => Omit<NetworkInterface, 'excluded'>[]

/** The interfaces that are up and have addresses, as the system tells. */
export const readSystemInterfaces: ReadInterfaces = () => {
  const found: Omit<NetworkInterface, 'excluded'>[] = []
  for (const [name, infos = []] of Object.entries(networkInterfaces())) {
    const addresses = infos.map((info): InterfaceAddress => ({
      address: info.address,
      family: info.family === 'IPv4' ? 4 : 6,
      prefix: Number(info.cidr?.split('/')[1] ?? (info.family === 'IPv4' ? 32 : 128)),
      scopeId: info.family === 'IPv6' ? info.scopeid : 0,
    }))
    const internal = infos.some((info) => info.internal)
    if (addresses.length > 0) found.push({ name, kind: kindOf(name, internal), addresses })
  }
  return found
}

function kindOf(name: string, internal: boolean): InterfaceKind {
  if (internal) return 'loopback'
  return (platform() === 'linux' ? linuxKind(name) : undefined) ?? kindByName(name)
}

const ARPHRD_ETHER = '1'

/** From sysfs: wireless interfaces have a phy, hardware has a `device`, the rest is made by software. */
function linuxKind(name: string): InterfaceKind | undefined {
  const folder = `/sys/class/net/${name}`
  if (name.includes('/') || !existsSync(folder)) return undefined
  if (existsSync(`${folder}/wireless`) || existsSync(`${folder}/phy80211`)) return 'wifi'
  if (!existsSync(`${folder}/device`)) return 'virtual'
  try {
    return readFileSync(`${folder}/type`, 'utf8').trim() === ARPHRD_ETHER ? 'ethernet' : 'other'
  } catch {
    return 'other'
  }
}

const VIRTUAL_NAME =
  /^(docker|br-|bridge|veth|virbr|vmnet|vboxnet|utun|tun|tap|wg|tailscale|zt|awdl|llw|anpi|ap\d|gif|stf|ppp|ipsec)|vethernet|vmware|virtualbox|hyper-v|wsl|vpn|tailscale|zerotier|npcap/i
const WIFI_NAME = /^(wl|wifi|ath)|wi-?fi|wlan|wireless|무선/i
const ETHERNET_NAME = /^(en|eth|em)\w*\d|ethernet|이더넷|local area connection|로컬 영역 연결/i

/** A guess from the name, for systems that do not tell. */
export function kindByName(name: string): InterfaceKind {
  if (VIRTUAL_NAME.test(name)) return 'virtual'
  if (WIFI_NAME.test(name)) return 'wifi'
  if (ETHERNET_NAME.test(name)) return 'ethernet'
  return 'other'
}

/** A set of subnets that addresses are looked up in. */
export function subnetsOf(interfaces: readonly Pick<NetworkInterface, 'addresses'>[]): BlockList {
  const list = new BlockList()
  for (const { addresses } of interfaces) {
    for (const { address, prefix, family } of addresses) {
      // A zone (`fe80::1%eth0`) is not part of an address here.
      list.addSubnet(address.split('%')[0]!, prefix, family === 4 ? 'ipv4' : 'ipv6')
    }
  }
  return list
}

export function subnetsContain(list: BlockList, ip: string): boolean {
  const family = isIP(ip)
  return family !== 0 && list.check(ip, family === 4 ? 'ipv4' : 'ipv6')
}

export function isLoopbackIp(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1'
}

export function isLinkLocalIp(ip: string): boolean {
  return ip.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/i.test(ip)
}
