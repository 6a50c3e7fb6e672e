import { CLASS, OPCODE, RCODE } from './constants.ts'
import type { Name } from './name.ts'

/** The data of a record. Types without a shape here travel as the bytes they are (RFC 3597). */
export type Rdata =
  /** `192.0.2.1` */
  | { readonly kind: 'A'; readonly address: string }
  /** In the form of RFC 5952: `2001:db8::1`. */
  | { readonly kind: 'AAAA'; readonly address: string }
  | { readonly kind: 'NS' | 'CNAME' | 'PTR' | 'DNAME'; readonly target: Name }
  | Soa
  | { readonly kind: 'MX'; readonly preference: number; readonly exchange: Name }
  /** At least one string, each of at most 255 octets. */
  | { readonly kind: 'TXT'; readonly texts: readonly Uint8Array[] }
  | Srv
  | { readonly kind: 'unknown'; readonly bytes: Uint8Array }

/** Start of authority; the times are seconds. */
export interface Soa {
  readonly kind: 'SOA'
  readonly primary: Name
  readonly mailbox: Name
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  /** The time to live of negative answers (RFC 2308 §4). */
  readonly minimum: number
}

export interface Srv {
  readonly kind: 'SRV'
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
}

export type RdataKind = Rdata['kind']

/** One record. `type` says what `data` is: a structured kind, or `unknown`. */
export interface ResourceRecord {
  readonly name: Name
  readonly type: number
  readonly class: number
  /** Seconds; a sign bit on the wire is read as 0 (RFC 2181 §8). */
  readonly ttl: number
  readonly data: Rdata
}

export interface Question {
  readonly name: Name
  readonly type: number
  readonly class: number
}

export interface EdnsOption {
  readonly code: number
  readonly data: Uint8Array
}

/** What the OPT record says (RFC 6891), but for its part of the result code, which `rcode` includes. */
export interface Edns {
  /** The largest UDP message its sender takes, as sent: below 512 means 512. */
  readonly udpSize: number
  readonly version: number
  readonly dnssecOk: boolean
  readonly options: readonly EdnsOption[]
}

/** The first twelve octets. */
export interface Header {
  readonly id: number
  /** QR: an answer, not a query. */
  readonly response: boolean
  readonly opcode: number
  /** AA */
  readonly authoritative: boolean
  /** TC */
  readonly truncated: boolean
  /** RD */
  readonly recursionDesired: boolean
  /** RA */
  readonly recursionAvailable: boolean
  /** AD */
  readonly authenticData: boolean
  /** CD */
  readonly checkingDisabled: boolean
  /** With EDNS twelve bits, without it four. */
  readonly rcode: number
}

/** What `decodeHeader` tells besides: the counts as they are written, which nothing was checked against. */
export interface RawHeader extends Header {
  readonly questionCount: number
  readonly answerCount: number
  readonly authorityCount: number
  readonly additionalCount: number
}

/** A whole message. OPT is not among `additionals` but in `edns`. */
export interface Message extends Header {
  readonly questions: readonly Question[]
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
  readonly additionals: readonly ResourceRecord[]
  readonly edns?: Edns | undefined
}

/** A message with nothing in it: a query unless changed. */
export function message(change: Partial<Message> = {}): Message {
  return {
    id: 0,
    response: false,
    opcode: OPCODE.QUERY,
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: RCODE.NOERROR,
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
    ...change,
  }
}

/** A question of class IN. */
export function question(name: Name, type: number): Question {
  return { name, type, class: CLASS.IN }
}

/** An answer to a query: its id, operation, question, RD and CD; nothing else yet. */
export function answerTo(query: Message, change: Partial<Message> = {}): Message {
  const { id, opcode, recursionDesired, checkingDisabled, questions } = query
  return message({ id, response: true, opcode, recursionDesired, checkingDisabled, questions, ...change })
}
