import type { AbortOptions, Clock } from '../../../../base/index.ts'
import type { Dialogues } from '../../types.ts'
import { DATA_REPLY_MS, MESSAGE_REPLY_MS, QUIT_MS, REPLY_MS } from '../limits.ts'
import { isPositive, reply, replyText, type Reply } from '../reply.ts'
import { Transcript } from '../transcript.ts'
import { stuffDots } from './dots.ts'
import { ClientWire, unreachable } from './wire.ts'

export interface SmtpTarget {
  /** What the server is called; for people. */
  readonly host: string
  /** IP address. */
  readonly address: string
  readonly port: number
}

export interface SmtpClientInit {
  readonly clock: Clock
  readonly dialogues: Dialogues
  /** What this laptop calls itself. */
  readonly ownName: string
}

export interface Outgoing {
  /** Reverse path; empty for notifications. */
  readonly from: string
  readonly recipients: readonly string[]
  /** CRLF line ends throughout. */
  readonly message: Uint8Array
  readonly messageId: string
  readonly is8Bit: boolean
  readonly isSmtpUtf8: boolean
}

interface Extensions {
  readonly pipelining: boolean
  readonly eightBit: boolean
  readonly smtpUtf8: boolean
  readonly startTls: boolean
  /** Whether SIZE is known, and the most the server takes; 0 for no limit told. */
  readonly size: number | undefined
}

const NONE: Extensions = {
  pipelining: false,
  eightBit: false,
  smtpUtf8: false,
  startTls: false,
  size: undefined,
}

/** Pushes messages to another server over one connection, one after the other (RFC 5321). */
export class SmtpClient {
  readonly target: SmtpTarget
  /** Messages sent so far. */
  sent = 0
  readonly #wire: ClientWire
  readonly #transcript: Transcript
  #extensions: Extensions = NONE

  private constructor(target: SmtpTarget, wire: ClientWire, transcript: Transcript) {
    this.target = target
    this.#wire = wire
    this.#transcript = transcript
  }

  /**
   * Connects, greets, and goes over to TLS if that is offered and works: if not, it says so and goes on without, as mail between
   * servers does. Rejects with `server-unreachable`, also when the server does not want to talk now.
   */
  static async connect(
    target: SmtpTarget,
    init: SmtpClientInit,
    options: AbortOptions = {},
  ): Promise<SmtpClient> {
    const first = await SmtpClient.#open(target, init, options)
    if (!first.#extensions.startTls) return first
    try {
      await first.#startTls(init.ownName, options)
      return first
    } catch (error) {
      first.#wire.fail(unreachable('TLS failed', error))
      options.signal?.throwIfAborted()
      return SmtpClient.#open(target, init, options)
    }
  }

  static async #open(target: SmtpTarget, init: SmtpClientInit, options: AbortOptions): Promise<SmtpClient> {
    const { clock, dialogues, ownName } = init
    const transcript = new Transcript({ clock, dialogues, self: 'client', other: target.host })
    const wire = await ClientWire.open(target, { ...options, clock, transcript })
    const client = new SmtpClient(target, wire, transcript)
    try {
      const greeting = await wire.reply(REPLY_MS, options)
      if (!isPositive(greeting))
        throw unreachable(`the server does not take mail now: ${replyText(greeting)}`)
      await client.#hello(ownName, options)
      return client
    } catch (error) {
      wire.fail(unreachable('the session did not begin', error))
      throw error
    }
  }

  get isUsable(): boolean {
    return this.#wire.isUsable
  }

  /**
   * Sends one message; the reply that holds for each recipient. Rejects when the connection fails: then nobody knows whether the message
   * was taken, and it must be sent again.
   */
  async send(outgoing: Outgoing, options: AbortOptions = {}): Promise<ReadonlyMap<string, Reply>> {
    const obstacle = this.#obstacle(outgoing)
    if (obstacle) return new Map(outgoing.recipients.map((recipient) => [recipient, obstacle]))
    this.sent++
    this.#transcript.begin()
    try {
      return await this.#transaction(outgoing, options)
    } finally {
      this.#transcript.file(outgoing.messageId)
    }
  }

  /** Says good-bye, and closes without waiting long. */
  async quit(): Promise<void> {
    if (!this.isUsable) return this.close()
    this.#wire.send(['QUIT'])
    await this.#wire.reply(QUIT_MS).catch(() => {})
    this.close()
  }

  close(): void {
    this.#wire.end()
  }

  /** What this server cannot take, found out without troubling it. */
  #obstacle({ message, is8Bit, isSmtpUtf8 }: Outgoing): Reply | undefined {
    const { size, smtpUtf8, eightBit } = this.#extensions
    if (size && message.length > size)
      return reply(552, '5.3.4', `The message has ${message.length} bytes, ${this.target.host} takes ${size}`)
    if (isSmtpUtf8 && !smtpUtf8)
      return reply(550, '5.6.7', `${this.target.host} takes no addresses with other than ASCII characters`)
    if (is8Bit && !eightBit) return reply(554, '5.6.1', `${this.target.host} takes no 8-bit messages`)
    return undefined
  }

  async #transaction(outgoing: Outgoing, options: AbortOptions): Promise<ReadonlyMap<string, Reply>> {
    const envelope = [this.#mailCommand(outgoing), ...outgoing.recipients.map((to) => `RCPT TO:<${to}>`)]
    const [mail, ...recipients] = await this.#exchange(envelope, options)
    const accepted = recipients.some((answer) => isPositive(answer)) && isPositive(mail!)
    const results = new Map(
      outgoing.recipients.map((to, i) => [to, isPositive(mail!) ? recipients[i]! : mail!] as const),
    )
    if (!accepted) {
      await this.#reset(options)
      return results
    }
    const verdict = await this.#data(outgoing.message, options)
    for (const [to, answer] of results) if (isPositive(answer)) results.set(to, verdict)
    if (!isPositive(verdict)) await this.#reset(options)
    return results
  }

  #mailCommand({ from, message, is8Bit, isSmtpUtf8 }: Outgoing): string {
    const { size, eightBit } = this.#extensions
    const parameters = [
      ...(size === undefined ? [] : [`SIZE=${message.length}`]),
      ...(is8Bit && eightBit ? ['BODY=8BITMIME'] : []),
      ...(isSmtpUtf8 ? ['SMTPUTF8'] : []),
    ]
    return [`MAIL FROM:<${from}>`, ...parameters].join(' ')
  }

  /** All commands at once where the server can take that (RFC 2920), else one after the other. */
  async #exchange(commands: readonly string[], options: AbortOptions): Promise<Reply[]> {
    const replies: Reply[] = []
    if (this.#extensions.pipelining) this.#wire.send(commands)
    for (const command of commands) {
      if (!this.#extensions.pipelining) this.#wire.send([command])
      replies.push(await this.#wire.reply(REPLY_MS, options))
    }
    return replies
  }

  async #data(message: Uint8Array, options: AbortOptions): Promise<Reply> {
    this.#wire.send(['DATA'])
    const start = await this.#wire.reply(DATA_REPLY_MS, options)
    if (start.code !== 354)
      return isPositive(start) ? reply(451, '4.5.0', 'Unexpected answer to DATA') : start
    this.#transcript.add('client', `(${message.length} bytes of message)`)
    this.#transcript.add('client', '.')
    this.#wire.write(stuffDots(message))
    return this.#wire.reply(MESSAGE_REPLY_MS, options)
  }

  async #reset(options: AbortOptions): Promise<void> {
    this.#wire.send(['RSET'])
    await this.#wire.reply(REPLY_MS, options)
  }

  async #hello(ownName: string, options: AbortOptions): Promise<void> {
    this.#wire.send([`EHLO ${ownName}`])
    const answer = await this.#wire.reply(REPLY_MS, options)
    if (isPositive(answer)) {
      this.#extensions = readExtensions(answer)
      return
    }
    this.#wire.send([`HELO ${ownName}`])
    const older = await this.#wire.reply(REPLY_MS, options)
    if (!isPositive(older)) throw unreachable(`the server does not take mail now: ${replyText(older)}`)
    this.#extensions = NONE
  }

  async #startTls(ownName: string, options: AbortOptions): Promise<void> {
    this.#wire.send(['STARTTLS'])
    const answer = await this.#wire.reply(REPLY_MS, options)
    if (!isPositive(answer)) return
    await this.#wire.startTls(options)
    await this.#hello(ownName, options)
  }
}

function readExtensions({ lines }: Reply): Extensions {
  const words = new Map(
    lines.slice(1).map((line) => {
      const [keyword = '', ...rest] = line.toUpperCase().split(' ')
      return [keyword, rest.join(' ')] as const
    }),
  )
  const size = words.get('SIZE')
  return {
    pipelining: words.has('PIPELINING'),
    eightBit: words.has('8BITMIME'),
    smtpUtf8: words.has('SMTPUTF8'),
    startTls: words.has('STARTTLS'),
    size: size === undefined ? undefined : /^\d{1,15}$/.test(size) ? Number(size) : 0,
  }
}
