import { ErrorEvent } from '@orpc/client'
import type { StandardHandler } from '@orpc/server/standard'
import { MessageType, serializeResponseMessage, type BaseMessageFormat } from '@orpc/standard-server-peer'
import type { Clock } from '../base/clock.ts'
import { raceSignal } from '../base/deadline.ts'
import { errorMessage, ShoalError } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import { Connection, type Heartbeat } from './connection.ts'
import { EVENT_STREAM, parseClientMessage, type ClientMessage } from './frame.ts'
import { EVENT_WINDOW, MAX_ACTIVE_CALLS, MAX_RESPONSE_CHARS, MAX_WAITING_REFUSALS } from './limits.ts'
import { toWireError } from './problem.ts'
import { SendWindow } from './send-window.ts'
import { isIterator } from './translate-errors.ts'
import type { FrameTransport } from './transport.ts'

type Handler = StandardHandler<Record<never, never>>
export type HandleRequest = Parameters<Handler['handle']>[0]
export type HandleResponse = NonNullable<Awaited<ReturnType<Handler['handle']>>['response']>
/** Answers one request; never rejects for what the request holds. */
export type HandleCall = (request: HandleRequest) => Promise<HandleResponse>

export interface ServerLinkOptions {
  handle: HandleCall
  clock: Clock
  heartbeat: Heartbeat
  log: Logger
}

interface ActiveCall {
  id: string
  controller: AbortController
  /** Credit for events. */
  window: SendWindow
}

/** The core's end of a link: calls in, responses and events out, as fast as the other side consumes them. */
export class ServerLink {
  readonly #options: ServerLinkOptions
  readonly #connection: Connection
  readonly #calls = new Map<string, ActiveCall>()
  #refusing = 0
  /** Resolves with the cause when the link has ended. */
  readonly closed: Promise<ShoalError>

  constructor(transport: FrameTransport, options: ServerLinkOptions) {
    const closed = Promise.withResolvers<ShoalError>()
    this.closed = closed.promise
    this.#options = options
    this.#connection = new Connection(transport, {
      role: 'core',
      clock: options.clock,
      heartbeat: options.heartbeat,
      events: {
        hello: () => {},
        message: (message) => this.#receive(message),
        consumed: (id, events) => this.#consumed(id, events),
        closed: (cause) => {
          for (const call of this.#calls.values()) stop(call, cause)
          closed.resolve(cause)
        },
      },
    })
    this.#connection.start()
  }

  /** Calls under way, open iterators included. */
  get activeCalls(): number {
    return this.#calls.size
  }

  get malformedFrames(): number {
    return this.#connection.malformed
  }

  close(cause: ShoalError): void {
    this.#connection.close(cause)
  }

  #receive(message: BaseMessageFormat): boolean {
    const parsed = parseClientMessage(message)
    if (!parsed) return false
    if (parsed.is === 'request') return this.#request(parsed)
    const call = this.#calls.get(parsed.id)
    // An abort may cross with the last answer: unknown ids are no fault.
    if (call) stop(call, new ShoalError('cancelled', 'the caller aborted the call'))
    return true
  }

  #consumed(id: string, events: number): boolean {
    return this.#calls.get(id)?.window.acknowledge(events) ?? true
  }

  #request(request: ClientMessage & { is: 'request' }): boolean {
    if (this.#calls.has(request.id)) return false
    if (this.#calls.size >= MAX_ACTIVE_CALLS) return this.#refuse(request.id)
    const call = { id: request.id, controller: new AbortController(), window: new SendWindow(EVENT_WINDOW) }
    this.#calls.set(call.id, call)
    void this.#run(call, request)
    return true
  }

  /** Too many calls: an answer says so, as long as answers are read. */
  #refuse(id: string): boolean {
    if (this.#refusing >= MAX_WAITING_REFUSALS) {
      this.close(new ShoalError('protocol-violation', 'goes on calling without reading answers'))
      return true
    }
    this.#refusing++
    const error = new ShoalError('rate-limited', `${MAX_ACTIVE_CALLS} calls are under way on this link`)
    this.#sendResponse(id, problemResponse(error))
      .catch(() => {})
      .finally(() => this.#refusing--)
    return true
  }

  /** Never rejects: whatever goes wrong with one call ends that call alone. */
  async #run(call: ActiveCall, request: ClientMessage & { is: 'request' }): Promise<void> {
    try {
      await this.#answer(call, request)
    } catch (error) {
      if (!call.controller.signal.aborted)
        this.#options.log.error('an answer could not be sent', { error: errorMessage(error) })
    } finally {
      this.#calls.delete(call.id)
    }
  }

  async #answer(
    { id, controller, window }: ActiveCall,
    request: ClientMessage & { is: 'request' },
  ): Promise<void> {
    const { signal } = controller
    const { url, body } = request
    const response = await this.#options.handle({
      url,
      method: 'POST',
      headers: {},
      signal,
      body: async () => body,
    })
    const events = isIterator(response.body) ? response.body : undefined
    try {
      if (signal.aborted) return
      if (!events) return await this.#sendResponse(id, response)
      await this.#sendResponse(id, {
        ...response,
        headers: { 'content-type': EVENT_STREAM },
        body: undefined,
      })
      await this.#sendEvents(id, events, window, signal)
    } finally {
      // Not awaited: a generator stuck in a wait of its own must not hold the call's place.
      if (events) void Promise.resolve(events.return?.()).catch(() => {})
    }
  }

  async #sendEvents(
    id: string,
    events: AsyncIterator<unknown, unknown>,
    window: SendWindow,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      const credit = window.take(1)
      if (credit) await credit
      const event = await nextEvent(events, signal)
      const text = eventText(id, event)
      if (text.length > MAX_RESPONSE_CHARS) return await this.#connection.send(eventText(id, tooLargeEvent()))
      await this.#connection.send(text)
      if (event.event !== 'message') return
    }
  }

  async #sendResponse(id: string, response: HandleResponse): Promise<void> {
    const { status, headers, body } = isPlain(response.body) ? response : problemResponse(unsendable())
    let text = responseText(id, { status, headers, body })
    if (text.length > MAX_RESPONSE_CHARS) text = responseText(id, problemResponse(tooLarge()))
    await this.#connection.send(text)
  }
}

interface WireEvent {
  event: 'message' | 'error' | 'done'
  data: unknown
}

async function nextEvent(events: AsyncIterator<unknown, unknown>, signal: AbortSignal): Promise<WireEvent> {
  try {
    const { done, value } = await raceSignal(events.next(), signal)
    return { event: done ? 'done' : 'message', data: value }
  } catch (error) {
    if (signal.aborted) throw error
    return {
      event: 'error',
      data: error instanceof ErrorEvent ? error.data : { json: toWireError(error).toJSON() },
    }
  }
}

function stop(call: ActiveCall, cause: ShoalError): void {
  call.controller.abort(cause)
  call.window.close(cause)
}

function eventText(id: string, event: WireEvent): string {
  return JSON.stringify(serializeResponseMessage(id, MessageType.EVENT_ITERATOR, event))
}

function responseText(id: string, response: HandleResponse): string {
  return JSON.stringify(serializeResponseMessage(id, MessageType.RESPONSE, response))
}

function problemResponse(error: ShoalError): HandleResponse {
  const wire = toWireError(error)
  return { status: wire.status, headers: {}, body: { json: wire.toJSON() } }
}

function tooLargeEvent(): WireEvent {
  return { event: 'error', data: { json: toWireError(tooLarge()).toJSON() } }
}

function tooLarge(): ShoalError {
  return new ShoalError('too-large', 'the answer is too large to send')
}

function unsendable(): ShoalError {
  return new ShoalError('internal', 'the answer holds files; bytes do not cross the contract')
}

/** What oRPC's serializer makes of plain values; files and forms become something else. */
function isPlain(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && 'json' in body)
}
