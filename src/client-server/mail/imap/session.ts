import type { Clock } from '../../../base/index.ts'
import { LOGIN_TIMEOUT_MS, MAX_BAD_COMMANDS } from '../access/limits.ts'
import { isCleanLine, WireClosed } from '../access/wire.ts'
import type { Mailbox } from '../mailbox/index.ts'
import type { Command } from './command.ts'
import { CommandReader, type AppendBudget, type ReadCommand } from './command-reader.ts'
import { createFolder, listFolders, listSubscribed, statusLine, subscribe } from './folder-commands.ts'
import { Idle } from './idle.ts'
import { IDLE_MS } from './limits.ts'
import { LoginCommands, type LoginInit, type LoginOutcome } from './login-commands.ts'
import { append, MessageCommands } from './message-commands.ts'
import { Output } from './output.ts'
import { parseCommand, parseTag } from './parse-command.ts'
import { bad, no, ok, outcomeOf, type Outcome } from './responses.ts'
import { shownCommand } from './shown-command.ts'
import { badSyntax, Scanner, type Piece } from './scanner.ts'
import { Selected } from './selected.ts'
import { quoted } from './text.ts'

export interface ImapSessionInit extends Omit<LoginInit, 'output'> {
  readonly clock: Clock
  readonly budget: AppendBudget
  readonly host: string
  readonly version: string
}

interface SelectedState {
  readonly is: 'selected'
  readonly mailbox: Mailbox
  readonly selected: Selected
  readonly commands: MessageCommands
}

/** Where a session is (RFC 3501 §3). */
type State =
  | { readonly is: 'unknown' }
  | { readonly is: 'known'; readonly mailbox: Mailbox }
  | SelectedState
  | { readonly is: 'over' }

const CAPABILITIES = [
  'IMAP4rev1',
  'LITERAL-',
  'SASL-IR',
  'ID',
  'IDLE',
  'NAMESPACE',
  'UIDPLUS',
  'UNSELECT',
  'CHILDREN',
  'SPECIAL-USE',
  'MOVE',
]
/** While these are answered, numbers of messages stay (RFC 3501 §7.4.1). */
const KEEP_NUMBERS = ['fetch', 'store', 'search']

/** One IMAP connection (RFC 3501) from its greeting to its end. */
export class ImapSession {
  readonly #init: ImapSessionInit
  readonly #output: Output
  readonly #reader: CommandReader
  readonly #login: LoginCommands
  readonly #idle: Idle
  #state: State = { is: 'unknown' }
  #bad = 0
  #cancelLogin = (): void => {}

  constructor(init: ImapSessionInit) {
    this.#init = init
    this.#output = new Output(init.wire, init.recorder)
    this.#login = new LoginCommands({ ...init, output: this.#output })
    this.#idle = new Idle(init.wire, this.#output)
    this.#reader = new CommandReader({
      wire: init.wire,
      budget: init.budget,
      isKnown: () => this.#state.is !== 'unknown',
      invite: async () => {
        this.#output.line('+ go on')
        await this.#output.flush()
      },
    })
  }

  async run(): Promise<void> {
    const { wire, clock, host, recorder } = this.#init
    wire.setIdle(IDLE_MS)
    this.#cancelLogin = clock.after(LOGIN_TIMEOUT_MS, () => wire.destroy())
    try {
      this.#output.line(`* OK [CAPABILITY ${this.#capabilities()}] ${host} Shoal IMAP ready`)
      await this.#output.flush()
      while (this.#state.is !== 'over') await this.#reader.next((read) => this.#turn(read))
    } catch (error) {
      await this.#farewell(error)
    } finally {
      this.#cancelLogin()
      this.#leaveFolder()
      recorder?.leave()
    }
  }

  async #turn(read: ReadCommand): Promise<void> {
    if (read.is === 'hopeless') return this.#bye(read.why)
    const scanner = new Scanner(read.pieces)
    let tag = '*'
    let outcome: Outcome
    let command: Command | undefined
    try {
      tag = parseTag(scanner)
      command = read.is === 'command' ? parse(read.pieces, scanner) : undefined
      this.#init.recorder?.client(shownCommand(tag, command, read.pieces))
      outcome = command ? await this.#answer(command, tag) : tooBig(read)
    } catch (error) {
      if (error instanceof WireClosed) throw error
      if (!command) this.#init.recorder?.client(shownCommand(tag, undefined, read.pieces))
      outcome = outcomeOf(error)
    }
    await this.#finish(tag, outcome, command)
  }

  async #finish(tag: string, outcome: Outcome, command: Command | undefined): Promise<void> {
    if (this.#state.is === 'over') return
    this.#tellNews(!isKeepingNumbers(command))
    if (outcome.text !== '') this.#output.line(`${tag} ${outcome.status} ${outcome.text}`)
    await this.#output.flush()
    this.#init.recorder?.leave()
    this.#bad = outcome.status === 'BAD' ? this.#bad + 1 : 0
    if (this.#bad >= MAX_BAD_COMMANDS) await this.#bye('too many bad commands')
  }

  #tellNews(mayExpunge: boolean): void {
    if (this.#state.is !== 'selected') return
    for (const line of this.#state.selected.news(mayExpunge)) this.#output.line(`* ${line}`)
  }

  async #answer(command: Command, tag: string): Promise<Outcome> {
    switch (command.is) {
      case 'capability':
        this.#output.line(`* CAPABILITY ${this.#capabilities()}`)
        return ok('that is all')
      case 'noop':
        return ok('nothing done')
      case 'id':
        this.#output.line(`* ID ("name" "Shoal" "version" ${quoted(this.#init.version)})`)
        return ok('that is us')
      case 'logout':
        this.#output.line('* BYE until next time')
        this.#output.line(`${tag} OK logged out`)
        return this.#end()
      default:
        return this.#state.is === 'unknown'
          ? this.#answerUnknown(command, tag)
          : this.#answerKnown(command, tag)
    }
  }

  async #answerUnknown(command: Command, tag: string): Promise<Outcome> {
    switch (command.is) {
      case 'starttls':
        return this.#startTls(tag)
      case 'login':
        return this.#admit(await this.#login.logIn(command.user, command.password))
      case 'authenticate':
        return this.#admit(await this.#login.authenticate(command.mechanism, command.initial))
      default:
        return bad('log in first')
    }
  }

  async #answerKnown(command: Command, tag: string): Promise<Outcome> {
    const state = this.#state
    if (state.is !== 'known' && state.is !== 'selected') return bad('not now')
    const { mailbox } = state
    switch (command.is) {
      case 'namespace':
        this.#output.line('* NAMESPACE (("" "/")) NIL NIL')
        return ok('one for you alone')
      case 'select':
      case 'examine':
        return this.#select(mailbox, command.name, command.is === 'examine')
      case 'create':
        return createFolder(mailbox, command.name)
      case 'delete':
        return this.#changeFolder(() => mailbox.delete(command.name))
      case 'rename':
        return this.#changeFolder(() => mailbox.rename(command.from, command.to))
      case 'subscribe':
        return subscribe(mailbox, command.name)
      case 'unsubscribe':
        mailbox.unsubscribe(command.name)
        return ok('unsubscribed')
      case 'list':
        return this.#lines(listFolders(mailbox, command.reference, command.pattern))
      case 'lsub':
        return this.#lines(listSubscribed(mailbox, command.reference, command.pattern))
      case 'status': {
        const line = statusLine(mailbox, command.name, command.items)
        return line === undefined ? no('[NONEXISTENT] there is no such folder') : this.#lines([line])
      }
      case 'append':
        return append(mailbox, command, this.#init.clock.wallNow())
      case 'idle':
        return this.#idle.run(state.is === 'selected' ? state.selected : undefined)
      default:
        return state.is === 'selected'
          ? this.#answerSelected(command, state, tag)
          : bad('no folder is selected')
    }
  }

  async #answerSelected(command: Command, state: SelectedState, tag: string): Promise<Outcome> {
    const { commands } = state
    if (command.is === 'close' && !state.selected.isReadOnly && !state.selected.isGone)
      commands.expunge(undefined)
    if (command.is === 'close' || command.is === 'unselect') return this.#unselect()
    if (state.selected.isGone) return this.#folderGone(tag)
    switch (command.is) {
      case 'check':
        return ok('checked')
      case 'expunge':
        return commands.expunge(command.uids && { set: command.uids, byUid: true })
      case 'search':
        return commands.search(command)
      case 'fetch':
        return commands.fetch(command)
      case 'store':
        return commands.store(command)
      case 'copy':
        return commands.copy(command.target, command.to)
      case 'move':
        return commands.move(command.target, command.to)
      default:
        return bad('not now')
    }
  }

  async #admit(login: LoginOutcome): Promise<Outcome> {
    if (login.is === 'refused') return login.outcome
    if (login.is === 'ended') {
      await this.#bye('[UNAVAILABLE] too many failed logins')
      return ok('')
    }
    this.#cancelLogin()
    this.#state = { is: 'known', mailbox: login.mailbox }
    return ok(`[CAPABILITY ${this.#capabilities()}] logged in`)
  }

  async #startTls(tag: string): Promise<Outcome> {
    const { secureContext, wire, recorder } = this.#init
    if (!secureContext || !this.#login.canStartTls) return bad('no TLS to begin')
    await this.#output.flush()
    recorder?.server(`${tag} OK begin TLS`)
    await wire.startTls(secureContext, `${tag} OK begin TLS\r\n`)
    recorder?.server('(TLS)')
    return ok('')
  }

  #select(mailbox: Mailbox, name: string, isReadOnly: boolean): Outcome {
    // A failed SELECT leaves nothing selected (RFC 3501 §6.3.1).
    this.#leaveFolder()
    this.#state = { is: 'known', mailbox }
    const folder = mailbox.folder(name)
    if (!folder) return no('[NONEXISTENT] there is no such folder')
    const selected = new Selected(folder, isReadOnly, () => this.#idle.wake())
    const { recorder } = this.#init
    const commands = new MessageCommands({ mailbox, selected, output: this.#output, recorder })
    this.#state = { is: 'selected', mailbox, selected, commands }
    const flags = selected.flagNames.join(' ')
    const unseen = selected.firstUnseen
    this.#lines([
      `FLAGS (${flags})`,
      `${selected.uids.length} EXISTS`,
      `${selected.recentCount} RECENT`,
      ...(unseen === undefined ? [] : [`OK [UNSEEN ${unseen}] the first unread`]),
      `OK [PERMANENTFLAGS (${isReadOnly ? '' : `${flags} \\*`})] these are kept`,
      `OK [UIDNEXT ${folder.uidNext}] the next`,
      `OK [UIDVALIDITY ${folder.uidValidity}] UIDs are of this`,
    ])
    return ok(isReadOnly ? '[READ-ONLY] opened to look at' : '[READ-WRITE] opened')
  }

  /** Deletes or renames; when that takes away the folder this session has selected, it has none. */
  #changeFolder(change: () => void): Outcome {
    change()
    if (this.#state.is === 'selected' && this.#state.selected.isGone) this.#unselect()
    return ok('done')
  }

  #lines(lines: readonly string[]): Outcome {
    for (const line of lines) this.#output.line(`* ${line}`)
    return ok('done')
  }

  #unselect(): Outcome {
    this.#leaveFolder()
    if (this.#state.is === 'selected') this.#state = { is: 'known', mailbox: this.#state.mailbox }
    return ok('closed')
  }

  #leaveFolder(): void {
    if (this.#state.is === 'selected') this.#state.selected.close()
  }

  /** What the client believes to be selected is no more: a new session begins with what is there (RFC 2180 §3.3). */
  async #folderGone(tag: string): Promise<Outcome> {
    this.#output.line(`${tag} NO [NONEXISTENT] the selected folder is gone`)
    await this.#bye('the selected folder is gone')
    return ok('')
  }

  #capabilities(): string {
    const login = this.#state.is === 'unknown' ? this.#login.capabilities : []
    return [...CAPABILITIES, ...login].join(' ')
  }

  async #end(): Promise<Outcome> {
    this.#leaveFolder()
    this.#state = { is: 'over' }
    await this.#output.flush()
    return ok('')
  }

  async #bye(why: string): Promise<void> {
    this.#output.line(`* BYE ${why}`)
    await this.#end()
  }

  /** Says why the connection ends, if anybody still listens; errors of ours go on to whoever ran the session. */
  async #farewell(error: unknown): Promise<void> {
    if (!(error instanceof WireClosed)) {
      await this.#tryBye('[SERVERBUG] something went wrong here')
      throw error
    }
    if (error.end !== 'closed')
      await this.#tryBye(error.end === 'idle' ? 'nothing was said for too long' : 'the server stops')
  }

  async #tryBye(why: string): Promise<void> {
    try {
      await this.#bye(why)
    } catch {
      // Gone before it was told.
    }
  }
}

function parse(pieces: readonly Piece[], scanner: Scanner): Command {
  if (!pieces.every((piece) => typeof piece !== 'string' || isCleanLine(piece)))
    throw badSyntax('NUL and bare CR are not allowed')
  return parseCommand(scanner)
}

function tooBig(read: ReadCommand): Outcome {
  return no(`[TOOBIG] ${read.is === 'refused' ? read.why : ''}`)
}

function isKeepingNumbers(command: Command | undefined): boolean {
  if (!command) return true
  const byUid = (command.is === 'search' && command.byUid) || ('target' in command && command.target.byUid)
  return KEEP_NUMBERS.includes(command.is) && !byUid
}
