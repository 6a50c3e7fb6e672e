import { TYPE, type Name, type ResourceRecord } from '../wire/index.ts'
import { Zone } from '../zone/index.ts'
import { addressRecord, nsRecord, soaRecord } from './records.ts'

/** What a zone is to hold. Without a start of authority or a name server it gets ours; delegations to other zones of the tree are added. */
export interface ZoneContent {
  readonly origin: Name
  readonly records: readonly ResourceRecord[]
}

/** The name of our server of a zone. */
export function serverName(origin: Name): Name {
  return origin.child('ns')
}

/**
 * The zones of a tree: each delegated by the closest one above it, with glue. Throws `bad-zone`.
 * @param addressOf where the server of a zone is.
 */
export function composeTree(
  contents: readonly ZoneContent[],
  addressOf: (origin: Name) => string,
  serial: number,
): Zone[] {
  const complete = contents.map((content) => completed(content, addressOf(content.origin), serial))
  return complete.map((content) => {
    const children = complete.filter((other) => other !== content && parentOf(other, complete) === content)
    return Zone.of(content.origin, withDelegations(content, children))
  })
}

function completed({ origin, records }: ZoneContent, address: string, serial: number): ZoneContent {
  const added: ResourceRecord[] = []
  const server = serverName(origin)
  const has = (name: Name, types: readonly number[]): boolean =>
    records.some((record) => types.includes(record.type) && record.name.equals(name))
  if (!has(origin, [TYPE.SOA])) added.push(soaRecord(origin, server, serial))
  if (!has(origin, [TYPE.NS])) {
    added.push(nsRecord(origin, server))
    if (!has(server, [TYPE.A, TYPE.AAAA])) added.push(addressRecord(server, address))
  }
  return { origin, records: [...added, ...records] }
}

function parentOf({ origin }: ZoneContent, all: readonly ZoneContent[]): ZoneContent | undefined {
  const above = all.filter((other) => !other.origin.equals(origin) && origin.isWithin(other.origin))
  return above.toSorted((a, b) => b.origin.labels.length - a.origin.labels.length)[0]
}

/** What the parent said of names that are now the child's is left out. */
function withDelegations(
  { records }: ZoneContent,
  children: readonly ZoneContent[],
): readonly ResourceRecord[] {
  const own = records.filter(({ name }) => !children.some(({ origin }) => name.isWithin(origin)))
  return [...own, ...children.flatMap(delegationTo)]
}

function delegationTo({ origin, records }: ZoneContent): ResourceRecord[] {
  const servers = records.filter(({ type, name }) => type === TYPE.NS && name.equals(origin))
  const glue = servers.flatMap(({ data }) =>
    records.filter(
      ({ type, name }) =>
        (type === TYPE.A || type === TYPE.AAAA) && data.kind === 'NS' && name.equals(data.target),
    ),
  )
  return [...servers, ...glue]
}
