import type { Address } from '../../address/index.ts'
import type { Account } from '../../types.ts'
import type { Reply } from '../reply.ts'

/** Somebody a message is for. */
export type Recipient =
  /** Has a mailbox here. */
  | { readonly is: 'local'; readonly account: string; readonly address: Address }
  /** To be passed on. */
  | { readonly is: 'remote'; readonly address: Address }

/** Who is at the other end of a session. */
export interface ClientFacts {
  /** IP address. */
  readonly source: string
  /** What it calls itself. */
  readonly host: string
  readonly isEsmtp: boolean
  readonly isTls: boolean
  /** Who logged in. */
  readonly account: Account | undefined
}

/** A message as it was taken, before any header is added. */
export interface Incoming {
  /** Reverse path; empty for notifications. */
  readonly from: string
  readonly recipients: readonly Recipient[]
  readonly message: Buffer
  readonly is8Bit: boolean
  readonly isSmtpUtf8: boolean
  readonly client: ClientFacts
}

/** What SMTP asks of the post office behind it. */
export interface PostOffice {
  /** Whether mail with this sender is taken from that client; a reply when it is not. */
  checkSender(address: Address | undefined, client: ClientFacts): Reply | undefined
  /** Where mail for an address goes from here, or the reply to refuse it with. `size` is what was announced. */
  checkRecipient(address: Address | 'postmaster', client: ClientFacts, size: number): Recipient | Reply
  /** Takes over responsibility: what it answers with 250 is on disk. `messageId` names it in the records. */
  accept(incoming: Incoming): Promise<{ readonly reply: Reply; readonly messageId: string | undefined }>
}
