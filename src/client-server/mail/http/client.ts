import { request, type IncomingHttpHeaders } from 'node:http'
import { errorMessage, ShoalError, toShoalError } from '../../../base/index.ts'
import { readBounded } from '../../../transport/read-bounded.ts'
import type { AttachedFile } from '../mime/index.ts'
import { encodeBasic } from './basic-auth.ts'
import { MAX_FILE_BYTES, MAX_RESPONSE_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts'
import type { MessageList, ShownMessage } from './resources.ts'

export interface MailReaderInit {
  /** `http://127.0.0.1:8420` */
  readonly origin: string
  readonly account: string
  readonly password: string
  /** What the program calls itself. */
  readonly agent: string
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A mail program that reads by HTTP: asks, and is answered. */
export class MailReader {
  readonly #init: MailReaderInit

  constructor(init: MailReaderInit) {
    this.#init = init
  }

  /** Rejects with `server-unreachable`, `bad-credentials`, `not-found`, `server-refused`. */
  async list(
    folder: string,
    options: { before?: number | undefined; limit?: number | undefined } = {},
  ): Promise<MessageList> {
    const query = new URLSearchParams({ folder })
    for (const key of ['before', 'limit'] as const) {
      const value = options[key]
      if (value !== undefined) query.set(key, String(value))
    }
    return (await this.#get(`/mail/v1/messages?${query.toString()}`, 'application/json')) as MessageList
  }

  /** Rejects as `list` does. */
  async read(folder: string, uid: number): Promise<ShownMessage> {
    const query = new URLSearchParams({ folder })
    return (await this.#get(
      `/mail/v1/messages/${uid}?${query.toString()}`,
      'application/json',
    )) as ShownMessage
  }

  /** A file of a message, from 1 on. Rejects as `list` does. */
  async attachment(folder: string, uid: number, n: number): Promise<AttachedFile> {
    const query = new URLSearchParams({ folder })
    const path = `/mail/v1/messages/${uid}/attachments/${n}?${query.toString()}`
    const { body, headers } = await this.#fetch(path, '*/*', MAX_FILE_BYTES)
    const [, coded] = /filename\*=UTF-8''([^;\s]*)/.exec(headers['content-disposition'] ?? '') ?? []
    if (coded === undefined) throw new ShoalError('server-refused', 'the mail server names no file')
    return { name: decodeURIComponent(coded), bytes: body }
  }

  async #get(path: string, accept: string): Promise<unknown> {
    const { body } = await this.#fetch(path, accept, MAX_RESPONSE_BYTES)
    try {
      return JSON.parse(body.toString())
    } catch (error) {
      throw new ShoalError('server-refused', `the mail server's answer is no JSON: ${errorMessage(error)}`)
    }
  }

  async #fetch(path: string, accept: string, most: number): Promise<Answer> {
    const answer = await this.#ask(path, accept, most)
    const { status } = answer
    if (status === 401) throw new ShoalError('bad-credentials', 'the mail server does not know this account')
    if (status === 404) throw new ShoalError('not-found', 'the mail server has no such message')
    if (status !== 200)
      throw new ShoalError('server-refused', `the mail server answers ${status}`, { data: { status } })
    return answer
  }

  #ask(path: string, accept: string, most: number): Promise<Answer> {
    const { origin, account, password, agent } = this.#init
    const headers = { Authorization: encodeBasic(account, password), Accept: accept, 'User-Agent': agent }
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => reject(unreachable(error))
      const out = request(
        `${origin}${path}`,
        { headers, agent: false, timeout: REQUEST_TIMEOUT_MS },
        (response) => {
          const { statusCode: status = 0, headers: told } = response
          readBounded(response as AsyncIterable<Buffer>, most).then(
            (body) => resolve({ status, headers: told, body }),
            fail,
          )
        },
      )
      out.on('timeout', () => out.destroy(new ShoalError('timeout', 'the mail server does not answer')))
      out.on('error', fail)
      out.end()
    })
  }
}

function unreachable(error: unknown): ShoalError {
  if (error instanceof ShoalError) return error
  const { message } = toShoalError(error)
  return new ShoalError('server-unreachable', `the mail server cannot be reached: ${message}`, {
    cause: error,
  })
}
