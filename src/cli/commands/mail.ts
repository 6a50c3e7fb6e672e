import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { formatSize, ShoalError, toShoalError } from '../../base/index.ts'
import type { ListedMail, QueuedMail } from '../../contract/index.ts'
import { parseArguments, type ParsedArguments } from '../arguments.ts'
import { EXIT, type Client, type Command, type CommandContext } from '../command.ts'
import { createOutput, type Output } from '../output.ts'

/** Bytes of a text that is sent; larger things travel as shares. */
const MAX_BODY_BYTES = 1_000_000
const MAX_PASSWORD_BYTES = 1_024

/** What one of the mail commands does once a core is there. */
type Work = (client: Client, output: Output, context: CommandContext) => Promise<void>

/** `shoal mail account|send|list|read|queue`: what mail through servers needs by hand. */
export const mail: Command = async (argv, context) => {
  const [what, ...rest] = argv
  const prepare = what === undefined ? undefined : SUBCOMMANDS.get(what)
  if (!prepare)
    throw new ShoalError('bad-usage', 'shoal mail account, send, list, read or queue; see shoal --help')
  const { common, work } = prepare(rest, context)
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    await work(core.client, output, context)
    if (core.owned && what === 'send')
      output.say('It waits in the queue: it goes out while shoal server or the app runs.')
    return EXIT.done
  } finally {
    await core.close()
  }
}

type Prepare = (
  argv: readonly string[],
  context: CommandContext,
) => { common: ParsedArguments['common']; work: Work }

const SUBCOMMANDS: ReadonlyMap<string, Prepare> = new Map<string, Prepare>([
  ['account', prepareAccount],
  ['send', prepareSend],
  ['list', prepareList],
  ['read', prepareRead],
  ['queue', prepareQueue],
])

function prepareAccount(argv: readonly string[]): ReturnType<Prepare> {
  const { common, positionals, values } = parseArguments(
    argv,
    { 'password-stdin': { type: 'boolean' } },
    [1, 2],
  )
  const [what, name] = positionals
  if (what === 'list') return { common, work: (client, output) => listAccounts(client, output, name) }
  if (what !== 'add' || name === undefined)
    throw new ShoalError('bad-usage', 'shoal mail account add NAME, or list')
  return {
    common,
    work: async (client, output, { streams }) => {
      const given = values['password-stdin'] ? await readLine(streams.stdin) : undefined
      const { address, password } = await client.mail.addAccount({ name, password: given })
      output.event({ event: 'account', address, password })
      output.say(`${address}  password: ${password}`)
      if (given === undefined) output.say('It is not shown again.')
    },
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

function prepareSend(argv: readonly string[], { cwd, streams }: CommandContext): ReturnType<Prepare> {
  const { common, values } = parseArguments(
    argv,
    {
      from: { type: 'string' },
      to: { type: 'string', multiple: true },
      subject: { type: 'string' },
      'body-file': { type: 'string' },
    },
    [0, 0],
  )
  const from = values['from'] as string | undefined
  const to = values['to'] as string[] | undefined
  if (from === undefined || to === undefined || values['subject'] === undefined)
    throw new ShoalError('bad-usage', 'shoal mail send needs --from, --to and --subject')
  const subject = String(values['subject'])
  const file = values['body-file'] as string | undefined
  return {
    common,
    work: async (client, output) => {
      const text = file === undefined ? '' : await readBody(file, cwd, streams.stdin)
      const { queueId, messageId } = await client.mail.send({
        from,
        to: to.flatMap((one) => one.split(',')),
        subject,
        text,
      })
      output.event({ event: 'queued', id: queueId, messageId })
      output.say(`Queued as ${queueId} ${messageId}`)
    },
  }
}

function prepareList(argv: readonly string[]): ReturnType<Prepare> {
  const { common, positionals, values } = parseArguments(argv, { folder: { type: 'string' } }, [1, 1])
  const folder = (values['folder'] as string | undefined) ?? 'INBOX'
  return {
    common,
    work: async (client, output) => {
      let before: number | undefined
      do {
        const page = await client.mail.list({ account: positionals[0]!, folder, before })
        for (const message of page.messages) printListed(message, output)
        before = page.before ?? undefined
      } while (before !== undefined)
    },
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

function prepareRead(argv: readonly string[]): ReturnType<Prepare> {
  const { common, positionals, values } = parseArguments(argv, { folder: { type: 'string' } }, [2, 2])
  const [account, text] = positionals as [string, string]
  const uid = numberOf(text)
  const folder = (values['folder'] as string | undefined) ?? 'INBOX'
  return {
    common,
    work: async (client, output) => {
      const message = await client.mail.read({ account, folder, uid, markSeen: true })
      const { messageId, from, to, subject, receivedAt, text, attachments, source } = message
      output.event({
        event: 'message',
        uid,
        messageId,
        from: from[0]?.address,
        to: to.map((one) => one.address),
        subject,
        receivedAt,
        text,
        attachments,
        source,
      })
      output.say(source.trimEnd())
    },
  }
}

function prepareQueue(argv: readonly string[]): ReturnType<Prepare> {
  const { common, positionals } = parseArguments(argv, {}, [0, 2])
  const [what = 'list', id] = positionals
  if (what === 'list' && id === undefined) return { common, work: listQueue }
  if ((what !== 'retry' && what !== 'drop') || id === undefined)
    throw new ShoalError('bad-usage', 'shoal mail queue list, retry ID or drop ID')
  const input = { id: numberOf(id) }
  return {
    common,
    work: async (client, output) => {
      await (what === 'retry' ? client.mail.retry(input) : client.mail.drop(input))
      output.event({ event: what === 'retry' ? 'retried' : 'dropped', ...input })
      output.say(what === 'retry' ? `${id} is tried now.` : `${id} is given up.`)
    },
  }
}

async function listQueue(client: Client, output: Output): Promise<void> {
  for await (const { queue } of await client.mail.watch()) {
    const waiting = queue.filter(({ finishedAt }) => finishedAt === null)
    for (const message of waiting) printQueued(message, output)
    if (waiting.length === 0) output.say('The queue is empty.')
    return
  }
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
