import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { base } from './base.ts'
import { treeZoneSchema } from './servers.ts'

/** Longest name a person may type, characters: 255 octets with their escapes. */
const MAX_NAME = 1_024
/** Longest zone file, characters; the same as the zone's own limit. */
const MAX_ZONE_TEXT = 1024 * 1024

const nameSchema = z.string().trim().min(1).max(MAX_NAME)
/** `A`, `MX`, `TYPE65280`. */
const typeSchema = z.string().trim().min(1).max(16)

/** One record, as in a zone file. */
export const dnsRecordSchema = z.object({
  name: z.string(),
  type: z.string(),
  /** Seconds. */
  ttl: z.number(),
  data: z.string(),
})
export type DnsRecord = z.infer<typeof dnsRecordSchema>

/** Who was asked: our own cache, a server of the tree by its level, a resolver outside, or the web server at the end. */
export const dnsRoleSchema = z.enum(['cache', 'root', 'tld', 'authoritative', 'resolver'])
export type DnsRole = z.infer<typeof dnsRoleSchema>

export const dnsOutcomeSchema = z.enum([
  'answer',
  'alias',
  'referral',
  'no-name',
  'no-data',
  'unusable',
  'timeout',
  'unreachable',
])
export type DnsOutcome = z.infer<typeof dnsOutcomeSchema>

/** One question on the way to an answer. The first six are what `shoal dig --json` promises. */
export const dnsStepSchema = z.object({
  /** IP address; that of the local resolver for its cache. */
  server: z.string(),
  port: z.number(),
  /** `www.example.com. A` */
  question: z.string(),
  /** `NOERROR`, `NXDOMAIN`, …; `TIMEOUT` or `UNREACHABLE` when nothing came back. */
  rcode: z.string(),
  ms: z.number(),
  cached: z.boolean(),
  role: dnsRoleSchema,
  /** The zone whose server was asked. */
  zone: z.string(),
  serverName: z.string().nullable(),
  outcome: dnsOutcomeSchema,
  transport: z.enum(['udp', 'tcp', 'cache']),
  /** Milliseconds since the question came in. */
  at: z.number(),
  records: z.array(dnsRecordSchema),
})
export type DnsStep = z.infer<typeof dnsStepSchema>

export const resolutionSchema = z.object({
  /** Of the running resolver's, from 1. */
  serial: z.number(),
  name: z.string(),
  type: z.string(),
  /** What the client is told: NOERROR, NXDOMAIN or SERVFAIL. */
  rcode: z.string(),
  answers: z.array(dnsRecordSchema),
  /** For a name that does not exist: who says so and for how long. */
  authority: z.array(dnsRecordSchema),
  steps: z.array(dnsStepSchema),
  /** Nothing had to be asked. */
  cached: z.boolean(),
  ms: z.number(),
  /** When it was answered, milliseconds since 1970. */
  at: z.number(),
  /** Why it failed, when it did. */
  failure: z
    .enum(['no-server-answers', 'too-many-aliases', 'too-much-work', 'too-deep', 'timeout', 'failed-before'])
    .nullable(),
})
export type DnsResolution = z.infer<typeof resolutionSchema>

/** The page behind a name: the last step of the textbook's walk. */
export const pageSchema = z.object({
  url: z.string(),
  address: z.string(),
  port: z.number(),
  status: z.number(),
  title: z.string().nullable(),
  bytes: z.number(),
  ms: z.number(),
})
export type FetchedPage = z.infer<typeof pageSchema>

export const cacheLineSchema = z.object({
  name: z.string(),
  /** `A`; null for a name that does not exist, whatever the type. */
  type: z.string().nullable(),
  is: z.enum(['records', 'no-name', 'no-data', 'failure']),
  data: z.array(z.string()),
  /** Milliseconds until it is forgotten. */
  leftMs: z.number(),
})
export type CacheLineView = z.infer<typeof cacheLineSchema>

/** Part of the tree itself; a laptop's own; an example as it came; or written by a person. */
export const zoneKindSchema = z.enum(['fixed', 'laptop', 'example', 'added'])

export const zoneSummarySchema = z.object({
  origin: z.string(),
  kind: zoneKindSchema,
  /** One of the examples, which comes back when it is removed. */
  example: z.boolean(),
  records: z.number(),
  address: z.string(),
  port: z.number(),
})
export type ZoneSummary = z.infer<typeof zoneSummarySchema>

/** What can be wrong with a zone. */
export const zoneMistakeCodeSchema = z.enum([
  'file-too-long',
  'entry-too-long',
  'too-many-records',
  'paren-not-closed',
  'paren-not-opened',
  'quote-not-closed',
  'unknown-directive',
  'directive-words',
  'no-owner',
  'no-ttl',
  'bad-ttl',
  'bad-class',
  'bad-type',
  'no-type',
  'bad-name',
  'field-missing',
  'bad-number',
  'bad-seconds',
  'bad-ipv4',
  'bad-ipv6',
  'no-text',
  'text-too-long',
  'needs-bytes',
  'not-hexadecimal',
  'wrong-length',
  'too-many-words',
  'bad-data',
  'no-soa',
  'many-soa',
  'no-ns',
  'not-internet',
  'outside',
  'soa-elsewhere',
  'no-record-type',
  'dname',
  'wildcard-ns',
  'cname-and-others',
  'two-cnames',
  'below-delegation',
  'target-is-alias',
  'no-address',
])
export type ZoneMistakeCode = z.infer<typeof zoneMistakeCodeSchema>

export const zoneProblemSchema = z.object({
  /** From 1; 0 for the zone as a whole. */
  line: z.number(),
  code: zoneMistakeCodeSchema,
  /** Facts for the code's sentence: names, types, what was written, which field. */
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  /** In English, for logs. */
  problem: z.string(),
})
export type ZoneProblemView = z.infer<typeof zoneProblemSchema>

/** What DNS calls a laptop that is here. */
export const laptopNameSchema = z.object({
  peerId: z.string(),
  /** What its owner calls it. */
  name: z.string(),
  /** `alice.shoal.internal`; other scripts as they go over the wire (UTS-46). */
  host: z.string(),
  /** The same as people read it. */
  shownHost: z.string(),
  isSelf: z.boolean(),
  /** Another laptop has the name already: this one has a number behind it. */
  isSecond: z.boolean(),
  /** Its own server answers for its name. */
  isDelegated: z.boolean(),
})
export type LaptopName = z.infer<typeof laptopNameSchema>

export const namesViewSchema = z.object({
  /** This laptop first. */
  laptops: z.array(laptopNameSchema),
  /** The tree and its resolver are started by the first question. */
  running: z.boolean(),
  /** Where other programs may ask the resolver; empty while the DNS server is off. */
  listening: z.array(z.object({ address: z.string(), port: z.number() })),
  tree: z.array(treeZoneSchema),
  zones: z.array(zoneSummarySchema),
  /** Other domains are asked of these, when that is allowed. */
  upstream: z.object({ allowed: z.boolean(), servers: z.array(z.string()) }),
  cacheSize: z.number(),
  /** Grows with every change of the cache or the zones. */
  revision: z.number(),
  /** The latest first. */
  recent: z.array(resolutionSchema),
})
export type NamesView = z.infer<typeof namesViewSchema>

/** One peer's part in a look-up among peers. */
export const peerStepSchema = z.object({
  peerId: z.string(),
  is: z.enum(['asked', 'answered', 'failed']),
  /** Peers it told of that are closer to the name's key. */
  closer: z.number(),
  /** It keeps the record. */
  has: z.boolean(),
  /** Milliseconds since the look-up began. */
  at: z.number(),
})
export type PeerStep = z.infer<typeof peerStepSchema>

/** The same function among peers: a record signed by its owner, found in the DHT hop by hop. */
export const peerLookupSchema = z.object({
  label: z.string(),
  record: z
    .object({
      owner: z.string(),
      addresses: z.array(z.string()),
      /** Milliseconds since 1970. */
      expires: z.number(),
    })
    .nullable(),
  steps: z.array(peerStepSchema),
  /** Questions sent. */
  messages: z.number(),
  ms: z.number(),
})
export type PeerLookup = z.infer<typeof peerLookupSchema>

export const namesContract = {
  /** At once, and after every change, a few times a second at most. */
  watch: base.output(eventIterator(namesViewSchema)),
  /** Finds a name, from the cache or from the root down. */
  resolve: base.input(z.object({ name: nameSchema, type: typeSchema.default('A') })).output(resolutionSchema),
  /** Looks a laptop's name up in the DHT: `alice` or `alice.shoal.internal`. Throws `not-supported` without a DHT. */
  amongPeers: base.input(z.object({ name: nameSchema })).output(peerLookupSchema),
  /** Fetches `http://<name>/` from the address the name has. Throws `name-not-found`, `server-unreachable`. */
  page: base.input(z.object({ name: nameSchema })).output(pageSchema),
  cache: base
    .input(z.object({ limit: z.number().int().min(1).max(2_000).default(500) }))
    .output(z.array(cacheLineSchema)),
  clearCache: base.output(z.void()),
  /** A zone as text. */
  zone: base.input(z.object({ origin: nameSchema })).output(z.object({ text: z.string() })),
  /** What is wrong with a zone before it is kept; nothing when it is an empty list. */
  checkZone: base
    .input(z.object({ origin: nameSchema, text: z.string().max(MAX_ZONE_TEXT) }))
    .output(z.object({ problems: z.array(zoneProblemSchema) })),
  /** Adds a zone or replaces it, at once and after a restart. Throws `bad-zone`. */
  putZone: base.input(z.object({ origin: nameSchema, text: z.string().max(MAX_ZONE_TEXT) })).output(z.void()),
  /** Takes an added zone away; an example is as at first again. */
  removeZone: base.input(z.object({ origin: nameSchema })).output(z.void()),
}
