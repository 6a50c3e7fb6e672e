import { TYPE, type Name, type ResourceRecord, type Soa } from '../wire/index.ts'
import { checkZone } from './check.ts'
import { MAX_ZONE_RECORDS } from './limits.ts'
import { recordKey } from './record-key.ts'
import { problemAt, refuseProblems, tooManyRecords } from './zone-text.ts'

/** The records of one name and type. */
export type RecordSet = readonly ResourceRecord[]

/** A name of the zone. One without sets exists all the same, because a name below it does (RFC 4592 §2.2.2). */
export interface ZoneNode {
  readonly name: Name
  readonly sets: ReadonlyMap<number, RecordSet>
}

/** The records of a part of the name space that one authority answers for. Never changed: a new one takes its place. */
export class Zone {
  readonly origin: Name
  readonly records: readonly ResourceRecord[]
  readonly soa: ResourceRecord & { readonly data: Soa }
  readonly #nodes: ReadonlyMap<string, ZoneNode>

  private constructor(origin: Name, records: readonly ResourceRecord[]) {
    this.origin = origin
    this.records = records
    this.#nodes = nodesOf(origin, records)
    this.soa = this.node(origin)!.sets.get(TYPE.SOA)![0] as Zone['soa']
  }

  /** A zone of these records: doubles are dropped, a set has one time to live. Throws `bad-zone`. */
  static of(origin: Name, records: readonly ResourceRecord[]): Zone {
    if (records.length > MAX_ZONE_RECORDS) refuseProblems([problemAt(0, tooManyRecords())])
    refuseProblems(checkZone(origin, records))
    return new Zone(origin, tidy(records))
  }

  node(name: Name): ZoneNode | undefined {
    return this.#nodes.get(name.key)
  }

  /** By the key of a name: the end of a name's key is the key of its end. */
  nodeOf(key: string): ZoneNode | undefined {
    return this.#nodes.get(key)
  }

  set(name: Name, type: number): RecordSet {
    return this.node(name)?.sets.get(type) ?? []
  }

  /** The zone with the next serial number (RFC 1982). */
  withNextSerial(): Zone {
    const serial = this.soa.data.serial === 0xffff_ffff ? 1 : this.soa.data.serial + 1
    const records = this.records.map((record) =>
      record.data.kind === 'SOA' ? { ...record, data: { ...record.data, serial } } : record,
    )
    return new Zone(this.origin, records)
  }
}

interface GrowingNode {
  readonly name: Name
  readonly sets: Map<number, ResourceRecord[]>
}

function nodesOf(origin: Name, records: readonly ResourceRecord[]): Map<string, ZoneNode> {
  const nodes = new Map<string, GrowingNode>()
  for (const record of records) {
    const { sets } = growNode(nodes, origin, record.name)
    const set = sets.get(record.type)
    if (set) set.push(record)
    else sets.set(record.type, [record])
  }
  return nodes
}

/** The node of a name, made with every name between it and the origin. */
function growNode(nodes: Map<string, GrowingNode>, origin: Name, name: Name): GrowingNode {
  const known = nodes.get(name.key)
  if (known) return known
  const node: GrowingNode = { name, sets: new Map() }
  nodes.set(name.key, node)
  if (name.labels.length > origin.labels.length) growNode(nodes, origin, name.parent)
  return node
}

/** The start of authority first; each record once; the sets' smallest time to live for all of a set (RFC 2181 §5.2). */
function tidy(records: readonly ResourceRecord[]): ResourceRecord[] {
  const ttls = new Map<string, number>()
  const setKey = ({ name, type }: ResourceRecord): string => `${type} ${name.key}`
  for (const record of records)
    ttls.set(setKey(record), Math.min(record.ttl, ttls.get(setKey(record)) ?? record.ttl))
  const seen = new Set<string>()
  const kept = records.filter((record) => {
    const key = recordKey(record)
    return !seen.has(key) && seen.add(key)
  })
  return kept
    .map((record) => ({ ...record, ttl: ttls.get(setKey(record))! }))
    .toSorted((a, b) => Number(b.type === TYPE.SOA) - Number(a.type === TYPE.SOA))
}
