import type { SecureContext } from 'node:tls'
import type { Clock } from '../../../base/index.ts'
import { MAX_BAD_COMMANDS, MAX_LOGIN_FAILURES, LOGIN_TIMEOUT_MS } from '../access/limits.ts'
import { decodePlain, logIn } from '../access/login.ts'
import type { Recorder } from '../access/recorder.ts'
import { isCleanLine, type Wire } from '../access/wire.ts'
import type { Mailbox } from '../mailbox/index.ts'
import type { Accounts } from '../types.ts'
import { Drop } from './drop.ts'
import { IDLE_MS, MAX_AUTH_LENGTH, MAX_COMMAND_LENGTH } from './limits.ts'
import { Transaction, type Answer } from './transaction.ts'

export interface Pop3SessionInit {
  readonly wire: Wire
  readonly clock: Clock
  readonly accounts: Accounts
  readonly mailbox: (account: string) => Mailbox | undefined
  readonly secureContext: SecureContext | undefined
  /** Passwords may pass: nobody can listen in, or it is encrypted. */
  readonly isPrivate: () => boolean
  readonly recorder: Recorder | undefined
  /** The host's name, for the greeting. */
  readonly host: string
}

/** Where a session is: RFC 1939 calls them AUTHORIZATION, TRANSACTION and UPDATE. */
type State =
  | { readonly is: 'authorization'; readonly user: string | undefined }
  | { readonly is: 'transaction'; readonly drop: Drop; readonly commands: Transaction }
  | { readonly is: 'over' }

/** One POP3 connection (RFC 1939, 2449, 2595, 5034) from its greeting to its end. */
export class Pop3Session {
  readonly #init: Pop3SessionInit
  readonly #wire: Wire
  #state: State = { is: 'authorization', user: undefined }
  #failures = 0
  #bad = 0
  #cancelLogin = (): void => {}

  constructor(init: Pop3SessionInit) {
    this.#init = init
    this.#wire = init.wire
  }

  async run(): Promise<void> {
    this.#wire.setIdle(IDLE_MS)
    this.#cancelLogin = this.#init.clock.after(LOGIN_TIMEOUT_MS, () => this.#wire.destroy())
    try {
      await this.#say(`+OK ${this.#init.host} Shoal POP3 ready`)
      while (this.#state.is !== 'over') await this.#turn()
    } finally {
      this.#cancelLogin()
      // Dropped without QUIT: nothing is deleted (RFC 1939 §6).
      if (this.#state.is === 'transaction') this.#state.drop.close()
      this.#init.recorder?.leave()
    }
  }

  async #turn(): Promise<void> {
    const line = await this.#wire.readLine(this.#limit)
    if (line === undefined) return this.#end('-ERR line too long')
    const [verb, rest] = splitCommand(line)
    this.#note(verb, rest)
    const answer = isCleanLine(line) ? await this.#answer(verb, rest) : undefined
    if (answer !== undefined) {
      this.#bad = 0
      if (answer !== '') await this.#reply(answer)
    } else if (++this.#bad >= MAX_BAD_COMMANDS) return this.#end('-ERR too many bad commands')
    else await this.#say('-ERR not understood')
  }

  /** Undefined for what is no command here, empty when all is said. */
  #answer(verb: string, rest: string): Promise<Answer | undefined> | Answer | undefined {
    if (verb === 'CAPA') return this.#capabilities()
    if (verb === 'QUIT') return this.#quit()
    if (this.#state.is === 'transaction') return this.#state.commands.answer(verb, rest)
    if (this.#state.is === 'over') return undefined
    if (verb === 'USER') return this.#user(rest)
    if (verb === 'PASS') return this.#pass(rest, this.#state.user)
    if (verb === 'AUTH') return this.#auth(rest)
    if (verb === 'STLS') return this.#startTls()
    return undefined
  }

  #user(name: string): Answer {
    if (!this.#init.isPrivate()) return '-ERR [AUTH] not without TLS: use STLS first'
    if (name === '') return '-ERR who?'
    this.#state = { is: 'authorization', user: name }
    // The same for everybody: who has a mailbox here is nobody's business.
    return '+OK'
  }

  async #pass(password: string, user: string | undefined): Promise<Answer> {
    if (user === undefined) return '-ERR USER first'
    this.#state = { is: 'authorization', user: undefined }
    return this.#logIn(Buffer.from(user, 'latin1').toString(), Buffer.from(password, 'latin1').toString())
  }

  async #auth(rest: string): Promise<Answer> {
    const [mechanism = '', initial, more] = rest.split(' ')
    if (mechanism === '') return '+OK\r\nPLAIN\r\n.\r\n'
    if (more !== undefined || mechanism.toUpperCase() !== 'PLAIN') return '-ERR only PLAIN'
    if (!this.#init.isPrivate()) return '-ERR [AUTH] not without TLS: use STLS first'
    const response = initial ?? (await this.#challenge())
    if (response === '*') return '-ERR cancelled'
    const credentials = decodePlain(response === '=' ? '' : response)
    if (!credentials) return '-ERR not SASL PLAIN'
    return this.#logIn(credentials.name, credentials.password)
  }

  async #challenge(): Promise<string> {
    await this.#say('+ ')
    const line = await this.#wire.readLine(MAX_AUTH_LENGTH)
    this.#init.recorder?.client(line === '*' ? '*' : '(credentials)')
    return line ?? ''
  }

  async #logIn(name: string, password: string): Promise<Answer> {
    const login = await logIn(this.#init.accounts, name, password, this.#wire.remoteAddress)
    if (login.is === 'wait') return `-ERR [SYS/TEMP] too many failures: wait ${login.seconds} s`
    const mailbox = login.is === 'account' ? this.#init.mailbox(login.account.name) : undefined
    if (!mailbox) return this.#refuse()
    const drop = Drop.open(mailbox)
    if (!drop) return '-ERR [IN-USE] another session has this mailbox'
    this.#cancelLogin()
    const { wire, recorder } = this.#init
    this.#state = { is: 'transaction', drop, commands: new Transaction({ drop, wire, recorder }) }
    return `+OK ${drop.count} messages`
  }

  async #refuse(): Promise<Answer> {
    if (++this.#failures < MAX_LOGIN_FAILURES) return '-ERR [AUTH] no'
    await this.#end('-ERR [AUTH] no, for the last time')
    return ''
  }

  async #startTls(): Promise<Answer> {
    const { secureContext, recorder } = this.#init
    if (!secureContext || this.#wire.isEncrypted) return '-ERR no TLS to begin'
    recorder?.server('+OK')
    await this.#wire.startTls(secureContext, '+OK begin TLS\r\n')
    recorder?.server('(TLS)')
    this.#state = { is: 'authorization', user: undefined }
    return ''
  }

  #capabilities(): Answer {
    const isOpen = this.#state.is === 'authorization'
    const login = this.#init.isPrivate() ? ['USER', 'SASL PLAIN'] : []
    const tls = isOpen && this.#init.secureContext && !this.#wire.isEncrypted ? ['STLS'] : []
    const always = ['TOP', 'UIDL', 'RESP-CODES', 'AUTH-RESP-CODE', 'PIPELINING', 'EXPIRE NEVER']
    return ['+OK', ...login, ...tls, ...always, 'IMPLEMENTATION Shoal', '.', ''].join('\r\n')
  }

  async #quit(): Promise<Answer> {
    const answer = this.#update()
    await this.#end(answer)
    return ''
  }

  #update(): string {
    if (this.#state.is !== 'transaction') return '+OK bye'
    const { drop } = this.#state
    try {
      drop.commit()
      return '+OK bye'
    } catch {
      return '-ERR [SYS/TEMP] some messages could not be removed'
    } finally {
      drop.close()
      this.#state = { is: 'over' }
    }
  }

  async #end(text: string): Promise<void> {
    if (this.#state.is === 'transaction') this.#state.drop.close()
    this.#state = { is: 'over' }
    await this.#say(text)
  }

  async #reply(answer: Answer): Promise<void> {
    if (typeof answer === 'string' && answer.endsWith('\r\n')) {
      for (const line of answer.split('\r\n').slice(0, -1)) this.#init.recorder?.server(line)
      await this.#wire.write(answer)
    } else await this.#say(answer)
  }

  async #say(line: string): Promise<void> {
    this.#init.recorder?.server(line)
    await this.#wire.write(`${line}\r\n`)
  }

  #note(verb: string, rest: string): void {
    if (verb === 'PASS') this.#init.recorder?.client('PASS (password)')
    else if (verb === 'AUTH')
      this.#init.recorder?.client(`AUTH ${rest.replace(/^(\S+) .+/, '$1 (credentials)')}`)
    else this.#init.recorder?.client(rest === '' ? verb : `${verb} ${rest}`)
  }

  get #limit(): number {
    // AUTH may carry credentials in its first line (RFC 5034 §4).
    return this.#state.is === 'authorization' ? MAX_AUTH_LENGTH : MAX_COMMAND_LENGTH
  }
}

/** The verb in capitals, and what follows one space. A password may hold spaces: they are left alone. */
function splitCommand(line: string): [verb: string, rest: string] {
  const space = line.indexOf(' ')
  return space < 0 ? [line.toUpperCase(), ''] : [line.slice(0, space).toUpperCase(), line.slice(space + 1)]
}
