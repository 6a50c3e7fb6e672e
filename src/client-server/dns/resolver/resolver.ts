import {
  deadlineSignal,
  isShoalError,
  raceSignal,
  systemClock,
  systemRandom,
  type AbortOptions,
  type Clock,
  type Random,
} from '../../../base/index.ts'
import { Name, type Question } from '../wire/index.ts'
import { Cache, type CacheLine } from './cache.ts'
import { coalesced } from './coalesce.ts'
import { Delegations } from './delegations.ts'
import { MAX_UNDER_WAY, RESOLVE_TIMEOUT_MS } from './limits.ts'
import { Search, type Parts } from './resolution.ts'
import { ServerHealth } from './server-health.ts'
import type { Exchange, NameServer, Outcome, Resolution, ServerAddress } from './types.ts'

export interface ResolverInit {
  readonly exchange: Exchange
  /** The servers of the root, where every walk begins. */
  readonly roots: readonly NameServer[]
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  /** The port of a zone's server at an address; 53 unless given. */
  readonly portOf?: ((zone: Name, address: string) => number) | undefined
  /** Resolvers to ask for a name that is not of our own tree; none unless given. */
  readonly upstreamOf?: ((name: Name) => readonly ServerAddress[]) | undefined
  /** Told of each question that was worked on or answered from the cache. */
  readonly onResolved?: ((resolution: Resolution) => void) | undefined
  readonly cacheLimits?: { maxEntries?: number; maxBytes?: number } | undefined
}

const DNS_PORT = 53

/** The local DNS server: finds names from the root down, and remembers. */
export class Resolver {
  readonly #clock: Clock
  readonly #parts: Parts
  readonly #onResolved: (resolution: Resolution) => void
  readonly #underWay = new Map<string, Promise<Resolution>>()
  #generation = 0
  #serial = 0

  constructor(init: ResolverInit) {
    const { clock = systemClock, random = systemRandom, portOf = () => DNS_PORT } = init
    this.#clock = clock
    this.#onResolved = init.onResolved ?? ((): void => {})
    this.#parts = {
      clock,
      random,
      portOf,
      cache: new Cache(clock, init.cacheLimits),
      delegations: new Delegations(clock, { zone: Name.root, servers: init.roots }),
      health: new ServerHealth(clock),
      exchange: coalesced(init.exchange),
      upstreamOf: init.upstreamOf ?? ((): readonly ServerAddress[] => []),
    }
  }

  /** Grows whenever something was forgotten on purpose: what was made of the cache before is to be made anew. */
  get generation(): number {
    return this.#generation
  }

  /** Answers one question. The same question asked meanwhile is worked on once. Rejects only with the signal's reason. */
  resolve(question: Question, { signal }: AbortOptions = {}): Promise<Resolution> {
    const key = `${question.class} ${question.type} ${question.name.key}`
    let work = this.#underWay.get(key)
    if (!work) {
      if (this.#underWay.size >= MAX_UNDER_WAY) return Promise.resolve(tooBusy(question, ++this.#serial))
      work = this.#work(question).finally(() => this.#underWay.delete(key))
      this.#underWay.set(key, work)
    }
    return raceSignal(work, signal)
  }

  /** The outcome as far as the cache knows it, without asking anybody. */
  async recall(question: Question): Promise<Outcome | undefined> {
    const nobody = new AbortController()
    nobody.abort()
    try {
      const outcome = await new Search(this.#parts, nobody.signal).resolve(question)
      return outcome.is === 'failed' ? undefined : outcome
    } catch {
      // What is missing would have to be asked for.
      return undefined
    }
  }

  /** Entries of the cache that still hold. */
  get cacheSize(): number {
    return this.#parts.cache.count()
  }

  cacheLines(limit?: number): CacheLine[] {
    return this.#parts.cache.lines(limit)
  }

  /** Forgets everything, or everything of a zone: after its records were changed by hand. */
  clear(zone?: Name): void {
    this.#generation++
    this.#parts.cache.clear(zone)
    this.#parts.delegations.clear(zone)
    this.#parts.health.clear()
  }

  async #work(question: Question): Promise<Resolution> {
    const startedAt = this.#clock.now()
    const { signal, clear } = deadlineSignal(RESOLVE_TIMEOUT_MS, 'the name', undefined, this.#clock)
    const search = new Search(this.#parts, signal)
    try {
      const outcome = await search.resolve(question).catch((error: unknown) => this.#late(question, error))
      const ms = this.#clock.now() - startedAt
      const serial = ++this.#serial
      const resolution = { serial, question, outcome, steps: search.steps, cached: search.queries === 0, ms }
      this.#onResolved(resolution)
      return resolution
    } finally {
      clear()
    }
  }

  #late(question: Question, error: unknown): Outcome {
    if (!isShoalError(error, 'timeout')) throw error
    this.#parts.cache.putFailure(question.name, question.type)
    return { is: 'failed', aliases: [], why: 'timeout' }
  }
}

function tooBusy(question: Question, serial: number): Resolution {
  const outcome = { is: 'failed', aliases: [], why: 'too-much-work' } as const
  return { serial, question, outcome, steps: [], cached: false, ms: 0 }
}
