import {
  CLASS,
  RCODE,
  TYPE,
  type Message,
  type Name,
  type Question,
  type ResourceRecord,
} from '../wire/index.ts'
import { MAX_ADDRESSES, MAX_ALIASES, MAX_POSITIVE_TTL, MAX_SERVERS } from './limits.ts'

/** A set of records: one name, one type (RFC 2181 §5). */
export type RecordSet = readonly ResourceRecord[]

/** A server of a delegation, with the addresses that came along. */
export interface DelegatedServer {
  readonly name: Name
  readonly addresses: readonly string[]
}

/** What an answer says, as far as whoever gave it may say it. */
export type Verdict =
  | { readonly is: 'records'; readonly aliases: readonly RecordSet[]; readonly records: RecordSet }
  /** The aliases lead on to `target`, about which this zone says nothing. */
  | { readonly is: 'alias'; readonly aliases: readonly RecordSet[]; readonly target: Name }
  | {
      readonly is: 'no-name' | 'no-data'
      readonly aliases: readonly RecordSet[]
      readonly soa: ResourceRecord | undefined
    }
  | {
      readonly is: 'referral'
      readonly zone: Name
      readonly ttl: number
      readonly servers: readonly DelegatedServer[]
    }
  | { readonly is: 'unusable' }

const UNUSABLE: Verdict = { is: 'unusable' }

/**
 * Reads the answer to `question` given by a server of `zone`. Everything outside that zone is left out: whoever is asked
 * about `com.` has no say in `org.` (RFC 5452 §6). `trusted` is for a resolver of the user's own choice, which answers for
 * everything and without authority.
 */
export function classify(
  message: Message,
  question: Question,
  zone: Name,
  { trusted = false }: { trusted?: boolean } = {},
): Verdict {
  const { rcode } = message
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return UNUSABLE
  const walk = followAnswers(message, question, zone)
  if (walk === undefined) return UNUSABLE
  const isSaid = message.authoritative || trusted
  if (walk.records.length > 0 || walk.aliases.length > 0) {
    if (!isSaid) return UNUSABLE
    if (walk.records.length > 0) return { is: 'records', aliases: walk.aliases, records: walk.records }
  } else if (rcode === RCODE.NOERROR && !trusted) {
    const referral = referralOf(message, question, zone)
    if (referral) return referral
  }
  if (!isSaid) return UNUSABLE
  return negative(message, walk, zone)
}

interface Walk {
  readonly aliases: readonly RecordSet[]
  readonly records: RecordSet
  /** The name the aliases lead to. */
  readonly name: Name
}

/** From the question's name along the aliases to its records. Undefined when the answer contradicts itself. */
function followAnswers({ answers }: Message, question: Question, zone: Name): Walk | undefined {
  const aliases: RecordSet[] = []
  let { name } = question
  while (name.isWithin(zone)) {
    const here = answers.filter((record) => record.class === CLASS.IN && record.name.equals(name))
    const records = recordSet(here, question.type)
    if (records.length > 0) return { aliases, records, name }
    const alias = recordSet(here, TYPE.CNAME)
    // One name, one alias, and that alone (RFC 2181 §10.1).
    if (alias.length > 1) return undefined
    const target = aliasTarget(alias[0])
    if (target === undefined || aliases.length > MAX_ALIASES) break
    aliases.push(alias)
    name = target
  }
  return { aliases, records: [], name }
}

/** The records of a type without repeats, all with the lowest time to live among them (RFC 2181 §5), a day at most. */
export function recordSet(records: readonly ResourceRecord[], type: number): RecordSet {
  const wanted = records.filter((record) => record.type === type)
  const ttl = Math.min(MAX_POSITIVE_TTL, ...wanted.map((record) => record.ttl))
  const unique = new Map(wanted.map((record) => [dataKey(record), record]))
  return [...unique.values()].map((record) => (record.ttl === ttl ? record : { ...record, ttl }))
}

function dataKey({ data }: ResourceRecord): string {
  return JSON.stringify(data, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  )
}

export function aliasTarget(record: ResourceRecord | undefined): Name | undefined {
  return record?.data.kind === 'CNAME' ? record.data.target : undefined
}

function negative(message: Message, walk: Walk, zone: Name): Verdict {
  const { aliases, name } = walk
  const soa = message.authorities.find(
    (record) =>
      record.type === TYPE.SOA &&
      record.class === CLASS.IN &&
      record.data.kind === 'SOA' &&
      name.isWithin(record.name) &&
      record.name.isWithin(zone),
  )
  // Without an SOA for the alias's target nothing was said about it: it is asked on its own.
  if (aliases.length > 0 && soa === undefined) return { is: 'alias', aliases, target: name }
  return { is: message.rcode === RCODE.NXDOMAIN ? 'no-name' : 'no-data', aliases, soa }
}

/** A delegation leads downwards, towards the question; anything else is a server that does not know its zone. */
function referralOf(message: Message, question: Question, zone: Name): Verdict | undefined {
  const { authorities, authoritative } = message
  if (authoritative && authorities.some((record) => record.type === TYPE.SOA)) return undefined
  const first = authorities.find(
    (record) =>
      record.type === TYPE.NS &&
      record.class === CLASS.IN &&
      record.name.labels.length > zone.labels.length &&
      record.name.isWithin(zone) &&
      question.name.isWithin(record.name),
  )
  if (!first) return undefined
  const set = recordSet(
    authorities.filter((record) => record.name.equals(first.name)),
    TYPE.NS,
  )
  const names = set.flatMap(({ data }) => (data.kind === 'NS' ? [data.target] : []))
  const servers = names
    .slice(0, MAX_SERVERS)
    .map((name) => ({ name, addresses: glueOf(message, name, zone) }))
  return { is: 'referral', zone: first.name, ttl: set[0]!.ttl, servers }
}

/** Addresses that came along: only of the servers named, and only from whoever is above them. */
function glueOf({ additionals }: Message, server: Name, zone: Name): string[] {
  if (!server.isWithin(zone)) return []
  const addresses = additionals.flatMap(({ name, class: klass, data }) =>
    klass === CLASS.IN && name.equals(server) && (data.kind === 'A' || data.kind === 'AAAA')
      ? [data.address]
      : [],
  )
  return [...new Set(addresses)].slice(0, MAX_ADDRESSES)
}
