import { isIP } from 'node:net'
import { fromUtf8, type AbortOptions } from '../../base/index.ts'
import { BUILT_IN, SHOAL_INTERNAL, type DnsTree } from '../../client-server/dns/tree/index.ts'
import { Name, question, TYPE, type ResourceRecord } from '../../client-server/dns/wire/index.ts'
import type { HostResolver } from '../../peer-to-peer/node/index.ts'
import type { NameSystem } from '../names/index.ts'

/** What is asked of the tree of names. */
export interface NamesAsked extends Pick<NameSystem, 'resolve'> {
  readonly tree: Pick<DnsTree, 'servers'> | undefined
}

/** Names of our own tree are found in it, all others by the system. */
export function hostResolver(names: NamesAsked, system: HostResolver): HostResolver {
  return {
    async lookup(host, family, options) {
      if (!isOurs(names, host)) return system.lookup(host, family, options)
      const types = [...(family === 6 ? [] : [TYPE.A]), ...(family === 4 ? [] : [TYPE.AAAA])]
      const found = await Promise.all(types.map((type) => recordsOf(names, host, type, options)))
      return found
        .flat()
        .flatMap(({ data }) => (data.kind === 'A' || data.kind === 'AAAA' ? [data.address] : []))
    },
    async txt(host, options) {
      if (!isOurs(names, host)) return system.txt(host, options)
      const records = await recordsOf(names, host, TYPE.TXT, options)
      return records.flatMap(({ data }) =>
        data.kind === 'TXT' ? [data.texts.map((text) => fromUtf8(text) ?? '').join('')] : [],
      )
    },
  }
}

/** The records of a name and type, found in the tree; none when there are none. */
async function recordsOf(
  names: NamesAsked,
  host: string,
  type: number,
  options: AbortOptions = {},
): Promise<readonly ResourceRecord[]> {
  const { outcome } = await names.resolve(question(Name.parse(host), type), options)
  return outcome.is === 'records' ? outcome.records : []
}

/**
 * Whether a name is to be found in our tree: laptops' and those of zones people added. A company has other names below
 * `internal.`, and the world an `example.com` of its own.
 */
function isOurs(names: NamesAsked, host: string): boolean {
  const name = isIP(host) === 0 ? Name.tryParse(host) : undefined
  if (!name) return false
  const zones = names.tree?.servers.map(({ zone }) => zone) ?? []
  const added = zones.filter((zone) => !BUILT_IN.some((known) => known.equals(zone)))
  return [SHOAL_INTERNAL, ...added].some((zone) => name.isWithin(zone))
}
