import { fromUtf8, type Logger } from '../../../../base/index.ts'
import type { Address, MailPath } from '../../address/index.ts'
import type { Account, Accounts } from '../../types.ts'
import { MAX_BAD_COMMANDS, MAX_BAD_LOGINS, MAX_MESSAGES_PER_SESSION, MAX_RECIPIENTS } from '../limits.ts'
import { reply, type Reply } from '../reply.ts'
import { AUTH_MECHANISMS, beginAuth, continueAuth, type AuthExchange, type AuthStep } from './auth.ts'
import { parseCommand, type Command, type MailParameters } from './command.ts'
import type { DataFault } from './data-input.ts'
import type { Together } from './together.ts'
import type { ClientFacts, PostOffice, Recipient } from './types.ts'

export interface SessionInit {
  /** What this server is called. */
  readonly host: string
  /** The client's IP address. */
  readonly source: string
  readonly isLoopback: boolean
  readonly canStartTls: boolean
  readonly maxMessageBytes: number
  readonly office: PostOffice
  readonly accounts: Pick<Accounts, 'verify'>
  readonly log: Logger
  readonly together: Together
}

/** What the connection does after a line: sends the reply, and goes on like this. */
export interface Outcome {
  readonly reply: Reply
  readonly next: 'go-on' | 'read-message' | 'start-tls' | 'close'
  /** The transaction a MAIL began. */
  readonly begins?: boolean
  /** The message that is now in our hands. */
  readonly messageId?: string | undefined
}

interface Transaction {
  /** Undefined for the null sender. */
  readonly from: Address | undefined
  readonly parameters: MailParameters
  readonly recipients: Map<string, Recipient>
}

/** Where a session stands; each state takes only the commands that make sense in it (RFC 5321 §4.1.4). */
type State =
  | { readonly is: 'new' }
  | { readonly is: 'ready' }
  | { readonly is: 'logging-in'; readonly exchange: AuthExchange }
  | { readonly is: 'mail'; readonly transaction: Transaction }
  | { readonly is: 'receiving'; readonly transaction: Transaction }

const FAULTS: Readonly<Record<DataFault, Reply>> = {
  'bare-line-end': reply(550, '5.5.2', 'Lines end in CR LF; a CR or LF alone is not taken'),
  nul: reply(554, '5.6.0', 'A message holds no NUL bytes'),
  'line-too-long': reply(554, '5.6.0', 'A line is too long'),
  'too-large': reply(552, '5.3.4', 'The message is too large'),
}

const OK = reply(250, '2.0.0', 'Ok')
const OUT_OF_ORDER = reply(503, '5.5.1', 'Bad sequence of commands')

/** One SMTP session without its socket: lines in, replies out. */
export class SmtpSession {
  readonly #init: SessionInit
  #state: State = { is: 'new' }
  #client: { host: string; isEsmtp: boolean } = { host: '', isEsmtp: false }
  #account: Account | undefined
  #isTls = false
  #badCommands = 0
  #badLogins = 0
  #messages = 0

  constructor(init: SessionInit) {
    this.#init = init
  }

  get greeting(): Reply {
    return reply(220, undefined, `${this.#init.host} ESMTP Shoal`)
  }

  /** Whether the next line is part of a login, and nobody else's business. */
  get awaitsSecret(): boolean {
    return this.#state.is === 'logging-in'
  }

  /** TLS begins: everything learnt before it is forgotten (RFC 3207 §4.2). */
  tlsStarted(): void {
    this.#isTls = true
    this.#state = { is: 'new' }
    this.#account = undefined
  }

  /** Takes one line without its CRLF. */
  line(bytes: Buffer): Outcome | Promise<Outcome> {
    if (this.#state.is === 'logging-in') return this.#loginLine(this.#state.exchange, bytes)
    const command = parseCommand(bytes)
    return command.verb === undefined ? this.#bad(command.reply) : this.#command(command)
  }

  /** A line that is none. */
  brokenLine(kind: 'bare-line-end' | 'too-long' | 'flood'): Outcome {
    if (kind === 'too-long') return this.#bad(reply(500, '5.5.2', 'Line too long'))
    const text = kind === 'flood' ? 'Line too long' : 'Lines end in CR LF; a CR or LF alone is not taken'
    return { reply: reply(kind === 'flood' ? 421 : 500, '5.5.2', text), next: 'close' }
  }

  /** The message has arrived as a whole. */
  async message(message: Buffer): Promise<Outcome> {
    const { transaction } = this.#state as Extract<State, { is: 'receiving' }>
    this.#state = { is: 'ready' }
    const { from, parameters, recipients } = transaction
    await this.#init.together.ready()
    try {
      const { reply, messageId } = await this.#init.office.accept({
        from: from?.text ?? '',
        recipients: [...recipients.values()],
        message,
        is8Bit: parameters.body === '8BITMIME',
        isSmtpUtf8: parameters.smtpUtf8,
        client: this.#facts(),
      })
      return { reply, next: 'go-on', messageId }
    } catch (error) {
      this.#init.log.error('a message could not be kept', { error: String(error) })
      return { reply: reply(451, '4.3.0', 'The message could not be kept; try again later'), next: 'go-on' }
    }
  }

  /** The message is not taken; `isHopeless` when it was not read to its end. */
  refusedMessage(fault: DataFault, isHopeless: boolean): Outcome {
    this.#forget()
    return { reply: FAULTS[fault], next: isHopeless ? 'close' : 'go-on' }
  }

  /** The connection is gone. */
  closed(): void {
    this.#forget()
  }

  /** A message that was begun is not to be. */
  #forget(): void {
    if (this.#state.is !== 'mail' && this.#state.is !== 'receiving') return
    this.#state = { is: 'ready' }
    this.#init.together.cancel()
  }

  #command(command: Command): Outcome | Promise<Outcome> {
    switch (command.verb) {
      case 'HELO':
      case 'EHLO':
        return this.#hello(command.verb, command.host)
      case 'MAIL':
        return this.#mail(command.path, command.parameters)
      case 'RCPT':
        return this.#rcpt(command.path)
      case 'DATA':
        return this.#data()
      case 'AUTH':
        return this.#auth(command.mechanism, command.initial)
      case 'STARTTLS':
        return this.#startTls()
      case 'HTTP':
        return { reply: reply(421, '4.7.0', `${this.#init.host} speaks SMTP, not HTTP`), next: 'close' }
      default:
        return this.#plain(command.verb)
    }
  }

  #plain(verb: 'RSET' | 'NOOP' | 'QUIT' | 'HELP' | 'VRFY' | 'EXPN'): Outcome {
    switch (verb) {
      case 'RSET':
        this.#forget()
        return goOn(OK)
      case 'NOOP':
        return goOn(OK)
      case 'QUIT':
        return { reply: reply(221, '2.0.0', `${this.#init.host} closing connection`), next: 'close' }
      case 'HELP':
        return goOn(
          reply(214, '2.0.0', 'EHLO HELO MAIL RCPT DATA RSET NOOP QUIT AUTH STARTTLS; see RFC 5321'),
        )
      case 'VRFY':
        return goOn(reply(252, '2.5.2', 'Cannot say who is here, but will take messages and try'))
      case 'EXPN':
        return this.#bad(reply(502, '5.5.1', 'EXPN is not offered'))
    }
  }

  #hello(verb: 'HELO' | 'EHLO', host: string): Outcome {
    this.#client = { host, isEsmtp: verb === 'EHLO' }
    this.#forget()
    this.#state = { is: 'ready' }
    if (verb === 'HELO') return goOn(reply(250, undefined, this.#init.host))
    const extensions = [
      'PIPELINING',
      `SIZE ${this.#init.maxMessageBytes}`,
      ...(this.#init.canStartTls && !this.#isTls ? ['STARTTLS'] : []),
      ...(this.#mayLogIn ? [`AUTH ${AUTH_MECHANISMS.join(' ')}`] : []),
      'ENHANCEDSTATUSCODES',
      '8BITMIME',
      'SMTPUTF8',
    ]
    return goOn(reply(250, undefined, this.#init.host, ...extensions))
  }

  #mail(path: MailPath, parameters: MailParameters): Outcome {
    if (this.#state.is !== 'ready') return this.#bad(OUT_OF_ORDER)
    if (parameters.size !== undefined && parameters.size > this.#init.maxMessageBytes)
      return goOn(FAULTS['too-large'])
    if (this.#messages >= MAX_MESSAGES_PER_SESSION)
      return { reply: reply(421, '4.7.0', 'Enough for one session; connect again'), next: 'close' }
    const from = path.is === 'address' ? path.address : undefined
    const refusal = this.#init.office.checkSender(from, this.#facts())
    if (refusal) return goOn(refusal)
    this.#messages++
    this.#init.together.begin()
    this.#state = { is: 'mail', transaction: { from, parameters, recipients: new Map() } }
    return { reply: reply(250, '2.1.0', 'Sender ok'), next: 'go-on', begins: true }
  }

  #rcpt(path: MailPath): Outcome {
    if (this.#state.is !== 'mail') return this.#bad(OUT_OF_ORDER)
    const { recipients, parameters } = this.#state.transaction
    if (recipients.size >= MAX_RECIPIENTS) return goOn(reply(452, '4.5.3', 'Too many recipients'))
    const asked = path.is === 'address' ? path.address : 'postmaster'
    if (asked !== 'postmaster' && asked.needsUtf8 && !parameters.smtpUtf8)
      return goOn(reply(553, '5.6.7', 'An address with other than ASCII characters needs SMTPUTF8'))
    const recipient = this.#init.office.checkRecipient(asked, this.#facts(), parameters.size ?? 0)
    if ('code' in recipient) return goOn(recipient)
    recipients.set(
      recipient.is === 'local' ? `local ${recipient.account}` : recipient.address.text,
      recipient,
    )
    return goOn(reply(250, '2.1.5', 'Recipient ok'))
  }

  #data(): Outcome {
    if (this.#state.is !== 'mail') return this.#bad(OUT_OF_ORDER)
    const { transaction } = this.#state
    if (transaction.recipients.size === 0) return goOn(reply(554, '5.5.1', 'No valid recipients'))
    this.#state = { is: 'receiving', transaction }
    return { reply: reply(354, undefined, 'End data with <CR><LF>.<CR><LF>'), next: 'read-message' }
  }

  #startTls(): Outcome {
    if (!this.#init.canStartTls) return this.#bad(reply(502, '5.5.1', 'STARTTLS is not offered'))
    if (this.#isTls || this.#state.is === 'mail') return this.#bad(OUT_OF_ORDER)
    return { reply: reply(220, '2.0.0', 'Ready to start TLS'), next: 'start-tls' }
  }

  get #mayLogIn(): boolean {
    return this.#isTls || this.#init.isLoopback
  }

  #auth(mechanism: string, initial: string | undefined): Outcome | Promise<Outcome> {
    if (this.#state.is !== 'ready' || this.#account || !this.#client.isEsmtp) return this.#bad(OUT_OF_ORDER)
    if (!this.#mayLogIn)
      return this.#bad(reply(538, '5.7.11', 'Passwords are taken over TLS only: STARTTLS first'))
    const step = beginAuth(mechanism, initial)
    if (!step) return this.#bad(reply(504, '5.5.4', `Mechanism ${mechanism} is not offered`))
    return this.#authStep(step)
  }

  #loginLine(exchange: AuthExchange, bytes: Buffer): Outcome | Promise<Outcome> {
    this.#state = { is: 'ready' }
    const line = fromUtf8(bytes)
    return this.#authStep(line === undefined ? { is: 'malformed' } : continueAuth(exchange, line))
  }

  #authStep(step: AuthStep): Outcome | Promise<Outcome> {
    switch (step.is) {
      case 'ask':
        this.#state = { is: 'logging-in', exchange: step.exchange }
        return goOn(reply(334, undefined, step.challenge))
      case 'cancelled':
        return this.#bad(reply(501, '5.7.0', 'Login cancelled'))
      case 'malformed':
        return this.#bad(reply(501, '5.5.2', 'Cannot decode that response'))
      case 'credentials':
        return this.#logIn(step.login, step.password)
    }
  }

  async #logIn(login: string, password: string): Promise<Outcome> {
    const result = await this.#init.accounts.verify(login, password, this.#init.source)
    if (result.is === 'account') {
      this.#account = result.account
      return goOn(reply(235, '2.7.0', 'Logged in'))
    }
    const isLast = ++this.#badLogins >= MAX_BAD_LOGINS
    if (isLast) return { reply: reply(421, '4.7.0', 'Too many failed logins'), next: 'close' }
    if (result.is === 'wait') return goOn(reply(454, '4.7.0', 'Too many failed logins; try again later'))
    return goOn(reply(535, '5.7.8', 'Name or password is wrong'))
  }

  /** An error that clients who mean well seldom make: ten, and the session ends. */
  #bad(answer: Reply): Outcome {
    if (++this.#badCommands < MAX_BAD_COMMANDS) return goOn(answer)
    return { reply: reply(421, '4.7.0', 'Too many errors'), next: 'close' }
  }

  #facts(): ClientFacts {
    const { host, isEsmtp } = this.#client
    return { source: this.#init.source, host, isEsmtp, isTls: this.#isTls, account: this.#account }
  }
}

function goOn(answer: Reply): Outcome {
  return { reply: answer, next: 'go-on' }
}
