import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { ShoalError } from '../../base/index.ts'
import { MAX_TYPED_LENGTH } from './limits.ts'
import { peerIdOf } from './multiaddrs.ts'

// RFC 1123 §2.1 host names; an underscore is tolerated because real networks have it.
const HOST_NAME =
  /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i

/** Names of laptops in the tree of names. */
const OWN_NAME = /^[^.]+\.shoal\.internal$/i

/** What may stand at the start of a dialled multiaddress. */
const DIALLED = new Set(['ip4', 'ip6', 'dns', 'dns4', 'dns6', 'dnsaddr'])

/**
 * An address as a person types it: a multiaddress, `host:port`, `[ipv6]:port`, or a host alone (then `defaultPort`).
 * @throws ShoalError `bad-address`.
 */
export function parseTypedAddress(text: string, defaultPort: number): Multiaddr {
  const trimmed = text.trim()
  const address = trimmed.length > MAX_TYPED_LENGTH ? undefined : parse(trimmed, defaultPort)
  if (address) return address
  throw new ShoalError(
    'bad-address',
    'not an address (write 192.168.1.7, laptop.local:42850 or a multiaddress)',
    {
      data: { address: trimmed.slice(0, 200) },
    },
  )
}

function parse(text: string, defaultPort: number): Multiaddr | undefined {
  if (text.startsWith('/')) return parseFull(text)
  if (isIP(text) === 6) return build('ip6', text, undefined, defaultPort)
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text)
  if (bracketed) {
    const [, host = '', port] = bracketed
    return isIP(host) === 6 ? build('ip6', host, port, defaultPort) : undefined
  }
  const plain = /^([^:/]+)(?::(\d{1,5}))?$/.exec(text)
  if (!plain) return undefined
  if (isIP(plain[1]!) === 4) return build('ip4', plain[1]!, plain[2], defaultPort)
  // 1.2.3 or 999.1.1.1 is a mistyped address, not a host name.
  if (/^[\d.]+$/.test(plain[1]!)) return undefined
  const host = asciiName(plain[1]!).replace(/\.$/, '')
  if (!HOST_NAME.test(host)) return undefined
  // A laptop's own name tells its port, and who is to answer.
  if (plain[2] === undefined && OWN_NAME.test(host)) return quietly(() => multiaddr(`/dnsaddr/${host}`))
  return build('dns', host, plain[2], defaultPort)
}

/** A name in any script as it goes over the wire (UTS-46); empty when it cannot be one. */
function asciiName(text: string): string {
  return /[^\x20-\x7e]/.test(text) ? domainToASCII(text) : text
}

function build(
  kind: string,
  host: string,
  portText: string | undefined,
  defaultPort: number,
): Multiaddr | undefined {
  const port = portText === undefined ? defaultPort : Number(portText)
  if (port < 1 || port > 65_535) return undefined
  return quietly(() => multiaddr(`/${kind}/${host}/tcp/${port}`))
}

function parseFull(text: string): Multiaddr | undefined {
  const address = quietly(() => multiaddr(text))
  const names = address?.getComponents().map(({ name }) => name) ?? []
  if (!address || !DIALLED.has(names[0]!)) return undefined
  if (names.includes('p2p') && !peerIdOf(address)) return undefined
  const rest = names.slice(1).join('/')
  const fits =
    rest === 'tcp' || rest === 'tcp/p2p' || (names[0] === 'dnsaddr' && (rest === '' || rest === 'p2p'))
  return fits ? address : undefined
}

function quietly(make: () => Multiaddr): Multiaddr | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
