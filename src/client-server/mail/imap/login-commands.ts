import type { SecureContext } from 'node:tls'
import { MAX_LOGIN_FAILURES } from '../access/limits.ts'
import { decodeBase64, decodePlain, logIn } from '../access/login.ts'
import type { Recorder } from '../access/recorder.ts'
import type { Wire } from '../access/wire.ts'
import type { Mailbox } from '../mailbox/index.ts'
import type { Accounts } from '../types.ts'
import { MAX_LOGIN_COMMAND_LENGTH } from './limits.ts'
import type { Output } from './output.ts'
import { bad, no, type Outcome } from './responses.ts'

export interface LoginInit {
  readonly wire: Wire
  readonly output: Output
  readonly accounts: Accounts
  readonly mailbox: (account: string) => Mailbox | undefined
  readonly secureContext: SecureContext | undefined
  /** Passwords may pass: nobody can listen in, or it is encrypted. */
  readonly isPrivate: () => boolean
  readonly recorder: Recorder | undefined
}

export type LoginOutcome =
  | { readonly is: 'in'; readonly mailbox: Mailbox }
  | { readonly is: 'refused'; readonly outcome: Outcome }
  /** That was the last try of this connection. */
  | { readonly is: 'ended' }

const NOT_PRIVATE = no('[PRIVACYREQUIRED] not without TLS: use STARTTLS first')

/** Finds out who a client is. */
export class LoginCommands {
  readonly #init: LoginInit
  #failures = 0

  constructor(init: LoginInit) {
    this.#init = init
  }

  get canStartTls(): boolean {
    return this.#init.secureContext !== undefined && !this.#init.wire.isEncrypted
  }

  /** What may be done before logging in. */
  get capabilities(): readonly string[] {
    const login = this.#init.isPrivate() ? ['AUTH=PLAIN', 'AUTH=LOGIN'] : ['LOGINDISABLED']
    return [...(this.canStartTls ? ['STARTTLS'] : []), ...login]
  }

  async logIn(name: string, password: string): Promise<LoginOutcome> {
    const { accounts, wire, mailbox, isPrivate } = this.#init
    if (!isPrivate()) return refused(NOT_PRIVATE)
    const login = await logIn(accounts, name, password, wire.remoteAddress)
    if (login.is === 'wait') return refused(no(`[UNAVAILABLE] too many failures: wait ${login.seconds} s`))
    const found = login.is === 'account' ? mailbox(login.account.name) : undefined
    if (found) return { is: 'in', mailbox: found }
    if (++this.#failures >= MAX_LOGIN_FAILURES) return { is: 'ended' }
    return refused(no('[AUTHENTICATIONFAILED] no'))
  }

  async authenticate(mechanism: string, initial: string | undefined): Promise<LoginOutcome> {
    if (mechanism !== 'PLAIN' && mechanism !== 'LOGIN') return refused(no('[CANNOT] only PLAIN and LOGIN'))
    if (!this.#init.isPrivate()) return refused(NOT_PRIVATE)
    return mechanism === 'PLAIN' ? this.#plain(initial) : this.#login(initial)
  }

  async #plain(initial: string | undefined): Promise<LoginOutcome> {
    const response = initial ?? (await this.#challenge(''))
    if (response === '*') return refused(bad('cancelled'))
    const credentials = decodePlain(response === '=' ? '' : response)
    if (!credentials) return refused(bad('not SASL PLAIN'))
    return this.logIn(credentials.name, credentials.password)
  }

  /** Never a standard, and still what some programs send. */
  async #login(initial: string | undefined): Promise<LoginOutcome> {
    const answers = initial === undefined ? [] : [initial]
    for (const prompt of ['Username:', 'Password:'].slice(answers.length)) {
      const answer = await this.#challenge(Buffer.from(prompt).toString('base64'))
      if (answer === '*') return refused(bad('cancelled'))
      answers.push(answer)
    }
    const [name, password] = answers.map((answer) => decodeBase64(answer)?.toString())
    if (name === undefined || password === undefined) return refused(bad('not base64'))
    return this.logIn(name, password)
  }

  async #challenge(text: string): Promise<string> {
    const { output, wire, recorder } = this.#init
    output.line(`+ ${text}`)
    await output.flush()
    const line = await wire.readLine(MAX_LOGIN_COMMAND_LENGTH)
    recorder?.client(line === '*' ? '*' : '(credentials)')
    return line ?? ''
  }
}

function refused(outcome: Outcome): LoginOutcome {
  return { is: 'refused', outcome }
}
