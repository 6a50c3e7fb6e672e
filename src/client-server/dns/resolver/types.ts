import type { AbortOptions } from '../../../base/index.ts'
import type { Message, Name, Question, ResourceRecord } from '../wire/index.ts'

/** Where a server is reached. */
export interface ServerAddress {
  readonly address: string
  readonly port: number
}

/** A server of a zone and where it is; no addresses when the delegation told none. */
export interface NameServer {
  readonly name: Name
  readonly addresses: readonly ServerAddress[]
}

/** What a server said, over what. */
export interface Reply {
  readonly message: Message
  readonly transport: 'udp' | 'tcp'
}

export interface ExchangeOptions extends AbortOptions {
  readonly timeoutMs: number
  /** RD: ask a resolver, not a server of the zone. */
  readonly recursive?: boolean | undefined
}

/**
 * Puts one question to one server. What comes back answers exactly that question and comes from exactly there. Throws
 * `timeout`, `server-unreachable` or `bad-dns-message`.
 */
export type Exchange = (server: ServerAddress, question: Question, options: ExchangeOptions) => Promise<Reply>

/** What came of one question to one server, or of a look into the cache. */
export type StepOutcome =
  | 'answer'
  /** Another name is meant. */
  | 'alias'
  /** Ask these servers instead. */
  | 'referral'
  | 'no-name'
  | 'no-data'
  /** The server answered, but nothing that can be used. */
  | 'unusable'
  | 'timeout'
  | 'unreachable'

/** One message exchanged, or one look into the cache, on the way to an answer. */
export interface Step {
  /** Undefined: our own cache. */
  readonly server: ServerAddress | undefined
  readonly serverName: Name | undefined
  /** The zone the server was asked for. */
  readonly zone: Name
  /** A resolver was asked, which goes on for us. */
  readonly forwarded: boolean
  readonly question: Question
  readonly outcome: StepOutcome
  /** Undefined when nothing came back. */
  readonly rcode: number | undefined
  /** Milliseconds from the start of the resolution, and for this step. */
  readonly at: number
  readonly ms: number
  readonly transport: 'udp' | 'tcp' | 'cache'
  /** What was learnt: answers, or the servers of a referral with their addresses. A few of them. */
  readonly records: readonly ResourceRecord[]
}

/** What a question came to. `aliases` are the CNAME records followed, in their order. */
export type Outcome =
  | {
      readonly is: 'records'
      readonly aliases: readonly ResourceRecord[]
      readonly records: readonly ResourceRecord[]
    }
  /** There is no such name (`no-name`), or nothing of that type there. `soa` says for how long, if the zone told. */
  | {
      readonly is: 'no-name' | 'no-data'
      readonly aliases: readonly ResourceRecord[]
      readonly soa: ResourceRecord | undefined
    }
  | { readonly is: 'failed'; readonly aliases: readonly ResourceRecord[]; readonly why: Failure }

export type Failure =
  'no-server-answers' | 'too-many-aliases' | 'too-much-work' | 'too-deep' | 'timeout' | 'failed-before'

/** An outcome and how it was reached. */
export interface Resolution {
  /** Of this resolver's, from 1. */
  readonly serial: number
  readonly question: Question
  readonly outcome: Outcome
  readonly steps: readonly Step[]
  /** Nothing had to be asked. */
  readonly cached: boolean
  /** Milliseconds. */
  readonly ms: number
}
