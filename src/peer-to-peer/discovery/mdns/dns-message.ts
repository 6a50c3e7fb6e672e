import { fromUtf8, utf8 } from '../../../base/index.ts'

/** The part of DNS messages (RFC 1035 §4) that service discovery needs. Names are lists of labels. */
export type DnsName = readonly string[]

export const TYPE = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, ANY: 255 } as const
export const CLASS_IN = 1
export const CLASS_ANY = 255

export interface DnsQuestion {
  readonly name: DnsName
  readonly type: number
  /** Without the top bit. */
  readonly class: number
  /** Top bit of the class: a unicast answer is welcome (RFC 6762 §5.4). */
  readonly unicast: boolean
}

export type DnsData =
  | { readonly type: 'PTR'; readonly name: DnsName }
  | { readonly type: 'SRV'; readonly port: number; readonly target: DnsName }
  | { readonly type: 'TXT'; readonly strings: readonly Uint8Array[] }
  | { readonly type: 'A'; readonly bytes: Uint8Array }
  | { readonly type: 'AAAA'; readonly bytes: Uint8Array }

export interface DnsRecord {
  readonly name: DnsName
  /** Top bit of the class: this record replaces older ones (RFC 6762 §10.2). */
  readonly flush: boolean
  /** Seconds. */
  readonly ttl: number
  readonly data: DnsData
}

export interface DnsMessage {
  readonly response: boolean
  /** More known answers follow in the next packet (RFC 6762 §7.2). */
  readonly truncated: boolean
  readonly questions: readonly DnsQuestion[]
  readonly answers: readonly DnsRecord[]
  /** Authority records are skipped. */
  readonly additionals: readonly DnsRecord[]
}

/** Compared without regard to the case of ASCII letters (RFC 1035 §2.3.3, RFC 6762 §16). */
export function nameKey(name: DnsName): string {
  return name
    .map((label) => label.replace(/[A-Z]/g, (c) => c.toLowerCase()).replace(/[.\\]/g, '\\$&'))
    .join('.')
}

export function sameName(a: DnsName, b: DnsName): boolean {
  return nameKey(a) === nameKey(b)
}

export function labelBytes(label: string): Uint8Array {
  return utf8(label)
}

/** Text of a label; undefined when it is not UTF-8 (RFC 6762 §16) or holds a NUL. */
export function labelText(bytes: Uint8Array): string | undefined {
  const text = fromUtf8(bytes)
  return text === undefined || text.includes('\0') ? undefined : text
}
