import type { Clock, Logger, Random } from '../../base/index.ts'

/** What every room of mail is given. */
export interface MailComponents {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** Somebody who has a mailbox on this laptop. `name` (lower case) is its key everywhere; addresses may change with the laptop's name. */
export interface Account {
  readonly name: string
  /** The address people write to now: `<name>@<host>.shoal.internal`. */
  readonly address: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** Why a login did not succeed. The same answer for a wrong password and for nobody of that name. */
export type LoginResult =
  | { readonly is: 'account'; readonly account: Account }
  | { readonly is: 'refused' }
  /** Too many failures from there or for that name: not even looked at. Milliseconds until it will be. */
  | { readonly is: 'wait'; readonly ms: number }

export interface Accounts {
  list(): readonly Account[]
  /** The account behind an address of this laptop, whatever its case; undefined when there is none. */
  find(address: string): Account | undefined
  /** Whether mail for this domain (after the @) is for this laptop. */
  isLocalDomain(domain: string): boolean
  /**
   * Checks a password. `login` is a name or a whole address; `source` the caller's network address, whose failures
   * (in all protocols together) are answered ever later. Never throws for what is in the arguments.
   */
  verify(login: string, password: string, source: string): Promise<LoginResult>
}

/** A message at the end of its way: RFC 5321 §4.4, a `Return-Path` and `Received` already in front of it. */
export interface Delivery {
  /** Accounts (their `name`) whose mailbox gets a copy. */
  readonly accounts: readonly string[]
  /** Reverse path of the envelope; empty for notifications. */
  readonly from: string
  /** The message with CRLF line ends, as it will be read. */
  readonly message: Uint8Array
  /** Its `Message-ID` with the angle brackets; every message has one by now. A double in the same mailbox is hidden. */
  readonly messageId: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

export type DeliveryOutcome =
  | 'stored'
  /** Held already, with the same Message-ID: nothing new to see. */
  | 'double'
  | 'over-quota'
  | 'no-mailbox'

/** What SMTP needs of the mailboxes. */
export interface Mailboxes {
  /**
   * Puts a message into the inbox of each account. Durable (synced) for all of them before it resolves; calls of one turn of the event
   * loop may share one commit. Rejects, with nothing stored, when the disk does not take it.
   */
  deliver(delivery: Delivery): Promise<ReadonlyMap<string, DeliveryOutcome>>
  /** Whether `bytes` more fit into the account's quota: asked before the message is taken. */
  hasRoom(account: string, bytes: number): boolean
  /** Keeps a copy of what was sent in the account's Sent folder. */
  keepSent(account: string, message: Uint8Array): Promise<void>
}

/** Key and certificate of this installation, PEM: for STARTTLS, STLS and TLS from the first byte. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
}

/** One line of a session, as it passed, without its CRLF; credentials and message bodies are replaced by what they were. */
export interface DialogueLine {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly from: 'client' | 'server'
  readonly text: string
}

/** A session, or the part of one, that concerned a message. */
export interface Dialogue {
  readonly protocol: 'smtp' | 'pop3' | 'imap' | 'http'
  /** Which end this laptop was. */
  readonly self: 'client' | 'server'
  /** What the other end is called: a host name, an address, a program. */
  readonly other: string
  readonly startedAt: number
  readonly lines: readonly DialogueLine[]
  /** Some lines in the middle were not kept. */
  readonly isCut: boolean
  /** `Message-ID`s it was about, with angle brackets. */
  readonly messageIds: readonly string[]
}

/** Where the servers leave what was said. */
export interface Dialogues {
  /** Keeps a dialogue, soon and bounded; never fails. */
  record(dialogue: Dialogue): void
  /** All that is still known about a message, oldest first. */
  of(messageId: string): readonly Dialogue[]
}
