import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isShoalError, ShoalError, withDeadline, type Clock } from '../../../base/index.ts'
import { isHttpOrigin } from '../../../content/index.ts'
import { ANSWER_TIMEOUT_MS, MAX_HEADER_BYTES, MAX_RETRY_AFTER_MS, SILENCE_TIMEOUT_MS } from '../limits.ts'

/** What is asked of a server. Bytes `begin` … `end` − 1 when there is a range. */
export interface Ask {
  readonly path: string
  readonly range?: { readonly begin: number; readonly end: number }
  readonly signal: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** Bytes of the body, as the head says. */
  readonly length: number
  /** Pieces as they come; ends early only by throwing. */
  readonly body: AsyncIterable<Uint8Array>
}

/** One connection to one server, made again when it is lost. Throws `server-unreachable` and `server-refused`. */
export class Connection {
  readonly #origin: string
  readonly #clock: Clock
  readonly #agent: HttpAgent | HttpsAgent
  readonly #isSecure: boolean

  /** Throws `bad-address` for anything but an origin. */
  constructor(origin: string, clock: Clock, lookup?: LookupFunction) {
    if (!isHttpOrigin(origin)) throw new ShoalError('bad-address', 'not the origin of an HTTP server')
    this.#origin = origin
    this.#clock = clock
    this.#isSecure = origin.startsWith('https:')
    const options = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1, ...(lookup && { lookup }) }
    this.#agent = this.#isSecure ? new HttpsAgent(options) : new HttpAgent(options)
  }

  async get(ask: Ask): Promise<Answer> {
    const response = await withDeadline(
      ANSWER_TIMEOUT_MS,
      'the server',
      (signal) => this.#send(ask, signal),
      {
        clock: this.#clock,
        signal: ask.signal,
      },
    ).catch((error: unknown) => {
      ask.signal.throwIfAborted()
      throw unreachable(error)
    })
    const { statusCode: status = 0, headers } = response
    if (status !== 200 && status !== 206) {
      response.destroy()
      throw refusal(status, headers['retry-after'])
    }
    try {
      const length = checkedLength(headers)
      return { status, headers, length, body: this.#body(response, ask.signal) }
    } catch (error) {
      response.destroy()
      throw error
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #send({ path, range, signal: outer }: Ask, deadline: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = (this.#isSecure ? httpsRequest : httpRequest)(`${this.#origin}${path}`, {
        agent: this.#agent,
        maxHeaderSize: MAX_HEADER_BYTES,
        headers: {
          'Accept-Encoding': 'identity',
          ...(range && { Range: `bytes=${range.begin}-${range.end - 1}` }),
        },
      })
      const onAbort = (): void => void request.destroy(new Error('aborted'))
      deadline.addEventListener('abort', onAbort, { once: true })
      request.on('error', reject)
      request.on('response', (response) => {
        deadline.removeEventListener('abort', onAbort)
        const onOuterAbort = (): void => void response.destroy()
        outer.addEventListener('abort', onOuterAbort, { once: true })
        response.on('error', () => {})
        response.once('close', () => outer.removeEventListener('abort', onOuterAbort))
        resolve(response)
      })
      request.end()
    })
  }

  /** A deadline for each piece runs only while one is waited for: a slow disk here is no silence there. */
  async *#body(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const pieces = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    try {
      for (;;) {
        const next = await withDeadline(SILENCE_TIMEOUT_MS, 'the server', () => pieces.next(), {
          clock: this.#clock,
          signal,
        })
        if (next.done) return
        yield next.value
      }
    } catch (error) {
      signal.throwIfAborted()
      throw unreachable(error)
    } finally {
      if (!response.complete) response.destroy()
    }
  }
}

function checkedLength(headers: IncomingMessage['headers']): number {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw refused('it sends other bytes than asked for')
  const text = headers['content-length'] ?? ''
  const length = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(length)) throw refused('it does not say how many bytes it sends')
  return length
}

/** Too busy, or not there yet: worth asking again. All else is an answer, and it was no. */
function refusal(status: number, retryAfter: string | undefined): ShoalError {
  if (status !== 429 && status !== 503) return refused(`status ${status}`, status)
  const seconds = /^\d{1,4}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0
  const retryAfterMs = Math.min(seconds * 1000, MAX_RETRY_AFTER_MS)
  return new ShoalError('server-unreachable', `the server asks to wait (status ${status})`, {
    data: { status, retryAfterMs },
  })
}

export function refused(why: string, status?: number): ShoalError {
  return new ShoalError('server-refused', `the server does not serve this share: ${why}`, {
    data: { ...(status !== undefined && { status }) },
  })
}

function unreachable(error: unknown): ShoalError {
  if (isShoalError(error, 'server-refused')) return error
  return new ShoalError('server-unreachable', 'the server does not answer, or the connection was lost', {
    cause: error,
  })
}
