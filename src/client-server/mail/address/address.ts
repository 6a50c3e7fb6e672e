import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { ShoalError, utf8 } from '../../../base/index.ts'
import { MAX_DOMAIN_BYTES, MAX_LABEL_BYTES, MAX_LOCAL_PART_BYTES, MAX_PATH_BYTES } from './limits.ts'

/** A mail address as RFC 5321 §4.1.2 (with RFC 6531 §3.3 where non-ASCII letters are allowed) writes it. */
export interface Address {
  /** Without the quotes and backslashes it may have been written with. */
  readonly local: string
  /** Lower case, internationalised labels in their ASCII form; an address literal with its brackets. */
  readonly domain: string
  /** As it goes into an envelope: quoted where it must be. */
  readonly text: string
  /** Whether the next server must speak SMTPUTF8. */
  readonly needsUtf8: boolean
}

export interface AddressOptions {
  /** Letters beyond ASCII are allowed (RFC 6531). */
  readonly utf8?: boolean | undefined
}

const ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\u{10ffff}]+$/u
const LABEL =
  /^[A-Za-z0-9\u0080-\u{10ffff}](?:[A-Za-z0-9\-\u0080-\u{10ffff}]*[A-Za-z0-9\u0080-\u{10ffff}])?$/u
const NOT_ASCII = /[^\0-\x7f]/
// C1 controls, line and paragraph separators, invisible and direction-changing characters, halves of pairs: no letters.
const NEVER = /[\u0080-\u00a0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]/

/** Reads one address and nothing else: no display name, no comment, no surrounding space. Undefined when it is none. */
export function parseAddress(text: string, options: AddressOptions = {}): Address | undefined {
  if (text.length > MAX_PATH_BYTES || utf8(text).length > MAX_PATH_BYTES - 2) return undefined
  const needsUtf8 = NOT_ASCII.test(text)
  if (needsUtf8 && (!options.utf8 || isUnfit(text))) return undefined
  const at = endOfLocalPart(text)
  if (at === undefined || text[at] !== '@') return undefined
  const local = readLocalPart(text.slice(0, at))
  const domain = parseDomain(text.slice(at + 1), options)
  if (local === undefined || domain === undefined) return undefined
  return { local, domain, text: `${writeLocalPart(local)}@${domain}`, needsUtf8: NOT_ASCII.test(local) }
}

/** As `parseAddress`, but throws `bad-mail-address`. For what people type. */
export function requireAddress(text: string): Address {
  const address = parseAddress(text.trim(), { utf8: true })
  if (address) return address
  const shown = text.slice(0, MAX_PATH_BYTES)
  throw new ShoalError('bad-mail-address', `not a mail address: "${shown}"`, { data: { address: shown } })
}

/** A domain or address literal in its canonical form; undefined when it is neither. */
export function parseDomain(text: string, options: AddressOptions = {}): string | undefined {
  if (text.startsWith('[')) return parseLiteral(text)
  const isInternational = NOT_ASCII.test(text)
  if (isInternational && (!options.utf8 || isUnfit(text))) return undefined
  if (!text.split('.').every((label) => LABEL.test(label))) return undefined
  const ascii = isInternational ? domainToASCII(text) : text.toLowerCase()
  const labels = ascii.split('.')
  if (ascii.length > MAX_DOMAIN_BYTES || labels.some((l) => l.length > MAX_LABEL_BYTES || !LABEL.test(l)))
    return undefined
  // Four numbers are an address without its brackets, and no domain ends in a number.
  return /^\d+$/.test(labels.at(-1)!) ? undefined : ascii
}

/** The IP address in an address literal (`[127.0.0.1]`, `[IPv6:::1]`), or undefined. */
export function literalAddress(domain: string): string | undefined {
  if (!domain.startsWith('[')) return undefined
  const inner = domain.slice(1, -1)
  return /^ipv6:/i.test(inner) ? inner.slice(5) : inner
}

/** Two addresses are the same mailbox on our servers when their parts are, whatever the case (RFC 5321 §2.4 leaves it to us). */
export function mailboxKey(local: string): string {
  return local.normalize('NFC').toLowerCase()
}

function parseLiteral(text: string): string | undefined {
  if (!text.endsWith(']')) return undefined
  const inner = text.slice(1, -1)
  if (isIPv4(inner)) return `[${inner}]`
  // A zone (`%eth0`) means something on one machine only.
  if (/^ipv6:/i.test(inner) && isIPv6(inner.slice(5)) && !inner.includes('%'))
    return `[IPv6:${inner.slice(5).toLowerCase()}]`
  return undefined
}

function isUnfit(text: string): boolean {
  return NEVER.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, 'x'))
}

/** Where the local part ends: at the first @ outside quotes. */
function endOfLocalPart(text: string): number | undefined {
  if (!text.startsWith('"')) {
    const at = text.indexOf('@')
    return at < 1 ? undefined : at
  }
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i + 1
  }
  return undefined
}

function readLocalPart(text: string): string | undefined {
  const local = text.startsWith('"')
    ? unquote(text)
    : text.split('.').every((a) => ATOM.test(a))
      ? text
      : undefined
  if (local === undefined || local === '' || utf8(writeLocalPart(local)).length > MAX_LOCAL_PART_BYTES)
    return undefined
  return local
}

function unquote(text: string): string | undefined {
  let out = ''
  const inner = text.slice(1, -1)
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === '\\') i++
    const char = inner[i]
    if (char === undefined || char < ' ' || char === '\x7f') return undefined
    out += char
  }
  return out
}

function writeLocalPart(local: string): string {
  if (local.split('.').every((atom) => ATOM.test(atom))) return local
  return `"${local.replace(/["\\]/g, '\\$&')}"`
}
