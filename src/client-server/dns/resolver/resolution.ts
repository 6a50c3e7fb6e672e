import { isShoalError, ShoalError, shuffle, type Clock, type Random } from '../../../base/index.ts'
import {
  CLASS,
  RCODE,
  TYPE,
  type Message,
  type Name,
  type Question,
  type ResourceRecord,
} from '../wire/index.ts'
import { negativeTtl, type Cache, type Rank } from './cache.ts'
import { aliasTarget, classify, type RecordSet, type Verdict } from './classify.ts'
import type { Delegation, Delegations } from './delegations.ts'
import {
  FIRST_TRY_MS,
  LATER_TRY_MS,
  MAX_ADDRESSES,
  MAX_ALIASES,
  MAX_DEPTH,
  MAX_GLUELESS,
  MAX_QUERIES,
  MAX_REFERRALS,
  MAX_STEP_RECORDS,
  MAX_STEPS,
  MAX_TRIES,
} from './limits.ts'
import { minimisedQuestion } from './minimise.ts'
import type { ServerHealth } from './server-health.ts'
import type { Exchange, Failure, Outcome, ServerAddress, Step, StepOutcome } from './types.ts'

/** What the work on all questions shares. */
export interface Parts {
  readonly clock: Clock
  readonly random: Random
  readonly cache: Cache
  readonly delegations: Delegations
  readonly health: ServerHealth
  readonly exchange: Exchange
  /** The port of a zone's server at an address: 53, unless configuration says otherwise. */
  readonly portOf: (zone: Name, address: string) => number
  /** Resolvers to ask instead of walking down from the root; empty for names of our own tree. */
  readonly upstreamOf: (name: Name) => readonly ServerAddress[]
}

/** A server to ask, and by which name it was found. */
interface Candidate extends ServerAddress {
  readonly name: Name | undefined
}

type Found = Exclude<Verdict, { is: 'referral' | 'unusable' }>

/**
 * The work on one question: from the nearest zone whose servers are known down to the one that owns the name, along its
 * aliases, within a bounded number of queries. It learns into the cache and keeps a record of every message.
 */
export class Search {
  readonly steps: Step[] = []
  readonly #parts: Parts
  readonly #signal: AbortSignal
  readonly #startedAt: number
  #queries = 0

  constructor(parts: Parts, signal: AbortSignal) {
    this.#parts = parts
    this.#signal = signal
    this.#startedAt = parts.clock.now()
  }

  /** Messages sent. */
  get queries(): number {
    return this.#queries
  }

  async resolve(question: Question, depth = 0): Promise<Outcome> {
    const aliases: ResourceRecord[] = []
    try {
      return await this.#follow(question, aliases, depth)
    } catch (error) {
      const why = isShoalError(error, 'resolver-failed') ? (error.data['why'] as Failure) : undefined
      if (why === undefined) throw error
      if (isWorthKeeping(why, depth)) this.#parts.cache.putFailure(question.name, question.type)
      return { is: 'failed', aliases, why }
    }
  }

  async #follow(question: Question, aliases: ResourceRecord[], depth: number): Promise<Outcome> {
    for (let { name } = question; ;) {
      const found = await this.#find({ ...question, name }, depth)
      for (const [record] of found.aliases) aliases.push(record!)
      if (aliases.length > MAX_ALIASES) throw giveUp('too-many-aliases')
      if (found.is === 'records') return { is: 'records', aliases, records: found.records }
      if (found.is !== 'alias') return { is: found.is, aliases, soa: withNegativeTtl(found.soa) }
      name = found.target
    }
  }

  async #find(question: Question, depth: number): Promise<Found> {
    const known = this.#recall(question)
    if (known) {
      if (depth === 0) this.#noteCache(question, known)
      return known
    }
    const upstream = this.#parts.upstreamOf(question.name)
    return upstream.length > 0 ? this.#forward(question, upstream) : this.#descend(question, depth)
  }

  #recall(question: Question): Found | undefined {
    const { cache } = this.#parts
    const known = cache.get(question.name, question.type)
    if (known?.is === 'failure') throw giveUp('failed-before')
    if (known?.is === 'records') return { is: 'records', aliases: [], records: known.records }
    if (known) return { is: known.is, aliases: [], soa: known.soa }
    const alias = question.type === TYPE.CNAME ? undefined : cache.get(question.name, TYPE.CNAME)
    const target = alias?.is === 'records' ? aliasTarget(alias.records[0]) : undefined
    return alias?.is === 'records' && target ? { is: 'alias', aliases: [alias.records], target } : undefined
  }

  /** From zone to zone downwards, telling each no more of the name than it needs (RFC 9156). */
  async #descend(question: Question, depth: number): Promise<Found> {
    // DS belongs to the zone above the one it is named after (RFC 4035 §3.1.4.1).
    const start = question.type === TYPE.DS ? question.name.parent : question.name
    const remembered = this.#parts.delegations.closest(start)
    try {
      return await this.#descendFrom(remembered, question, depth)
    } catch (error) {
      const isLost = isShoalError(error, 'resolver-failed') && error.data['zone'] === remembered.zone.key
      if (!isLost || remembered.zone.isRoot) throw error
      // Nobody answers where the zone was remembered to be: the one above may know better.
      return this.#descendFrom(this.#parts.delegations.above(remembered.zone), question, depth)
    }
  }

  async #descendFrom(from: Delegation, question: Question, depth: number): Promise<Found> {
    let cut = from
    let known = cut.zone.labels.length
    let steps = 0
    let referrals = 0
    while (referrals < MAX_REFERRALS) {
      const asked = minimisedQuestion(question, cut.zone, known, steps)
      const isWhole = asked === question
      if (!isWhole) steps++
      const verdict = await this.#askZone(cut, asked, isWhole, depth)
      if (verdict.is === 'referral') {
        cut = this.#delegationOf(verdict)
        known = cut.zone.labels.length
        referrals++
      } else if (isWhole) {
        if (verdict.is === 'unusable') throw giveUp('no-server-answers', cut.zone)
        return verdict
      } else {
        // Some servers deny names that only have others below them: whatever is denied half-way is asked for in full.
        const exists = verdict.is === 'records' || verdict.is === 'no-data'
        known = exists ? asked.name.labels.length : question.name.labels.length - 1
      }
    }
    throw giveUp('too-deep')
  }

  #delegationOf(referral: Extract<Verdict, { is: 'referral' }>): Delegation {
    const { zone } = referral
    const servers = referral.servers.map(({ name, addresses }) => ({
      name,
      addresses: addresses.map((address) => this.#located(zone, address)),
    }))
    const delegation = { zone, servers }
    this.#parts.delegations.put(delegation, referral.ttl)
    return delegation
  }

  /** Asks a zone's servers until one says something usable. */
  async #askZone(cut: Delegation, question: Question, isWhole: boolean, depth: number): Promise<Verdict> {
    let tries = 0
    let answered = false
    const silent: Candidate[] = []
    for await (const server of this.#serversOf(cut, depth)) {
      if (tries++ >= MAX_TRIES) break
      const verdict = await this.#ask(server, cut.zone, question, { isWhole, timeoutMs: FIRST_TRY_MS })
      if (verdict === undefined) silent.push(server)
      else if (verdict.is !== 'unusable') return verdict
      else answered = true
    }
    for (const server of silent) {
      // A zone that answered badly to half a name is asked for the whole one instead.
      if (tries++ >= MAX_TRIES || (answered && !isWhole)) break
      const verdict = await this.#ask(server, cut.zone, question, { isWhole, timeoutMs: LATER_TRY_MS })
      if (verdict !== undefined && verdict.is !== 'unusable') return verdict
      answered ||= verdict !== undefined
    }
    if (!answered) throw giveUp('no-server-answers', cut.zone)
    return { is: 'unusable' }
  }

  /** Servers whose address is known, in random order, then a few whose address has to be found first. */
  async *#serversOf({ zone, servers }: Delegation, depth: number): AsyncGenerator<Candidate, void, void> {
    const { random, health } = this.#parts
    const inTurn = shuffle([...servers], random)
    const located = inTurn.map(({ name, addresses }) => ({
      name,
      addresses: addresses.length > 0 ? addresses : this.#recallAddresses(name, zone),
    }))
    yield* health.sort(
      located.flatMap(({ name, addresses }) => addresses.map((address) => ({ ...address, name }))),
    )
    // Inside the zone itself it can only be found by asking the zone.
    const missing = located.filter(({ name, addresses }) => addresses.length === 0 && !name.isWithin(zone))
    for (const { name } of missing.slice(0, MAX_GLUELESS))
      for (const address of await this.#seekAddresses(name, zone, depth)) yield { ...address, name }
  }

  #recallAddresses(name: Name, zone: Name): ServerAddress[] {
    const sets = [TYPE.A, TYPE.AAAA].map((type) => this.#parts.cache.get(name, type))
    return this.#addresses(
      sets.flatMap((known) => (known?.is === 'records' ? known.records : [])),
      zone,
    )
  }

  /** Servers that are found only through each other end at the depth allowed. */
  async #seekAddresses(name: Name, zone: Name, depth: number): Promise<ServerAddress[]> {
    if (depth >= MAX_DEPTH) return []
    for (const type of [TYPE.A, TYPE.AAAA]) {
      const outcome = await this.resolve({ name, type, class: CLASS.IN }, depth + 1)
      if (outcome.is === 'records') return this.#addresses(outcome.records, zone)
      if (outcome.is !== 'no-data') return []
    }
    return []
  }

  #addresses(records: RecordSet, zone: Name): ServerAddress[] {
    const texts = records.flatMap(({ data }) =>
      data.kind === 'A' || data.kind === 'AAAA' ? [data.address] : [],
    )
    return texts.slice(0, MAX_ADDRESSES).map((address) => this.#located(zone, address))
  }

  #located(zone: Name, address: string): ServerAddress {
    return { address, port: this.#parts.portOf(zone, address) }
  }

  async #forward(question: Question, servers: readonly ServerAddress[]): Promise<Found> {
    const zone = question.name.last(0)
    for (const [i, server] of servers.slice(0, MAX_TRIES).entries()) {
      const timeoutMs = i === 0 && servers.length > 1 ? FIRST_TRY_MS : LATER_TRY_MS
      const candidate = { ...server, name: undefined }
      const verdict = await this.#ask(candidate, zone, question, {
        isWhole: true,
        timeoutMs,
        recursive: true,
      })
      if (verdict && verdict.is !== 'unusable' && verdict.is !== 'referral') return verdict
    }
    throw giveUp('no-server-answers')
  }

  /** One question to one server; undefined when it stays silent. */
  async #ask(
    server: Candidate,
    zone: Name,
    question: Question,
    options: { isWhole: boolean; timeoutMs: number; recursive?: boolean },
  ): Promise<Verdict | undefined> {
    const { clock, health, exchange } = this.#parts
    this.#signal.throwIfAborted()
    if (this.#queries >= MAX_QUERIES) throw giveUp('too-much-work')
    this.#queries++
    const { timeoutMs, recursive = false } = options
    const at = clock.now()
    const step = {
      server: { address: server.address, port: server.port },
      serverName: server.name,
      zone,
      forwarded: recursive,
    }
    try {
      const { message, transport } = await exchange(server, question, {
        timeoutMs,
        recursive,
        signal: this.#signal,
      })
      health.answered(server)
      const verdict = classify(message, question, zone, { trusted: recursive })
      this.#learn(verdict, question, recursive, options.isWhole)
      const outcome = verdict.is === 'records' ? 'answer' : verdict.is
      const records = recordsOf(verdict, message)
      this.#note({ ...step, question, outcome, rcode: message.rcode, transport, records }, at)
      return verdict
    } catch (error) {
      this.#signal.throwIfAborted()
      health.failed(server)
      const outcome = failureOf(error)
      this.#note({ ...step, question, outcome, rcode: undefined, transport: 'udp', records: [] }, at)
      return outcome === 'unusable' ? { is: 'unusable' } : undefined
    }
  }

  #learn(verdict: Verdict, question: Question, isTold: boolean, isWhole: boolean): void {
    const { cache } = this.#parts
    if (verdict.is === 'referral' || verdict.is === 'unusable') return
    // Only for the name that was asked for does the zone answer as its owner; behind an alias it repeats (RFC 2181 §5.4.1).
    const rankAt = (place: number): Rank => (isTold ? 'told' : place === 0 ? 'owned' : 'chained')
    const { aliases } = verdict
    for (const [place, alias] of aliases.entries()) cache.putRecords(alias, rankAt(place))
    if (verdict.is === 'records') cache.putRecords(verdict.records, rankAt(aliases.length))
    // A denial half-way down is not believed, so it is not kept either.
    if ((verdict.is === 'no-name' && isWhole) || verdict.is === 'no-data') {
      const name = aliasTarget(aliases.at(-1)?.[0]) ?? question.name
      if (verdict.soa) cache.putNegative(verdict.is, name, question.type, verdict.soa)
    }
  }

  #noteCache(question: Question, found: Found): void {
    const outcome = found.is === 'records' ? 'answer' : found.is
    const rcode = found.is === 'no-name' ? RCODE.NXDOMAIN : RCODE.NOERROR
    const zone = question.name.last(0)
    const step = { server: undefined, serverName: undefined, zone, forwarded: false }
    const records = recordsOf(found)
    this.#note({ ...step, question, outcome, rcode, transport: 'cache', records }, this.#parts.clock.now())
  }

  #note(step: Omit<Step, 'at' | 'ms'>, startedAt: number): void {
    if (this.steps.length >= MAX_STEPS) return
    const now = this.#parts.clock.now()
    this.steps.push({ ...step, at: startedAt - this.#startedAt, ms: now - startedAt })
  }
}

/** @param zone whose servers were the trouble. */
function giveUp(why: Failure, zone?: Name): ShoalError {
  return new ShoalError('resolver-failed', `the name could not be resolved: ${why}`, {
    data: { why, zone: zone?.key },
  })
}

/** A question that failed because another used up the work or the time has not failed itself. */
function isWorthKeeping(why: Failure, depth: number): boolean {
  if (why === 'failed-before') return false
  return depth === 0 || (why !== 'too-much-work' && why !== 'timeout')
}

function withNegativeTtl(soa: ResourceRecord | undefined): ResourceRecord | undefined {
  return soa && { ...soa, ttl: negativeTtl(soa) }
}

function failureOf(error: unknown): StepOutcome {
  if (isShoalError(error, 'timeout')) return 'timeout'
  return isShoalError(error, 'bad-dns-message') ? 'unusable' : 'unreachable'
}

/** What a step shows: the answers, or who was named and where they are. */
function recordsOf(verdict: Verdict, message?: Message): ResourceRecord[] {
  switch (verdict.is) {
    case 'records':
      return [...verdict.aliases.flat(), ...verdict.records].slice(0, MAX_STEP_RECORDS)
    case 'alias':
      return verdict.aliases.flat().slice(0, MAX_STEP_RECORDS)
    case 'referral': {
      const names = new Set(verdict.servers.map(({ name }) => name.key))
      const named = message?.authorities.filter(
        ({ type, name }) => type === TYPE.NS && name.equals(verdict.zone),
      )
      const glue = message?.additionals.filter(({ name }) => names.has(name.key))
      return [...(named ?? []), ...(glue ?? [])].slice(0, MAX_STEP_RECORDS)
    }
    case 'unusable':
      return []
    default:
      return [...verdict.aliases.flat(), ...(verdict.soa ? [verdict.soa] : [])].slice(0, MAX_STEP_RECORDS)
  }
}
