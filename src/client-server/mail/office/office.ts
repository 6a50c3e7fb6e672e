import { randomUUID } from 'node:crypto'
import { ShoalError, toHex } from '../../../base/index.ts'
import { requireAddress, type Address } from '../address/index.ts'
import type { Outcome, QueueItem } from '../queue/types.ts'
import { reply, type Reply } from '../smtp/reply.ts'
import type { ClientFacts, Incoming, PostOffice, Recipient } from '../smtp/server/types.ts'
import type { Account, Accounts, DeliveryOutcome, MailComponents, Mailboxes } from '../types.ts'
import {
  beginsWithField,
  countReceived,
  derivedMessageId,
  fieldOf,
  headOf,
  mailDate,
  messageIdOf,
  receivedField,
} from './fields.ts'
import { MAX_RECEIVED_FIELDS } from './limits.ts'

export interface OfficeInit {
  readonly hostName: () => string
  readonly accounts: Pick<Accounts, 'list' | 'find' | 'isLocalDomain'>
  readonly mailboxes: Mailboxes
  /** Takes over what goes to other servers; on the disk when it resolves, with its number. */
  readonly enqueue: (item: QueueItem) => Promise<number>
}

/** A message somebody here writes: complete but for what servers add. */
export interface Submission {
  readonly account: Account
  readonly recipients: readonly string[]
  /** CRLF line ends throughout. */
  readonly message: Uint8Array
}

/** A letter on its way through this server, with everything written above it. */
interface Stamped {
  readonly message: Buffer
  readonly messageId: string
  readonly id: string
}

/** Decides what this server takes and where it goes: into mailboxes here, or into the queue. */
export class Office implements PostOffice {
  readonly #components: MailComponents
  readonly #init: OfficeInit
  /** Tells this run of the program from others in the names of messages. */
  readonly #run: string
  #count = 0

  constructor(components: MailComponents, init: OfficeInit) {
    this.#components = components
    this.#init = init
    this.#run = toHex(components.random.bytes(4)).toUpperCase()
  }

  /** Who logged in writes under his own name. */
  checkSender(address: Address | undefined, { account }: ClientFacts): Reply | undefined {
    if (!account || !address || this.#init.accounts.find(address.text)?.name === account.name)
      return undefined
    return reply(553, '5.7.1', `${account.name} does not write as ${address.text}`)
  }

  /** Anybody may write to people here; to others, only who logged in. Being on this machine gives no rights. */
  checkRecipient(asked: Address | 'postmaster', client: ClientFacts, size: number): Recipient | Reply {
    const { accounts, mailboxes } = this.#init
    if (asked !== 'postmaster' && !accounts.isLocalDomain(asked.domain)) {
      if (client.account) return { is: 'remote', address: asked }
      return reply(550, '5.7.1', `Relaying denied: log in to write to ${asked.domain}`)
    }
    const account = asked === 'postmaster' ? this.#postmaster : this.#findLocal(asked)
    if (!account)
      return reply(550, '5.1.1', `No such mailbox: ${asked === 'postmaster' ? asked : asked.text}`)
    if (!mailboxes.hasRoom(account.name, size)) return reply(452, '4.2.2', 'The mailbox is full')
    const address = asked === 'postmaster' ? requireAddress(account.address) : asked
    return { is: 'local', account: account.name, address }
  }

  async accept(incoming: Incoming): Promise<{ reply: Reply; messageId: string | undefined }> {
    if (countReceived(headOf(incoming.message)) > MAX_RECEIVED_FIELDS)
      return {
        reply: reply(554, '5.4.6', 'Too many hops: this message goes round in circles'),
        messageId: undefined,
      }
    const { recipients, from, is8Bit, isSmtpUtf8 } = incoming
    const stamped = this.#stamp(
      incoming.message,
      this.#receivedFrom(incoming),
      incoming.client.account !== undefined,
    )
    const { messageId, message, id } = stamped
    const local = recipients.filter((recipient) => recipient.is === 'local')
    const outcomes = await this.#deliver(
      from,
      stamped,
      local.map(({ account }) => account),
    )
    const undelivered = local.filter(({ account }) => !isThere(outcomes.get(account)))
    if (undelivered.length === recipients.length)
      return { reply: refusal(outcomes.get(undelivered[0]!.account)), messageId }
    // Who could not be served while others were is tried again, and in the end the sender is told.
    const rest = [...recipients.filter(({ is }) => is === 'remote'), ...undelivered].map(
      ({ address }) => address.text,
    )
    if (rest.length > 0)
      await this.#init.enqueue({ from, recipients: rest, message, messageId, is8Bit, isSmtpUtf8 })
    const what = rest.length > 0 ? 'Queued' : 'Delivered'
    return { reply: reply(250, '2.0.0', `${what} as ${id}`), messageId }
  }

  /**
   * Takes what somebody writes in the app itself. Rejects with `bad-mail-address`, or `mailbox-missing` for somebody of this laptop who does
   * not exist.
   */
  async submit({
    account,
    recipients,
    message,
  }: Submission): Promise<{ queueId: number; messageId: string; message: Uint8Array }> {
    const addresses = [...new Set(recipients)].map(requireAddress)
    if (addresses.length === 0) throw new ShoalError('bad-usage', 'a message needs a recipient')
    const missing = addresses.find(
      ({ domain, text }) => this.#init.accounts.isLocalDomain(domain) && !this.#init.accounts.find(text),
    )
    if (missing)
      throw new ShoalError('mailbox-missing', `no such mailbox: ${missing.text}`, {
        data: { address: missing.text },
      })
    const received = { client: 'localhost', source: '127.0.0.1', protocol: 'local' }
    const stamped = this.#stamp(
      message,
      (id) => this.#received({ ...received, id, recipient: undefined }),
      true,
      true,
    )
    const queueId = await this.#init.enqueue({
      from: account.address,
      recipients: addresses.map(({ text }) => text),
      message: stamped.message,
      messageId: stamped.messageId,
      is8Bit: stamped.message.some((byte) => byte > 127),
      isSmtpUtf8: addresses.some(({ needsUtf8 }) => needsUtf8),
    })
    return { ...stamped, queueId }
  }

  /** The queue's last step, for people of this laptop. */
  async deliverLocally(letter: {
    from: string
    to: string
    message: Uint8Array
    messageId: string
  }): Promise<Outcome> {
    const server = this.#init.hostName()
    const account = this.#init.accounts.find(letter.to)
    const stamped = { message: Buffer.from(letter.message), messageId: letter.messageId, id: '' }
    const outcome = account && (await this.#deliver(letter.from, stamped, [account.name])).get(account.name)
    if (isThere(outcome)) return { is: 'delivered', server, text: 'put into the mailbox' }
    if (outcome === 'over-quota')
      return {
        is: 'deferred',
        status: '4.2.2',
        text: 'the mailbox is full',
        server: undefined,
        isWholeDomain: false,
      }
    return {
      is: 'failed',
      status: '5.1.1',
      text: `no such mailbox: ${letter.to}`,
      server: undefined,
      isWholeDomain: false,
    }
  }

  async #deliver(
    from: string,
    stamped: Stamped,
    accounts: readonly string[],
  ): Promise<ReadonlyMap<string, DeliveryOutcome>> {
    if (accounts.length === 0) return new Map()
    const message = Buffer.concat([Buffer.from(`Return-Path: <${from}>\r\n`), stamped.message])
    const receivedAt = this.#components.clock.wallNow()
    return this.#init.mailboxes.deliver({ accounts, from, message, messageId: stamped.messageId, receivedAt })
  }

  /** Writes above a message what this server has to say, and what every message needs (RFC 6409 §8). */
  #stamp(
    message: Uint8Array,
    received: (id: string) => string,
    isSubmission: boolean,
    isNew = false,
  ): Stamped {
    const head = headOf(message)
    const known = messageIdOf(head)
    const id = this.#nextId()
    const host = this.#init.hostName()
    const messageId = known ?? (isNew ? `<${id}.${randomUUID()}@${host}>` : derivedMessageId(message, host))
    const added = [
      received(id),
      known === undefined ? `Message-ID: ${messageId}\r\n` : '',
      isSubmission && fieldOf(head, 'Date') === undefined
        ? `Date: ${mailDate(this.#components.clock.wallNow())}\r\n`
        : '',
      // A text without any field is a body: it must not be taken for fields.
      message.length > 0 && head !== '' && !beginsWithField(head) ? '\r\n' : '',
    ]
    return { message: Buffer.concat([Buffer.from(added.join('')), message]), messageId, id }
  }

  #nextId(): string {
    return `${this.#run}${(this.#count++).toString(16).toUpperCase().padStart(4, '0')}`
  }

  #receivedFrom({ client, recipients, isSmtpUtf8 }: Incoming): (id: string) => string {
    const { source, host, isEsmtp, isTls, account } = client
    const kind = isSmtpUtf8 ? 'UTF8SMTP' : isEsmtp ? 'ESMTP' : 'SMTP'
    const protocol = `${kind}${isTls ? 'S' : ''}${account ? 'A' : ''}`
    const [first, ...others] = recipients
    const recipient = others.length === 0 ? first?.address.text : undefined
    return (id) => this.#received({ client: host, source, protocol, id, recipient })
  }

  #received(facts: {
    client: string
    source: string
    protocol: string
    id: string
    recipient: string | undefined
  }): string {
    return receivedField({ ...facts, host: this.#init.hostName(), at: this.#components.clock.wallNow() })
  }

  #findLocal(address: Address): Account | undefined {
    const found = this.#init.accounts.find(address.text)
    return found ?? (address.local.toLowerCase() === 'postmaster' ? this.#postmaster : undefined)
  }

  /** Whoever was first here answers for the laptop (RFC 5321 §4.5.1). */
  get #postmaster(): Account | undefined {
    return this.#init.accounts.list()[0]
  }
}

function isThere(outcome: DeliveryOutcome | undefined): boolean {
  return outcome === 'stored' || outcome === 'double'
}

function refusal(outcome: DeliveryOutcome | undefined): Reply {
  if (outcome === 'over-quota') return reply(452, '4.2.2', 'The mailbox is full')
  return reply(550, '5.1.1', 'No such mailbox')
}
