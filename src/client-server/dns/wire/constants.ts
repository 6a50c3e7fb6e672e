/** Numbers of the wire format that have names: types, classes, operations and results. */

export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const

/** Types that have a name for people, but travel as bytes. */
const NAMED_ONLY = {
  HINFO: 13,
  RP: 17,
  AFSDB: 18,
  LOC: 29,
  NAPTR: 35,
  CERT: 37,
  SSHFP: 44,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  CAA: 257,
} as const

export const CLASS = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const

export const OPCODE = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5 } as const

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const

const TYPES = namesOf({ ...TYPE, ...NAMED_ONLY })
const CLASSES = namesOf(CLASS)
const RCODES = namesOf(RCODE)

/** `AAAA`, or `TYPE65280` for what has no name (RFC 3597 §5). */
export function typeText(type: number): string {
  return TYPES.texts.get(type) ?? `TYPE${type}`
}

/** The type of `AAAA`, `aaaa`, `TYPE28` or `any`; undefined for anything else. */
export function parseType(text: string): number | undefined {
  return parseNumbered(text, TYPES.numbers, 'TYPE')
}

/** `IN`, or `CLASS32` for what has no name. */
export function classText(value: number): string {
  return CLASSES.texts.get(value) ?? `CLASS${value}`
}

export function parseClass(text: string): number | undefined {
  return parseNumbered(text, CLASSES.numbers, 'CLASS')
}

/** `NXDOMAIN`, or `RCODE11` for what has no name. */
export function rcodeText(rcode: number): string {
  return RCODES.texts.get(rcode) ?? `RCODE${rcode}`
}

interface Names {
  readonly texts: ReadonlyMap<number, string>
  readonly numbers: ReadonlyMap<string, number>
}

function namesOf(table: Readonly<Record<string, number>>): Names {
  const entries = Object.entries(table)
  return { texts: new Map(entries.map(([text, number]) => [number, text])), numbers: new Map(entries) }
}

function parseNumbered(text: string, known: Names['numbers'], prefix: string): number | undefined {
  const upper = text.toUpperCase()
  const number = known.get(upper)
  if (number !== undefined) return number
  if (!upper.startsWith(prefix) || !/^\d{1,5}$/.test(upper.slice(prefix.length))) return undefined
  const value = Number(upper.slice(prefix.length))
  return value <= 0xffff ? value : undefined
}
