import { createHash } from 'node:crypto'
import { MAX_HEAD_BYTES } from './limits.ts'

/** The head of a message as text, a character a byte: everything before the first empty line. */
export function headOf(message: Uint8Array): string {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
  if (bytes.length >= 2 && bytes[0] === 13 && bytes[1] === 10) return ''
  const end = bytes.indexOf('\r\n\r\n')
  return bytes.toString('latin1', 0, Math.min(MAX_HEAD_BYTES, end < 0 ? bytes.length : end + 2))
}

/** Whether the first line is a header field at all (RFC 5322 §2.2). */
export function beginsWithField(head: string): boolean {
  return /^[!-9;-~]+[ \t]*:/.test(head)
}

/** The value of the first field of a name, unfolded; undefined when there is none. */
export function fieldOf(head: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\n)${name}[ \\t]*:((?:[^\\r\\n]|\\r\\n[ \\t])*)`, 'i').exec(head)
  return match?.[1]!.replaceAll('\r\n', '').trim()
}

export function countReceived(head: string): number {
  return head.match(/^received[ \t]*:/gim)?.length ?? 0
}

/** The Message-ID with its brackets; undefined when there is none that can serve as one. */
export function messageIdOf(head: string): string | undefined {
  return /<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>/.exec(fieldOf(head, 'Message-ID') ?? '')?.[0]
}

/** A Message-ID for a message without one: the same for the same bytes, however often they are sent. */
export function derivedMessageId(message: Uint8Array, domain: string): string {
  return `<${createHash('sha256').update(message).digest('hex').slice(0, 40)}@${domain}>`
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A date as mail writes it (RFC 5322 §3.3), in UTC. `ms` since 1970. */
export function mailDate(ms: number): string {
  const date = new Date(ms)
  const two = (n: number): string => String(n).padStart(2, '0')
  const day = `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${day} ${time} +0000`
}

/** What this server writes above a message it took (RFC 5321 §4.4). */
export function receivedField(facts: {
  readonly client: string
  readonly source: string
  readonly host: string
  readonly protocol: string
  readonly id: string
  /** Told only when there is one: others would learn of each other. */
  readonly recipient: string | undefined
  readonly at: number
}): string {
  const from = `from ${facts.client} (${facts.source.includes(':') ? `[IPv6:${facts.source}]` : `[${facts.source}]`})`
  const whom = facts.recipient === undefined ? '' : `\r\n\tfor <${facts.recipient}>`
  return `Received: ${from}\r\n\tby ${facts.host} with ${facts.protocol} id ${facts.id}${whom};\r\n\t${mailDate(facts.at)}\r\n`
}
