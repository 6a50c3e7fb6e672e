import { TYPE, type Name, type ResourceRecord } from '../wire/index.ts'
import type { RecordSet, Zone, ZoneNode } from './zone.ts'

/** What one zone says about a name and a type. */
export type Finding =
  | { readonly is: 'answer'; readonly records: RecordSet }
  /** The name is another's alias; its records are under `target`. */
  | { readonly is: 'alias'; readonly record: ResourceRecord; readonly target: Name }
  /** Others answer for what is at and below this. */
  | { readonly is: 'delegation'; readonly servers: RecordSet }
  /** The name exists, but has nothing of that type. */
  | { readonly is: 'no-data' }
  | { readonly is: 'no-name' }

/** Looks up a name that is within the zone (RFC 1034 §4.3.2, RFC 4592). `ANY` gives one set (RFC 8482). */
export function lookUp(zone: Zone, name: Name, type: number): Finding {
  const { key } = name
  let closest = zone.node(zone.origin)!
  for (const start of labelStarts(name, name.labels.length - zone.origin.labels.length).toReversed()) {
    const node = zone.nodeOf(key.slice(start))
    if (!node) return fromWildcard(zone, closest, name, type)
    const servers = node.sets.get(TYPE.NS)
    if (servers && !isParentsBusiness(type, start)) return { is: 'delegation', servers }
    closest = node
  }
  return fromNode(closest, name, type)
}

/** Where the first `count` labels start in a name's key. */
function labelStarts(name: Name, count: number): number[] {
  const starts: number[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    starts.push(at)
    at += 1 + name.labels[i]!.length
  }
  return starts
}

/** DS stands on the parent's side of a cut (RFC 4035 §3.1.4.1). */
function isParentsBusiness(type: number, start: number): boolean {
  return type === TYPE.DS && start === 0
}

function fromWildcard(zone: Zone, closest: ZoneNode, name: Name, type: number): Finding {
  const wildcard = zone.nodeOf(`\x01*${closest.name.key}`)
  return wildcard ? fromNode(wildcard, name, type) : { is: 'no-name' }
}

function fromNode(node: ZoneNode, name: Name, type: number): Finding {
  const alias = node.sets.get(TYPE.CNAME)?.[0]
  if (alias && type !== TYPE.CNAME && type !== TYPE.ANY && alias.data.kind === 'CNAME')
    return { is: 'alias', record: asOwner(alias, name), target: alias.data.target }
  const records = type === TYPE.ANY ? node.sets.values().next().value : node.sets.get(type)
  if (!records) return { is: 'no-data' }
  return { is: 'answer', records: records.map((record) => asOwner(record, name)) }
}

/** A wildcard's record is told as the asked name's; any other with the case of the question, which it then points to. */
function asOwner(record: ResourceRecord, name: Name): ResourceRecord {
  return record.name === name ? record : { ...record, name }
}
