import { formatIpv6, fromHex, parseIpv4, parseIpv6 } from '../../../base/index.ts'
import { kindOf, MAX_TTL, Name, rdataOfBytes, typeText, type Rdata } from '../wire/index.ts'
import { octetsOf, type Token } from './tokens.ts'
import { ZoneMistake } from './mistake.ts'

const SECONDS: Readonly<Record<string, number>> = { S: 1, M: 60, H: 3_600, D: 86_400, W: 604_800 }

/** `3600`, `1h` or `1d12h` in seconds; undefined for anything else or more than `most`. */
export function parseTtl(text: string, most = MAX_TTL): number | undefined {
  if (!/^(?:\d{1,10}|(?:\d{1,10}[smhdw])+)$/i.test(text)) return undefined
  let total = 0
  for (const [, count = '', unit = 's'] of text.matchAll(/(\d+)([smhdw]?)/gi))
    total += Number(count) * SECONDS[unit.toUpperCase() || 'S']!
  return total <= most ? total : undefined
}

/** The data of a record from the words after its type. Throws an Error that says what is wrong. */
export function parseRdata(type: number, recordClass: number, tokens: readonly Token[], origin: Name): Rdata {
  const words = new Words(tokens, origin)
  const data = words.generic(type, recordClass) ?? parseKind(type, recordClass, words)
  words.end()
  return data
}

function parseKind(type: number, recordClass: number, words: Words): Rdata {
  const kind = kindOf(type, recordClass)
  switch (kind) {
    case 'A':
      return { kind, address: words.ipv4() }
    case 'AAAA':
      return { kind, address: words.ipv6() }
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'DNAME':
      return { kind, target: words.name('pointed') }
    case 'MX':
      return { kind, preference: words.u16('preference'), exchange: words.name('exchange') }
    case 'SRV':
      return {
        kind,
        priority: words.u16('priority'),
        weight: words.u16('weight'),
        port: words.u16('port'),
        target: words.name('target'),
      }
    case 'TXT':
      return { kind, texts: words.texts() }
    case 'SOA':
      return parseSoa(words)
    case 'unknown':
      throw new ZoneMistake(
        'needs-bytes',
        { type: typeText(type) },
        `${typeText(type)} is written as bytes: \\# LENGTH HEXADECIMAL`,
      )
  }
}

function parseSoa(words: Words): Rdata {
  return {
    kind: 'SOA',
    primary: words.name('primary'),
    mailbox: words.name('mailbox'),
    serial: words.u32('serial'),
    refresh: words.seconds('refresh'),
    retry: words.seconds('retry'),
    expire: words.seconds('expire'),
    minimum: words.seconds('minimum'),
  }
}

/** Parts of a record's data, as a mistake names them. */
const FIELDS = {
  pointed: 'the name it points to',
  preference: 'the preference',
  exchange: 'the mail exchanger',
  priority: 'the priority',
  weight: 'the weight',
  port: 'the port',
  target: 'the target',
  primary: 'the primary server',
  mailbox: 'the mailbox',
  serial: 'the serial number',
  refresh: 'refresh',
  retry: 'retry',
  expire: 'expire',
  minimum: 'minimum',
  address: 'the address',
  length: 'the length',
} as const
type Field = keyof typeof FIELDS

/** The words of a record's data, taken one by one. */
class Words {
  readonly #tokens: readonly Token[]
  readonly #origin: Name
  #at = 0

  constructor(tokens: readonly Token[], origin: Name) {
    this.#tokens = tokens
    this.#origin = origin
  }

  name(what: Field): Name {
    return Name.parse(this.#word(what), this.#origin)
  }

  u16(what: Field): number {
    return this.#number(what, 0xffff)
  }

  u32(what: Field): number {
    return this.#number(what, 0xffff_ffff)
  }

  seconds(what: Field): number {
    const text = this.#word(what)
    const value = parseTtl(text, 0xffff_ffff)
    if (value === undefined)
      throw new ZoneMistake(
        'bad-seconds',
        { field: what, text },
        `${FIELDS[what]} is no number of seconds: ${text}`,
      )
    return value
  }

  ipv4(): string {
    const text = this.#word('address')
    if (!parseIpv4(text)) throw new ZoneMistake('bad-ipv4', { text }, `no IPv4 address: ${text}`)
    return text
  }

  ipv6(): string {
    const text = this.#word('address')
    const bytes = parseIpv6(text)
    if (!bytes) throw new ZoneMistake('bad-ipv6', { text }, `no IPv6 address: ${text}`)
    return formatIpv6(bytes)
  }

  texts(): Uint8Array[] {
    const texts = this.#tokens.slice(this.#at).map(octetsOf)
    this.#at = this.#tokens.length
    if (texts.length === 0) throw new ZoneMistake('no-text', {}, 'a text is missing')
    if (texts.some((text) => text.length > 255))
      throw new ZoneMistake('text-too-long', {}, 'a string has more than 255 octets')
    return texts
  }

  /** `\# 4 c0000201`, the form that fits every type; undefined when the data is not written so. */
  generic(type: number, recordClass: number): Rdata | undefined {
    const first = this.#tokens[this.#at]
    if (first?.text !== '\\#' || first.quoted) return undefined
    this.#at++
    const length = this.u16('length')
    const digits = this.#tokens
      .slice(this.#at)
      .map(({ text }) => text)
      .join('')
    this.#at = this.#tokens.length
    const bytes = fromHex(digits)
    if (!bytes) throw new ZoneMistake('not-hexadecimal', {}, 'the data is not hexadecimal')
    if (bytes.length !== length)
      throw new ZoneMistake(
        'wrong-length',
        { is: bytes.length, said: length },
        `the data has ${bytes.length} octets, not ${length}`,
      )
    return rdataOfBytes(type, recordClass, bytes)
  }

  end(): void {
    const rest = this.#tokens[this.#at]
    if (rest)
      throw new ZoneMistake(
        'too-many-words',
        { text: rest.text },
        `more than belongs to the record: ${rest.text}`,
      )
  }

  #number(what: Field, most: number): number {
    const text = this.#word(what)
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (!(value <= most))
      throw new ZoneMistake(
        'bad-number',
        { field: what, most, text },
        `${FIELDS[what]} is no number up to ${most}: ${text}`,
      )
    return value
  }

  #word(what: Field): string {
    const token = this.#tokens[this.#at++]
    if (!token) throw new ZoneMistake('field-missing', { field: what }, `${FIELDS[what]} is missing`)
    return token.text
  }
}
