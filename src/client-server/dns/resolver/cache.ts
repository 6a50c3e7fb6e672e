import type { Clock } from '../../../base/index.ts'
import type { Name, ResourceRecord } from '../wire/index.ts'
import type { RecordSet } from './classify.ts'
import {
  FAILURE_TTL,
  MAX_CACHE_BYTES,
  MAX_CACHE_ENTRIES,
  MAX_FAILURE_TTL,
  MAX_NEGATIVE_TTL,
} from './limits.ts'

/**
 * How far a set of records is to be believed (RFC 2181 §5.4.1): `told` by the user's own resolver, `chained` behind an alias
 * of the same zone, `owned` by the zone that answered for its own name. The servers of delegations are not here at all: they
 * lead to answers and are never given as one.
 */
export type Rank = 'told' | 'chained' | 'owned'
const RANKS: readonly Rank[] = ['told', 'chained', 'owned']

/** What is known of a name and type. Times to live are what is left of them, whole seconds. */
export type Known =
  | { readonly is: 'records'; readonly records: RecordSet; readonly rank: Rank }
  | { readonly is: 'no-name' | 'no-data'; readonly soa: ResourceRecord }
  | { readonly is: 'failure' }

/** One entry, for people. */
export interface CacheLine {
  readonly name: Name
  /** Undefined: the name does not exist, whatever the type. */
  readonly type: number | undefined
  readonly known: Known
  /** Milliseconds until it is forgotten. */
  readonly leftMs: number
}

interface Entry {
  readonly name: Name
  readonly type: number | undefined
  readonly known: Known
  readonly storedAt: number
  readonly expiresAt: number
  readonly bytes: number
  /** How long a failure is kept this time, seconds. */
  readonly failureTtl: number
}

/** A record's cost besides its data, octets: objects, keys. */
const RECORD_OVERHEAD = 160
const ENTRY_OVERHEAD = 200

/** What was learnt, for as long as its owners allow; the longest unused goes when it is too much. */
export class Cache {
  readonly #clock: Clock
  readonly #maxEntries: number
  readonly #maxBytes: number
  /** In order of use, the longest unused first. */
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  constructor(clock: Clock, limits: { maxEntries?: number; maxBytes?: number } = {}) {
    this.#clock = clock
    this.#maxEntries = limits.maxEntries ?? MAX_CACHE_ENTRIES
    this.#maxBytes = limits.maxBytes ?? MAX_CACHE_BYTES
  }

  get size(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** What is known of exactly this: records, or that there are none. An alias is found under its own type. */
  get(name: Name, type: number): Known | undefined {
    const entry = this.#use(keyOf(name, type)) ?? this.#noName(name)
    return entry && this.#aged(entry)
  }

  /** Keeps a set of records, unless something better is known. A time to live of 0 is for whoever asked, not for keeping. */
  putRecords(records: RecordSet, rank: Rank): void {
    const [first] = records
    if (first === undefined || first.ttl === 0) return
    const key = keyOf(first.name, first.type)
    const known = this.#use(key)?.known
    if (known?.is === 'records' && RANKS.indexOf(known.rank) > RANKS.indexOf(rank)) return
    this.#put(key, first.name, first.type, { is: 'records', records, rank }, first.ttl)
  }

  /** Keeps that a name (`no-name`) or a type at it (`no-data`) does not exist, for as long as the SOA says (RFC 2308 §5). */
  putNegative(is: 'no-name' | 'no-data', name: Name, type: number, soa: ResourceRecord): void {
    const ttl = negativeTtl(soa)
    if (ttl === 0) return
    const isNoName = is === 'no-name'
    const key = isNoName ? noNameKey(name) : keyOf(name, type)
    this.#put(key, name, isNoName ? undefined : type, { is, soa: { ...soa, ttl } }, ttl)
  }

  /** Keeps for a short while that a question could not be answered; longer each time it fails again (RFC 9520 §3.2). */
  putFailure(name: Name, type: number): void {
    const key = keyOf(name, type)
    const before = this.#entries.get(key)
    if (before && before.known.is !== 'failure' && before.expiresAt > this.#clock.now()) return
    const wasFailure = before?.known.is === 'failure'
    const ttl = wasFailure ? Math.min(before.failureTtl * 2, MAX_FAILURE_TTL) : FAILURE_TTL
    this.#put(key, name, type, { is: 'failure' }, ttl, ttl)
  }

  /** Entries that still hold. */
  count(): number {
    const now = this.#clock.now()
    let count = 0
    for (const { expiresAt } of this.#entries.values()) if (expiresAt > now) count++
    return count
  }

  /** What is kept and still holds, the latest used first. */
  lines(limit = Infinity): CacheLine[] {
    const now = this.#clock.now()
    const live = [...this.#entries.values()].filter((entry) => entry.expiresAt > now).toReversed()
    return live.slice(0, limit).map((entry) => ({
      name: entry.name,
      type: entry.type,
      known: this.#aged(entry),
      leftMs: entry.expiresAt - now,
    }))
  }

  /** Forgets everything, or everything of a zone. */
  clear(zone?: Name): void {
    for (const [key, entry] of this.#entries)
      if (zone === undefined || entry.name.isWithin(zone)) this.#delete(key)
  }

  /** Below a name that does not exist nothing does (RFC 8020). */
  #noName(name: Name): Entry | undefined {
    for (let at = name; ; at = at.parent) {
      const entry = this.#use(noNameKey(at))
      if (entry) return entry
      if (at.isRoot) return undefined
    }
  }

  #use(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    if (entry.expiresAt <= this.#clock.now()) {
      // A failure is remembered beyond its time, so that the next one knows it is not the first; it goes as the unused do.
      if (entry.known.is !== 'failure') this.#delete(key)
      return undefined
    }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry
  }

  #put(key: string, name: Name, type: number | undefined, known: Known, ttl: number, failureTtl = 0): void {
    this.#delete(key)
    const storedAt = this.#clock.now()
    const expiresAt = storedAt + ttl * 1000
    const bytes = ENTRY_OVERHEAD + sizeOf(known)
    if (bytes > this.#maxBytes) return
    this.#entries.set(key, { name, type, known, storedAt, expiresAt, bytes, failureTtl })
    this.#bytes += bytes
    while (this.#entries.size > this.#maxEntries || this.#bytes > this.#maxBytes)
      this.#delete(this.#entries.keys().next().value!)
  }

  #delete(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }

  #aged({ known, storedAt, expiresAt }: Entry): Known {
    const now = this.#clock.now()
    if (known.is === 'failure') return known
    const age = Math.floor((now - storedAt) / 1000)
    const left = Math.ceil((expiresAt - now) / 1000)
    const aged = (record: ResourceRecord): ResourceRecord => ({
      ...record,
      ttl: Math.max(0, Math.min(record.ttl - age, left)),
    })
    if (known.is === 'records') return { ...known, records: known.records.map(aged) }
    return { ...known, soa: aged(known.soa) }
  }
}

/** Seconds a negative answer holds: the lower of the SOA's own time to live and its minimum. */
export function negativeTtl({ ttl, data }: ResourceRecord): number {
  return data.kind === 'SOA' ? Math.min(ttl, data.minimum, MAX_NEGATIVE_TTL) : 0
}

function keyOf(name: Name, type: number): string {
  return `${type} ${name.key}`
}

function noNameKey(name: Name): string {
  return `- ${name.key}`
}

function sizeOf(known: Known): number {
  if (known.is === 'failure') return 0
  const records = known.is === 'records' ? known.records : [known.soa]
  return records.reduce((sum, record) => sum + RECORD_OVERHEAD + dataBytes(record), 0)
}

function dataBytes({ name, data }: ResourceRecord): number {
  const owner = name.wireLength
  switch (data.kind) {
    case 'unknown':
      return owner + data.bytes.length
    case 'TXT':
      return data.texts.reduce((sum, text) => sum + text.length + 1, owner)
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'DNAME':
    case 'SRV':
      return owner + data.target.wireLength
    case 'MX':
      return owner + data.exchange.wireLength
    case 'SOA':
      return owner + data.primary.wireLength + data.mailbox.wireLength
    default:
      return owner
  }
}
