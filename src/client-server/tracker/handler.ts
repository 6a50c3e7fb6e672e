import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  errorMessage,
  fromUtf8,
  isShoalError,
  ShoalError,
  systemRandom,
  toHex,
  type Clock,
  type Logger,
  type Random,
} from '../../base/index.ts'
import { readBounded } from '../../transport/read-bounded.ts'
import { MAX_BODY_BYTES } from './limits.ts'
import type { Tracker } from './tracker.ts'
import {
  formatProviders,
  formatResults,
  JSON_TYPE,
  NDJSON_TYPE,
  parseAnnounce,
  parseKey,
  PROVIDERS_PATH,
  REFUSAL_STATUS,
  TRACKER_HEADER,
} from './wire.ts'

export interface TrackerHandlerInit {
  readonly tracker: Tracker
  readonly clock: Clock
  readonly log: Logger
  readonly random?: Random | undefined
  /** The address limits count by, of a socket's remote address. */
  readonly networkAddress?: ((address: string | undefined) => string) | undefined
}

/** Answers the tracker's HTTP API. It never throws, and logs no keys. */
export function createTrackerHandler(
  init: TrackerHandlerInit,
): (request: IncomingMessage, response: ServerResponse) => void {
  const api = new TrackerApi(init)
  return (request, response) => void api.answer(request, response)
}

class TrackerApi {
  readonly #init: TrackerHandlerInit
  readonly #instance: string

  constructor(init: TrackerHandlerInit) {
    this.#init = init
    this.#instance = toHex((init.random ?? systemRandom).bytes(4))
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    try {
      await this.#route(request, response)
    } catch (error) {
      if (response.headersSent || response.destroyed) return void response.destroy()
      if (!isShoalError(error)) this.#init.log.warn('a request failed', { error: errorMessage(error) })
      const status = isShoalError(error, 'too-large') ? 413 : isShoalError(error) ? 400 : 500
      this.#send(response, status, `${JSON.stringify({ Error: errorText(error) })}\n`, {
        Connection: 'close',
      })
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0]!
    const { method = '' } = request
    if (path === PROVIDERS_PATH) {
      if (method === 'PUT') return this.#announce(request, response)
      return this.#refuseMethod(response, 'PUT')
    }
    if (!path.startsWith(`${PROVIDERS_PATH}/`)) return this.#send(response, 404, '')
    if (method !== 'GET' && method !== 'HEAD') return this.#refuseMethod(response, 'GET, HEAD')
    return this.#lookUp(request, response, path.slice(PROVIDERS_PATH.length + 1))
  }

  #lookUp(request: IncomingMessage, response: ServerResponse, text: string): void {
    const key = parseKey(text)
    if (!key) return this.#send(response, 422, '{"Error":"not a CID of a discovery key"}\n')
    const providers = this.#init.tracker.providers(key, this.#source(request))
    if (!providers) return this.#send(response, 429, '', { 'Retry-After': '5' })
    const type = wantsLines(request.headers.accept) ? NDJSON_TYPE : JSON_TYPE
    this.#send(response, 200, formatProviders(providers, type), { 'Content-Type': type, Vary: 'Accept' })
  }

  async #announce(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const envelopes = parseAnnounce(await readBody(request))
    const source = this.#source(request)
    const results = []
    for (const envelope of envelopes) results.push(await this.#init.tracker.announce(envelope, source))
    const refusals = results.flatMap((result) => (result.is === 'refused' ? [result.refusal] : []))
    const status = refusals.length < results.length ? 200 : REFUSAL_STATUS[refusals[0]!]
    this.#send(response, status, formatResults(results), status === 429 ? { 'Retry-After': '5' } : {})
  }

  #source({ socket }: IncomingMessage): string {
    return this.#init.networkAddress?.(socket.remoteAddress) ?? socket.remoteAddress ?? 'unknown'
  }

  #refuseMethod(response: ServerResponse, allow: string): void {
    // A body may follow that nobody reads.
    this.#send(response, 405, '', { Allow: allow, Connection: 'close' })
  }

  #send(
    response: ServerResponse,
    status: number,
    body: string,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    response.writeHead(status, {
      'Content-Type': JSON_TYPE,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      [TRACKER_HEADER]: `${this.#instance}; time=${Math.round(this.#init.clock.wallNow())}`,
      ...headers,
    })
    response.end(response.req.method === 'HEAD' ? undefined : body)
  }
}

function wantsLines(accept: string | undefined): boolean {
  return /application\/x-ndjson(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(accept ?? '')
}

/** The whole body as text, refused as soon as it is too long. Throws `too-large` and `protocol-violation`. */
async function readBody(request: IncomingMessage): Promise<string> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== JSON_TYPE) throw new ShoalError('protocol-violation', 'the body is not application/json')
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const text = fromUtf8(await readBounded(request as AsyncIterable<Buffer>, MAX_BODY_BYTES))
  if (text === undefined) throw new ShoalError('protocol-violation', 'the body is not UTF-8')
  return text
}

function tooLarge(): ShoalError {
  return new ShoalError('too-large', `the body is longer than ${MAX_BODY_BYTES} bytes`)
}

function errorText(error: unknown): string {
  return isShoalError(error) ? error.message : 'internal error'
}
