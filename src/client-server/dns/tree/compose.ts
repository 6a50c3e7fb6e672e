import { TYPE, type Name, type ResourceRecord } from '../wire/index.ts'
import { Zone } from '../zone/index.ts'
import { addressRecord, nsRecord, soaRecord } from './records.ts'

/** What a zone is to hold. Without a start of authority or a name server it gets ours; delegations to other zones of the tree are added. */
export interface ZoneContent {
  readonly origin: Name
  readonly records: readonly ResourceRecord[]
}

/** The name of our server of a zone: always at the address it has now. */
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
  const server = serverName(origin)
  const isApex = ({ name }: ResourceRecord): boolean => name.equals(origin)
  const starts = records.filter(({ type }) => type === TYPE.SOA)
  const servers = records.filter((record) => record.type === TYPE.NS && isApex(record))
  const isOurs = ({ data }: ResourceRecord): boolean => data.kind === 'NS' && data.target.equals(server)
  const added: ResourceRecord[] = []
  if (starts.length === 0) added.push(soaRecord(origin, server, serial))
  if (servers.length === 0) added.push(nsRecord(origin, server))
  if (servers.length > 0 && !servers.some(isOurs)) return { origin, records: [...added, ...records] }
  // Our server is where it is now, whatever a file of last week says.
  added.push(addressRecord(server, address))
  const others = records.filter(({ name, type }) => !(isAddress(type) && name.equals(server)))
  return { origin, records: [...added, ...others] }
}

function isAddress(type: number): boolean {
  return type === TYPE.A || type === TYPE.AAAA
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
    records.filter(({ type, name }) => isAddress(type) && data.kind === 'NS' && name.equals(data.target)),
  )
  return [...servers, ...glue]
}
