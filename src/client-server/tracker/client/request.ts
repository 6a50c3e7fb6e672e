import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { fromUtf8, ShoalError, withDeadline, type Clock } from '../../../base/index.ts'
import { readBounded } from '../../../transport/read-bounded.ts'
import { MAX_ANSWER_BYTES } from '../limits.ts'
import { JSON_TYPE } from '../wire.ts'

export interface TrackerRequest {
  readonly method: 'GET' | 'PUT'
  readonly url: string
  readonly body?: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export interface TrackerAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** Few connections to one tracker, kept open. */
export class TrackerConnection {
  readonly #clock: Clock
  readonly #agent: HttpAgent | HttpsAgent
  readonly #request: typeof httpRequest

  constructor(url: string, clock: Clock, lookup?: LookupFunction) {
    const isSecure = url.startsWith('https:')
    const options = { keepAlive: true, maxSockets: 2, ...(lookup && { lookup }) }
    this.#clock = clock
    this.#agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options)
    this.#request = isSecure ? httpsRequest : httpRequest
  }

  /** The whole answer, bounded. Throws `server-unreachable`, or the signal's reason. */
  async send(ask: TrackerRequest): Promise<TrackerAnswer> {
    try {
      return await withDeadline(ask.timeoutMs, 'the tracker', (signal) => this.#send(ask, signal), {
        clock: this.#clock,
        signal: ask.signal,
      })
    } catch (cause) {
      ask.signal?.throwIfAborted()
      throw new ShoalError('server-unreachable', 'the tracker does not answer', { cause })
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(ask: TrackerRequest, signal: AbortSignal): Promise<TrackerAnswer> {
    const response = await this.#open(ask, signal)
    const body = await readBounded(response as AsyncIterable<Buffer>, MAX_ANSWER_BYTES)
    const { statusCode: status = 0, headers } = response
    return { status, headers, text: fromUtf8(body) ?? '' }
  }

  #open({ method, url, body }: TrackerRequest, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = { Accept: JSON_TYPE }
      if (body !== undefined) {
        headers['Content-Type'] = JSON_TYPE
        headers['Content-Length'] = Buffer.byteLength(body)
      }
      const request = this.#request(url, { method, agent: this.#agent, headers, signal })
      request.on('error', reject)
      request.on('response', resolve)
      request.end(body)
    })
  }
}
