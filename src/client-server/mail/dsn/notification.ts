import { utf8 } from '../../../base/index.ts'
import { fieldOf, headOf, mailDate } from '../office/fields.ts'
import { MAX_DIAGNOSTIC_CHARS, MAX_RETURNED_BYTES } from './limits.ts'

/** What became of one recipient. */
export interface RecipientReport {
  readonly address: string
  readonly action: 'failed' | 'delayed'
  /** Enhanced status (RFC 3463): 5.1.1 and the like. */
  readonly status: string
  /** The server that said so; undefined when it was this one. */
  readonly remote: string | undefined
  /** What was said, in one line: the server's reply, or our own reason. */
  readonly diagnostic: string
}

export interface NotificationInit {
  /** This server. */
  readonly host: string
  /** Who sent the message, and learns of its fate. */
  readonly sender: string
  readonly original: Uint8Array
  readonly reports: readonly RecipientReport[]
  /** When the message came, and now; milliseconds since 1970. */
  readonly arrivedAt: number
  readonly now: number
  /** Until when delivery is tried; for delays. */
  readonly triedUntil: number
  readonly messageId: string
  /** Makes the boundaries between the parts; no line of the original begins with it. */
  readonly boundary: string
}

/**
 * A delivery-status notification: multipart/report (RFC 6522) of a text for people, one for programs (RFC 3464) and the message itself. It
 * is marked as automatic (RFC 3834), and is to be sent from the null sender.
 */
export function writeNotification(init: NotificationInit): Uint8Array {
  const { boundary, original } = init
  const isWhole = original.length <= MAX_RETURNED_BYTES
  // The head of a message in other than ASCII is in UTF-8 (RFC 6532): RFC 6533 has types of its own for it.
  const returned = isWhole ? original : Buffer.from(headOf(original), 'latin1')
  const is8Bit = returned.some((byte) => byte > 127)
  const head = [
    `From: Mail Delivery System <MAILER-DAEMON@${init.host}>`,
    `To: ${init.sender}`,
    `Subject: ${subject(init)}`,
    `Date: ${mailDate(init.now)}`,
    `Message-ID: ${init.messageId}`,
    ...references(original),
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    ...(is8Bit || needs8Bit(init) ? ['Content-Transfer-Encoding: 8bit'] : []),
  ]
  const parts = [
    part('text/plain; charset=utf-8', 'Notification', forPeople(init)),
    part('message/delivery-status', 'Delivery report', forPrograms(init)),
    part(isWhole ? 'message/rfc822' : 'text/rfc822-headers', 'The message', '', is8Bit),
  ]
  const [people, programs, message] = parts.map((text) => `--${boundary}\r\n${text}`)
  return Buffer.concat([
    utf8(`${head.join('\r\n')}\r\n\r\n${people}\r\n${programs}\r\n${message}`),
    returned,
    utf8(`${endsLine(returned) ? '' : '\r\n'}\r\n--${boundary}--\r\n`),
  ])
}

function part(type: string, description: string, text: string, is8Bit = /[^\0-\x7f]/.test(text)): string {
  const encoding = is8Bit ? 'Content-Transfer-Encoding: 8bit\r\n' : ''
  return `Content-Description: ${description}\r\nContent-Type: ${type}\r\n${encoding}\r\n${text}`
}

function subject({ reports }: NotificationInit): string {
  return reports.some(({ action }) => action === 'failed')
    ? 'Undelivered Mail Returned to Sender'
    : 'Delayed Mail (still being retried)'
}

function references(original: Uint8Array): string[] {
  const id = fieldOf(headOf(original), 'Message-ID')
  return id !== undefined && /^<[\x21-\x7e]{1,250}>$/.test(id)
    ? [`In-Reply-To: ${id}`, `References: ${id}`]
    : []
}

function forPeople({ host, reports, triedUntil }: NotificationInit): string {
  const isFailure = reports.some(({ action }) => action === 'failed')
  const opening = isFailure
    ? 'Your message could not be delivered to the people below. Nothing more will be tried for them.'
    : `Your message could not be delivered to the people below so far. You need not do anything:\r\nit will be tried again until ${mailDate(triedUntil)}.`
  const list = reports.map(({ address, remote, diagnostic, status }) => {
    const who = remote === undefined ? '' : `${remote} said: `
    return `<${address}>: ${who}${short(diagnostic)} (${status})`
  })
  return [`This is the mail server at ${host}.`, '', opening, '', ...list, ''].join('\r\n')
}

function forPrograms({ host, arrivedAt, reports, triedUntil }: NotificationInit): string {
  const message = [`Reporting-MTA: dns; ${host}`, `Arrival-Date: ${mailDate(arrivedAt)}`]
  const recipients = reports.map(({ address, action, status, remote, diagnostic }) =>
    [
      `Final-Recipient: ${/[^\0-\x7f]/.test(address) ? 'utf-8' : 'rfc822'}; ${address}`,
      `Original-Recipient: ${/[^\0-\x7f]/.test(address) ? 'utf-8' : 'rfc822'}; ${address}`,
      `Action: ${action}`,
      `Status: ${status}`,
      ...(remote === undefined ? [] : [`Remote-MTA: dns; ${remote}`]),
      `Diagnostic-Code: ${remote === undefined ? 'X-Shoal' : 'smtp'}; ${short(diagnostic)}`,
      ...(action === 'delayed' ? [`Will-Retry-Until: ${mailDate(triedUntil)}`] : []),
    ].join('\r\n'),
  )
  return `${[message.join('\r\n'), ...recipients].join('\r\n\r\n')}\r\n`
}

function needs8Bit({ reports }: NotificationInit): boolean {
  return reports.some(({ address, diagnostic }) => /[^\0-\x7f]/.test(address + diagnostic))
}

/** One line, whatever was said. */
function short(diagnostic: string): string {
  return diagnostic.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_DIAGNOSTIC_CHARS)
}

function endsLine(bytes: Uint8Array): boolean {
  return bytes.at(-1) === 10
}
