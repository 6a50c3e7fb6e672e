import type { Network } from '../../contract/index.ts'
import type { NetworkInterface } from '../../peer-to-peer/node/index.ts'
import type { SourceView } from '../../peer-to-peer/discovery/index.ts'

/** The picture of this laptop on its network. */
export function networkView(facts: {
  peerId: string
  name: string
  version: string
  addresses: readonly string[]
  interfaces: readonly NetworkInterface[]
  sources: readonly SourceView[]
  off: readonly SourceView['kind'][]
}): Network {
  const { interfaces, sources, off } = facts
  return {
    peerId: facts.peerId,
    name: facts.name,
    version: facts.version,
    addresses: [...facts.addresses],
    interfaces: interfaces.map(({ name, kind, excluded, addresses }) => ({
      name,
      kind,
      excluded,
      addresses: addresses.map(({ address }) => address),
    })),
    sources: [
      ...sources.map(({ kind, state, found }) => ({
        kind,
        state: state.is,
        found,
        detail: 'detail' in state ? (state.detail ?? null) : null,
      })),
      ...off.map((kind) => ({ kind, state: 'off' as const, found: 0, detail: null })),
    ],
    networkName: networkName(interfaces),
  }
}

/** The address range of the interface a person most likely means: `192.168.1.0/24`. Node tells no Wi-Fi name. */
function networkName(interfaces: readonly NetworkInterface[]): string | null {
  const rank = ['ethernet', 'wifi', 'other', 'virtual']
  const [best] = interfaces
    .filter(({ kind, excluded }) => kind !== 'loopback' && !excluded)
    .flatMap(({ kind, addresses }) => addresses.filter((a) => a.family === 4).map((a) => ({ kind, ...a })))
    .toSorted((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind))
  return best ? `${networkOf(best.address, best.prefix)}/${best.prefix}` : null
}

/** First address of an IPv4 network. */
function networkOf(address: string, prefix: number): string {
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - prefix)
  const first = Math.floor(bits / size) * size
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')
}
