/** For tests: random messages, and bytes written by hand. Not part of `index.ts`. */
import fc from 'fast-check'
import { formatIpv4, formatIpv6, fromHex } from '../../../base/index.ts'
import { CLASS, TYPE } from './constants.ts'
import {
  message,
  type Edns,
  type Message,
  type Question,
  type Rdata,
  type ResourceRecord,
} from './message.ts'
import { Name } from './name.ts'
import { kindOf } from './rdata.ts'

/** Bytes of hexadecimal text with spaces, line breaks and `;` comments. */
export function hex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/;[^\n]*/g, '').replace(/\s+/g, '')
  const bytes = fromHex(digits)
  if (!bytes) throw new Error(`not hexadecimal: ${digits}`)
  return bytes
}

export const name = (text: string): Name => Name.parse(text)

const u16 = fc.integer({ min: 0, max: 0xffff })
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })
const label = fc.uint8Array({ minLength: 1, maxLength: 63 })
/** Labels that repeat, so that there is something to compress. */
const usualLabel = fc.constantFrom('www', 'WWW', 'example', 'Example', 'com', 'a.b', 'x'.repeat(63))

export const anyName: fc.Arbitrary<Name> = fc
  .array(
    fc.oneof(
      usualLabel.map((text) => new TextEncoder().encode(text)),
      label,
    ),
    { maxLength: 6 },
  )
  .map((labels) => {
    const kept: Uint8Array[] = []
    let length = 1
    for (const each of labels) {
      length += 1 + each.length
      if (length <= 255) kept.push(each)
      else break
    }
    return Name.of(kept)
  })

/** Names of letters, digits and hyphens, for libraries that know nothing else. */
export const plainName: fc.Arbitrary<Name> = fc
  .array(fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/), { minLength: 1, maxLength: 5 })
  .map((labels) => Name.parse(`${labels.join('.')}.`))

const rdata = (names: fc.Arbitrary<Name>): Readonly<Record<Rdata['kind'], fc.Arbitrary<Rdata>>> => ({
  A: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((it) => ({ kind: 'A', address: formatIpv4(it) })),
  AAAA: fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((it) => ({ kind: 'AAAA', address: formatIpv6(it) })),
  NS: fc.record({ kind: fc.constant('NS' as const), target: names }),
  CNAME: fc.record({ kind: fc.constant('CNAME' as const), target: names }),
  PTR: fc.record({ kind: fc.constant('PTR' as const), target: names }),
  DNAME: fc.record({ kind: fc.constant('DNAME' as const), target: names }),
  SOA: fc.record({
    kind: fc.constant('SOA' as const),
    primary: names,
    mailbox: names,
    serial: u32,
    refresh: u32,
    retry: u32,
    expire: u32,
    minimum: u32,
  }),
  MX: fc.record({ kind: fc.constant('MX' as const), preference: u16, exchange: names }),
  TXT: fc.record({
    kind: fc.constant('TXT' as const),
    texts: fc.array(bytes(255), { minLength: 1, maxLength: 4 }),
  }),
  SRV: fc.record({ kind: fc.constant('SRV' as const), priority: u16, weight: u16, port: u16, target: names }),
  unknown: fc.record({ kind: fc.constant('unknown' as const), bytes: bytes(80) }),
})

const TYPES = [
  TYPE.A,
  TYPE.AAAA,
  TYPE.NS,
  TYPE.CNAME,
  TYPE.PTR,
  TYPE.DNAME,
  TYPE.SOA,
  TYPE.MX,
  TYPE.TXT,
  TYPE.SRV,
]

export function anyRecord(
  names: fc.Arbitrary<Name> = anyName,
  types: fc.Arbitrary<number> = fc.oneof(fc.constantFrom<number>(...TYPES), fc.constantFrom(64, 257, 65_280)),
  classes: fc.Arbitrary<number> = fc.constantFrom(CLASS.IN, CLASS.IN, CLASS.IN, CLASS.CH),
): fc.Arbitrary<ResourceRecord> {
  const data = rdata(names)
  return fc
    .tuple(names, types, classes, fc.integer({ min: 0, max: 0x7fff_ffff }))
    .chain(([owner, type, recordClass, ttl]) =>
      data[kindOf(type, recordClass)].map((value) => ({
        name: owner,
        type,
        class: recordClass,
        ttl,
        data: value,
      })),
    )
}

const anyQuestion: fc.Arbitrary<Question> = fc.record({ name: anyName, type: u16, class: u16 })

const anyEdns: fc.Arbitrary<Edns> = fc.record({
  udpSize: u16,
  version: fc.integer({ min: 0, max: 255 }),
  dnssecOk: fc.boolean(),
  options: fc.array(fc.record({ code: u16, data: bytes(40) }), { maxLength: 3 }),
})

export const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    id: u16,
    response: fc.boolean(),
    opcode: fc.integer({ min: 0, max: 15 }),
    authoritative: fc.boolean(),
    truncated: fc.boolean(),
    recursionDesired: fc.boolean(),
    recursionAvailable: fc.boolean(),
    authenticData: fc.boolean(),
    checkingDisabled: fc.boolean(),
    rcode: fc.integer({ min: 0, max: 0xfff }),
    questions: fc.array(anyQuestion, { maxLength: 2 }),
    answers: fc.array(anyRecord(), { maxLength: 6 }),
    authorities: fc.array(anyRecord(), { maxLength: 3 }),
    additionals: fc.array(anyRecord(), { maxLength: 3 }),
    edns: fc.option(anyEdns, { nil: undefined }),
  })
  .map(({ edns, ...rest }) => (edns ? { ...rest, edns } : { ...rest, rcode: rest.rcode & 0xf }))

/** A query as a stub sends it. */
export function query(text: string, type: number, change: Partial<Message> = {}): Message {
  return message({
    id: 0x1234,
    recursionDesired: true,
    questions: [{ name: name(text), type, class: CLASS.IN }],
    ...change,
  })
}

export function record(text: string, type: number, data: Rdata, ttl = 300): ResourceRecord {
  return { name: name(text), type, class: CLASS.IN, ttl, data }
}

export const address = (owner: string, ip: string): ResourceRecord =>
  ip.includes(':')
    ? record(owner, TYPE.AAAA, { kind: 'AAAA', address: ip })
    : record(owner, TYPE.A, { kind: 'A', address: ip })

/** What a message says, names as exact text: names remember more than what they are. */
export function plain(value: unknown): unknown {
  if (value instanceof Name) return value.toString()
  if (value instanceof Uint8Array) return Array.from(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}
