import {
  formatIp,
  isLoopback,
  isMulticast,
  isUnspecified,
  parseIp,
  type IpBytes,
} from '../segments/address.ts'
import { FORBIDDEN_PORTS } from './limits.ts'
import type { LabCall, Refusal } from './types.ts'

/** What a person allowed: nothing leaves this laptop, or other laptops take part. */
export type LabReach = 'loopback' | 'network'

/** What must hold before a call is made at all. `broadcasts` are the broadcast addresses of this laptop's networks. */
export function refusalOf(
  call: LabCall,
  reach: LabReach,
  broadcasts: readonly string[],
): Refusal | undefined {
  if (!('address' in call)) return undefined
  const address = parsed(call.address)
  if (!address) return 'bad-address'
  if (call.call === 'bind') return reach === 'loopback' && !isLoopback(address) ? 'loopback-only' : undefined
  if (FORBIDDEN_PORTS.includes(call.port)) return 'forbidden-port'
  if (isMulticast(address) || isBroadcast(address, broadcasts)) return 'broadcast'
  // To connect to INADDR_ANY means this host.
  const here = isLoopback(address) || isUnspecified(address)
  return reach === 'loopback' && !here ? 'loopback-only' : undefined
}

/** The last address of a network: 192.168.0.255 in 192.168.0.0/24. */
export function broadcastOf(address: string, netmask: string): string {
  const mask = parseIp(netmask)
  return formatIp(parseIp(address).map((byte, i) => byte | (~mask[i]! & 0xff)))
}

function isBroadcast(address: IpBytes, broadcasts: readonly string[]): boolean {
  const text = formatIp(address)
  return text === '255.255.255.255' || text === '127.255.255.255' || broadcasts.includes(text)
}

function parsed(text: string): IpBytes | undefined {
  try {
    return parseIp(text)
  } catch {
    return undefined
  }
}
