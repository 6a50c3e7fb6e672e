import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { formatSize, ShoalError, toShoalError } from '../../base/index.ts'
import type { ListedMail, MailView, QueuedMail } from '../../contract/index.ts'
import { parseArguments, type ParsedArguments } from '../arguments.ts'
import { EXIT, type Client, type Command, type CommandContext } from '../command.ts'
import { createOutput, type Output } from '../output.ts'
import { parseProfile, PATIENCE } from './mail-profile.ts'

/** Bytes of a text that is sent; larger things travel as shares. */
const MAX_BODY_BYTES = 1_000_000
const MAX_PASSWORD_BYTES = 1_024

/** What one of the mail commands does once a core is there. */
type Work = (client: Client, output: Output, context: CommandContext) => Promise<void>

/** The words after its name, and the options given. */
interface Given {
  readonly words: readonly string[]
  readonly values: ParsedArguments['values']
}

/** Understands what was typed, or throws `bad-usage`. */
type Prepare = (given: Given) => Work

const OPTIONS = {
  'password-stdin': { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string', multiple: true },
  subject: { type: 'string' },
  'body-file': { type: 'string' },
  folder: { type: 'string' },
} as const
type OptionName = keyof typeof OPTIONS

const COMMANDS: ReadonlyMap<string, { prepare: Prepare; options: readonly OptionName[] }> = new Map([
  ['account', { prepare: prepareAccount, options: ['password-stdin'] }],
  ['send', { prepare: prepareSend, options: ['from', 'to', 'subject', 'body-file'] }],
  ['list', { prepare: prepareList, options: ['folder'] }],
  ['read', { prepare: prepareRead, options: ['folder'] }],
  ['queue', { prepare: prepareQueue, options: [] }],
] satisfies [string, { prepare: Prepare; options: OptionName[] }][])

/** `shoal mail account|send|list|read|queue`: what mail through servers needs by hand. */
export const mail: Command = async (argv, context) => {
  const { common, positionals, values } = parseArguments(argv, OPTIONS, [1, 3])
  const [name = '', ...words] = positionals
  const command = COMMANDS.get(name)
  if (!command)
    throw new ShoalError('bad-usage', 'shoal mail account, send, list, read or queue; see shoal --help')
  const strange = (Object.keys(OPTIONS) as OptionName[]).find(
    (option) => values[option] !== undefined && !command.options.includes(option),
  )
  if (strange) throw new ShoalError('bad-usage', `shoal mail ${name} takes no --${strange}`)
  const work = command.prepare({ words, values })
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    await work(core.client, output, context)
    if (core.owned && name === 'send')
      output.say('It waits in the queue: it goes out while shoal server or the app runs.')
    return EXIT.done
  } finally {
    await core.close()
  }
}

function prepareAccount({ words, values }: Given): Work {
  const [what, name] = words
  if (what === 'list') return (client, output) => listAccounts(client, output, name)
  if (what !== 'add' || name === undefined)
    throw new ShoalError('bad-usage', 'shoal mail account add NAME, or list')
  return async (client, output, { streams }) => {
    const given = values['password-stdin'] ? await readLine(streams.stdin) : undefined
    const { address, password } = await client.mail.addAccount({ name, password: given })
    output.event({ event: 'account', address, password })
    if (given !== undefined) return output.say(address)
    output.say(`${address}  password: ${password}`)
    return output.say('It is not shown again.')
  }
}

async function listAccounts(client: Client, output: Output, wanted: string | undefined): Promise<void> {
  const accounts = await client.mail.accounts()
  const shown = accounts.filter(
    ({ name, address }) => wanted === undefined || wanted === name || wanted === address,
  )
  if (wanted !== undefined && shown.length === 0)
    throw new ShoalError('mailbox-missing', `there is no account ${wanted} on this laptop`)
  for (const { address, messages, unseen } of shown) {
    output.event({ event: 'account', address, messages, unseen })
    output.say(`${address}  ${messages} messages, ${unseen} unread`)
  }
  if (accounts.length === 0) output.say('No accounts yet: shoal mail account add NAME')
}

function prepareSend({ words, values }: Given): Work {
  const from = values['from'] as string | undefined
  const to = values['to'] as string[] | undefined
  const subject = values['subject'] as string | undefined
  if (from === undefined || to === undefined || subject === undefined || words.length > 0)
    throw new ShoalError('bad-usage', 'shoal mail send --from A --to B --subject S [--body-file F|-]')
  const file = values['body-file'] as string | undefined
  return async (client, output, { cwd, streams }) => {
    const text = file === undefined ? '' : await readBody(file, cwd, streams.stdin)
    const recipients = to.flatMap((one) => one.split(',')).map((one) => one.trim())
    const { queueId, messageId } = await client.mail.send({ from, to: recipients, subject, text })
    output.event({ event: 'queued', id: queueId, messageId })
    output.say(`Queued as ${queueId} ${messageId}`)
  }
}

function prepareList({ words, values }: Given): Work {
  const [account, ...more] = words
  if (account === undefined || more.length > 0) throw new ShoalError('bad-usage', 'shoal mail list ACCOUNT')
  const folder = (values['folder'] as string | undefined) ?? 'INBOX'
  return async (client, output) => {
    let before: number | undefined
    do {
      const page = await client.mail.list({ account, folder, before })
      for (const message of page.messages) printListed(message, output)
      before = page.before ?? undefined
    } while (before !== undefined)
  }
}

function printListed(message: ListedMail, output: Output): void {
  const { uid, messageId, from, subject, size, receivedAt, flags } = message
  const sender = from[0]?.address ?? ''
  output.event({ event: 'message', uid, messageId, from: sender, subject, size, receivedAt, flags })
  const mark = flags.includes('\\Seen') ? ' ' : '*'
  const date = new Date(receivedAt).toISOString().slice(0, 16).replace('T', ' ')
  output.say(`${mark}${String(uid).padStart(6)}  ${date}  ${sender}  ${subject}  (${formatSize(size)})`)
}

function prepareRead({ words, values }: Given): Work {
  const [account, number] = words
  if (account === undefined || number === undefined)
    throw new ShoalError('bad-usage', 'shoal mail read ACCOUNT UID')
  const uid = numberOf(number)
  const folder = (values['folder'] as string | undefined) ?? 'INBOX'
  return async (client, output) => {
    const shown = await client.mail.read({ account, folder, uid, markSeen: true })
    const { messageId, from, to, subject, receivedAt, text, attachments, source } = shown
    const people = { from: from[0]?.address, to: to.map(({ address }) => address) }
    output.event({
      event: 'message',
      uid,
      messageId,
      ...people,
      subject,
      receivedAt,
      text,
      attachments,
      source,
    })
    output.say(source.trimEnd())
  }
}

function prepareQueue({ words }: Given): Work {
  const [what = 'list', id] = words
  if (what === 'list' && id === undefined) return listQueue
  if (what === 'profile') return prepareProfile(id)
  if ((what !== 'retry' && what !== 'drop') || id === undefined)
    throw new ShoalError('bad-usage', 'shoal mail queue list, retry ID, drop ID or profile normal|lab')
  const input = { id: numberOf(id) }
  return async (client, output) => {
    await (what === 'retry' ? client.mail.retry(input) : client.mail.drop(input))
    output.event({ event: what === 'retry' ? 'retried' : 'dropped', ...input })
    output.say(what === 'retry' ? `${id} is tried now.` : `${id} is given up.`)
  }
}

/** How patient the queue is: shown, or set for this and every later start. */
function prepareProfile(wanted: string | undefined): Work {
  const profile = wanted === undefined ? undefined : parseProfile(wanted)
  return async (client, output) => {
    if (profile !== undefined) await client.mail.setProfile({ profile })
    const now = profile ?? (await currentMail(client)).profile
    output.event({ event: 'profile', profile: now })
    output.say(PATIENCE[now])
  }
}

async function currentMail(client: Client): Promise<MailView> {
  for await (const view of await client.mail.watch()) return view
  throw new ShoalError('core-gone', 'the core ended before it could be asked')
}

async function listQueue(client: Client, output: Output): Promise<void> {
  const { queue, profile } = await currentMail(client)
  const waiting = queue.filter(({ finishedAt }) => finishedAt === null)
  for (const message of waiting) printQueued(message, output)
  if (waiting.length === 0) output.say('The queue is empty.')
  if (profile !== 'normal') output.say(PATIENCE[profile])
}

function printQueued(
  { id, messageId, from, subject, size, queuedAt, recipients }: QueuedMail,
  output: Output,
): void {
  output.event({ event: 'queued', id, messageId, from, subject, size, queuedAt, recipients })
  output.say(`${id}  ${from === '' ? '(a notification)' : from}  ${subject}  (${formatSize(size)})`)
  for (const { address, state, attempts, nextAt, reason } of recipients) {
    const when = state === 'waiting' ? `, next try ${new Date(nextAt).toISOString().slice(11, 19)}` : ''
    output.say(`      ${address}: ${state}${when}, ${attempts} tries${reason === '' ? '' : `: ${reason}`}`)
  }
}

async function readBody(
  file: string,
  cwd: string,
  stdin: CommandContext['streams']['stdin'],
): Promise<string> {
  if (file === '-') return readAll(stdin, MAX_BODY_BYTES)
  try {
    const bytes = await readFile(resolve(cwd, file))
    if (bytes.length > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES)
    return bytes.toString('utf8')
  } catch (error) {
    throw toShoalError(error)
  }
}

async function readAll(stdin: CommandContext['streams']['stdin'], most: number): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of stdin) {
    parts.push(Buffer.from(part))
    bytes += parts.at(-1)!.length
    if (bytes > most) throw tooLarge(most)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The first line alone: what follows (the line end of `echo`) is no part of a password. */
async function readLine(stdin: CommandContext['streams']['stdin']): Promise<string> {
  const [line = ''] = (await readAll(stdin, MAX_PASSWORD_BYTES)).split(/\r?\n/)
  if (line === '') throw new ShoalError('bad-usage', 'no password on standard input')
  return line
}

function tooLarge(most: number): ShoalError {
  return new ShoalError(
    'too-large',
    `no more than ${formatSize(most)} are sent as mail; larger things go as shares`,
  )
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new ShoalError('bad-usage', `not a number: "${text}"`)
  return Number(text)
}
