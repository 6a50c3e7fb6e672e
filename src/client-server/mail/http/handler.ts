import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  contentDisposition,
  errorMessage,
  equalBytesConstantTime,
  utf8,
  type Clock,
  type Logger,
} from '../../../base/index.ts'
import { isSameMachine, logIn, type Login } from '../access/login.ts'
import { Recorder } from '../access/recorder.ts'
import type { Mailbox } from '../mailbox/index.ts'
import type { Account, Accounts, Dialogues } from '../types.ts'
import { decodeBasic } from './basic-auth.ts'
import { MAX_LISTED } from './limits.ts'
import { folderOf, listMessages, showMessage, sourceOf } from './resources.ts'
import { attachmentOf, messageIdOf } from '../mime/index.ts'

export const MAIL_PREFIX = '/mail/'
const MESSAGES_PATH = '/mail/v1/messages'
const MESSAGE_PATH = new RegExp(`^${MESSAGES_PATH}/(\\d{1,10})(?:/attachments/([1-9]\\d{0,2}))?$`)
const JSON_TYPE = 'application/json'
const SOURCE_TYPE = 'message/rfc822'

/** What somebody else wrote is saved and not shown: it must not be taken for a page, whatever is in it. */
const SAVED_POLICY = "sandbox; default-src 'none'"

export interface MailHandlerInit {
  readonly clock: Clock
  readonly log: Logger
  readonly accounts: Accounts
  readonly mailbox: (account: string) => Mailbox | undefined
  readonly dialogues?: Dialogues | undefined
  /** Whether an address is this machine's own, where passwords may pass in plain. */
  readonly isLocal?: ((remote: string, local: string | undefined) => boolean) | undefined
  /** A secret of this run with which the app itself reads any account, from this machine alone. */
  readonly appPassword?: string | undefined
}

/** An answer before it is sent. */
interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly messageId?: string | undefined
}

/**
 * Mail by HTTP: two kinds of message, a request that asks and a response that answers.
 *
 * `GET /mail/v1/messages[?folder=&before=&limit=]` lists a folder, the newest first; `GET /mail/v1/messages/UID` gives one
 * message, as JSON or, when `message/rfc822` is accepted instead, byte for byte; `…/UID/attachments/N` one of the files it
 * names, from 1 on. It changes nothing. It never throws.
 */
export function createMailHandler(
  init: MailHandlerInit,
): (request: IncomingMessage, response: ServerResponse) => void {
  const api = new MailApi(init)
  return (request, response) => void api.answer(request, response)
}

class MailApi {
  readonly #init: MailHandlerInit

  constructor(init: MailHandlerInit) {
    this.#init = init
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    const reply = await this.#reply(request).catch((error: unknown): Reply => {
      this.#init.log.warn('a request for mail failed', { error: errorMessage(error) })
      return text(500, 'it did not work')
    })
    if (response.headersSent || response.destroyed) return void response.destroy()
    send(request, response, reply)
    this.#record(request, reply)
  }

  async #reply(request: IncomingMessage): Promise<Reply> {
    const { method = '' } = request
    if (method !== 'GET' && method !== 'HEAD')
      return { ...text(405, 'only GET'), headers: { Allow: 'GET, HEAD', Connection: 'close' } }
    if (hasBody(request)) return { ...text(400, 'no body is wanted'), headers: { Connection: 'close' } }
    const source = request.socket.remoteAddress ?? 'unknown'
    if (!this.#isPrivate(request)) return text(403, 'not without TLS from another machine')
    const login = await this.#logIn(request, source)
    if (login.is === 'wait')
      return { ...text(429, 'too many failures'), headers: { 'Retry-After': String(login.seconds) } }
    if (login.is === 'refused')
      return {
        ...text(401, 'who?'),
        headers: { 'WWW-Authenticate': 'Basic realm="Shoal mail", charset="UTF-8"' },
      }
    return this.#resource(request, login.account)
  }

  async #logIn({ headers: { authorization }, socket }: IncomingMessage, source: string): Promise<Login> {
    const { accounts, appPassword } = this.#init
    const pair = decodeBasic(authorization)
    if (!pair) return { is: 'refused' }
    const isApp = appPassword !== undefined && equalBytesConstantTime(utf8(appPassword), utf8(pair.password))
    if (!isApp || !this.#isHere(socket)) return logIn(accounts, pair.name, pair.password, source)
    const account = accounts.list().find(({ name }) => name === pair.name)
    return account ? { is: 'account', account } : { is: 'refused' }
  }

  #isPrivate({ socket }: IncomingMessage): boolean {
    return 'encrypted' in socket || this.#isHere(socket)
  }

  #isHere({ remoteAddress, localAddress }: Socket): boolean {
    const { isLocal = isSameMachine } = this.#init
    return isLocal(remoteAddress ?? 'unknown', localAddress)
  }

  #resource(request: IncomingMessage, account: Account): Reply {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2)
    const parameters = new URLSearchParams(query)
    const mailbox = this.#init.mailbox(account.name)
    const folder = mailbox && folderOf(mailbox, parameters.get('folder') ?? undefined)
    if (!folder) return text(404, 'no such folder')
    if (path === MESSAGES_PATH) {
      const before = numberOf(parameters.get('before'))
      const limit = numberOf(parameters.get('limit'))
      if (before === 'bad' || limit === 'bad') return text(400, `before: a UID; limit: 1 to ${MAX_LISTED}`)
      return json(listMessages(folder, before, limit))
    }
    const [, uid, n] = MESSAGE_PATH.exec(path) ?? []
    const entry = uid === undefined ? undefined : folder.entries.get(Number(uid))
    const bytes = entry && sourceOf(folder, entry)
    if (!bytes || !entry) return text(404, 'no such message')
    const messageId = messageIdOf(bytes)
    if (n !== undefined) return attachment(bytes, Number(n), messageId)
    const headers = { Vary: 'Accept' }
    if (!wantsSource(request.headers.accept))
      return { ...json(showMessage(folder, entry.uid)), headers, messageId }
    return saved(SOURCE_TYPE, bytes, { ...headers, 'Content-Disposition': 'attachment' }, messageId)
  }

  #record(request: IncomingMessage, reply: Reply): void {
    const { dialogues, clock } = this.#init
    if (!dialogues || reply.messageId === undefined) return
    const other = request.headers['user-agent'] ?? request.socket.remoteAddress ?? 'unknown'
    const recorder = new Recorder({ protocol: 'http', other: other.slice(0, 100), clock, dialogues })
    recorder.client(`${request.method} ${request.url} HTTP/1.1`)
    recorder.client('Authorization: Basic (credentials)')
    if (request.headers.accept !== undefined) recorder.client(`Accept: ${request.headers.accept}`)
    recorder.server(`HTTP/1.1 ${reply.status} OK`)
    recorder.server(`Content-Type: ${reply.type}`)
    recorder.server(`(${Buffer.byteLength(reply.body)} bytes)`)
    recorder.about(reply.messageId)
    recorder.leave()
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, body, headers }: Reply,
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    ...headers,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function json(value: unknown): Reply {
  return { status: 200, type: JSON_TYPE, body: `${JSON.stringify(value)}\n` }
}

function text(status: number, why: string): Reply {
  return { status, type: JSON_TYPE, body: `${JSON.stringify({ error: why })}\n` }
}

function attachment(message: Uint8Array, n: number, messageId: string | undefined): Reply {
  const file = attachmentOf(message, n)
  if (!file) return text(404, 'no such attachment')
  const headers = { 'Content-Disposition': contentDisposition('attachment', file.name) }
  return saved('application/octet-stream', file.bytes, headers, messageId)
}

function saved(
  type: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
  messageId: string | undefined,
): Reply {
  return {
    status: 200,
    type,
    body,
    headers: { ...headers, 'Content-Security-Policy': SAVED_POLICY },
    messageId,
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** Whether the source is accepted and JSON is not. */
function wantsSource(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes(SOURCE_TYPE) && !accept.includes(JSON_TYPE)
}

function numberOf(value: string | null): number | undefined | 'bad' {
  if (value === null) return undefined
  return /^[1-9]\d{0,9}$/.test(value) ? Number(value) : 'bad'
}
