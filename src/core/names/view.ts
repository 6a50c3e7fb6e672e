import type {
  CacheLineView,
  DnsRecord,
  DnsResolution,
  DnsRole,
  DnsStep,
  NamesView,
  ZoneSummary,
} from '../../contract/index.ts'
import type { CacheLine, Resolution, ServerAddress, Step } from '../../client-server/dns/resolver/index.ts'
import { EXAMPLES, SHOAL_INTERNAL, type TreeServer } from '../../client-server/dns/tree/index.ts'
import {
  RCODE,
  rcodeText,
  typeText,
  type Question,
  type ResourceRecord,
} from '../../client-server/dns/wire/index.ts'
import { formatRdata } from '../../client-server/dns/zone/index.ts'
import { MAX_SHOWN_RECORDS } from './limits.ts'
import type { NameSystem } from './name-system.ts'

/** The resolver as a step's server while nobody outside can ask it. */
const IN_PROCESS: ServerAddress = { address: '127.0.0.1', port: 0 }

export function namesView(names: NameSystem): NamesView {
  const { tree, listening, upstream, revision } = names
  const servers = tree?.servers ?? []
  return {
    laptops: [...names.laptops],
    running: tree !== undefined,
    listening,
    tree: servers.map(({ zone, address, port }) => ({ zone: zone.toString(), address, port })),
    zones: servers.map((server) => zoneSummary(server, names)),
    upstream: { allowed: upstream.allowed, servers: upstream.servers.map(({ address }) => address) },
    cacheSize: names.cacheSize,
    revision,
    recent: names.recent.map((resolved) => resolutionView(resolved, resolved.doneAt, listening[0])),
  }
}

function zoneSummary({ zone, address, port }: TreeServer, names: NameSystem): ZoneSummary {
  const isExample = EXAMPLES.some((origin) => origin.equals(zone))
  const isLaptop = zone.isWithin(SHOAL_INTERNAL) && !zone.equals(SHOAL_INTERNAL)
  const kind = names.isWritten(zone) ? 'added' : isExample ? 'example' : isLaptop ? 'laptop' : 'fixed'
  const records = names.tree?.zone(zone)?.records.length ?? 0
  return { origin: zone.toString(), kind, example: isExample, records, address, port }
}

/** @param at when it was done, milliseconds since 1970. */
export function resolutionView(
  { serial, question, outcome, steps, cached, ms }: Resolution,
  at: number,
  resolver: ServerAddress = IN_PROCESS,
): DnsResolution {
  const { aliases } = outcome
  const answers = outcome.is === 'records' ? [...aliases, ...outcome.records] : aliases
  const soa = outcome.is === 'no-name' || outcome.is === 'no-data' ? outcome.soa : undefined
  return {
    serial,
    name: question.name.toString(),
    type: typeText(question.type),
    rcode: rcodeText(rcodeOf(outcome.is)),
    answers: recordViews(answers),
    authority: recordViews(soa ? [soa] : []),
    steps: steps.map((step) => stepView(step, resolver)),
    cached,
    ms: rounded(ms),
    at,
    failure: outcome.is === 'failed' ? outcome.why : null,
  }
}

/** Milliseconds to the microsecond: beyond, a clock only seems to know. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function rcodeOf(is: Resolution['outcome']['is']): number {
  if (is === 'failed') return RCODE.SERVFAIL
  return is === 'no-name' ? RCODE.NXDOMAIN : RCODE.NOERROR
}

function stepView(step: Step, resolver: ServerAddress): DnsStep {
  const { address, port } = step.server ?? resolver
  return {
    server: address,
    port,
    question: questionText(step.question),
    rcode: step.rcode === undefined ? silence(step) : rcodeText(step.rcode),
    ms: rounded(step.ms),
    cached: step.transport === 'cache',
    role: roleOf(step),
    zone: step.zone.toString(),
    serverName: step.serverName?.toString() ?? null,
    outcome: step.outcome,
    transport: step.transport,
    at: rounded(step.at),
    records: recordViews(step.records),
  }
}

function silence({ outcome }: Step): string {
  return outcome === 'timeout' ? 'TIMEOUT' : outcome === 'unreachable' ? 'UNREACHABLE' : 'UNREADABLE'
}

function roleOf({ transport, forwarded, zone }: Step): DnsRole {
  if (transport === 'cache') return 'cache'
  if (forwarded) return 'resolver'
  if (zone.isRoot) return 'root'
  return zone.labels.length === 1 ? 'tld' : 'authoritative'
}

function questionText({ name, type }: Question): string {
  return `${name.toString()} ${typeText(type)}`
}

function recordViews(records: readonly ResourceRecord[]): DnsRecord[] {
  return records.slice(0, MAX_SHOWN_RECORDS).map((record) => ({
    name: record.name.toString(),
    type: typeText(record.type),
    ttl: record.ttl,
    data: formatRdata(record),
  }))
}

export function cacheLineView({ name, type, known, leftMs }: CacheLine): CacheLineView {
  const records = known.is === 'records' ? known.records : known.is === 'failure' ? [] : [known.soa]
  return {
    name: name.toString(),
    type: type === undefined ? null : typeText(type),
    is: known.is,
    data: records.slice(0, MAX_SHOWN_RECORDS).map(formatRdata),
    leftMs,
  }
}
