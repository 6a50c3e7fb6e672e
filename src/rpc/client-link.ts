import type { StandardLinkClient } from '@orpc/client/standard'
import { MessageType, serializeRequestMessage, type BaseMessageFormat } from '@orpc/standard-server-peer'
import { systemClock, type Clock } from '../base/clock.ts'
import { ShoalError } from '../base/errors.ts'
import { Connection, DEFAULT_HEARTBEAT, type Heartbeat } from './connection.ts'
import { EventStream } from './event-stream.ts'
import { EVENT_STREAM, parseServerMessage, type ServerMessage } from './frame.ts'
import { MAX_CLIENT_CALLS, MAX_CLIENT_STREAMS, MAX_REQUEST_CHARS } from './limits.ts'
import { Slots } from './slots.ts'
import type { FrameTransport } from './transport.ts'

export type CallRequest = Parameters<StandardLinkClient<Record<never, never>>['call']>[0]
export type CallResponse = Awaited<ReturnType<StandardLinkClient<Record<never, never>>['call']>>

/** What a typed client is made of: a link, or something that finds one. */
export interface Caller {
  call(request: CallRequest): Promise<CallResponse>
}

export interface ClientLinkOptions {
  clock?: Clock
  heartbeat?: Heartbeat
}

interface Pending {
  resolve: (response: CallResponse) => void
  reject: (error: unknown) => void
  /** Stops heeding the caller's signal. */
  unwatch: () => void
}

interface OpenStream {
  stream: EventStream
  unwatch: () => void
}

/** The client's end of a link: calls out, responses and events in. Ends once; every pending call learns the one cause. */
export class ClientLink implements Caller {
  readonly #connection: Connection
  readonly #slots = new Slots(MAX_CLIENT_CALLS)
  readonly #pending = new Map<string, Pending>()
  readonly #streams = new Map<string, OpenStream>()
  #nextId = 1
  /** Resolves when the core has said hello; rejects when the link ends before. */
  readonly opened: Promise<void>
  /** Resolves with the cause when the link has ended. */
  readonly closed: Promise<ShoalError>

  constructor(transport: FrameTransport, options: ClientLinkOptions = {}) {
    const opened = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<ShoalError>()
    this.opened = opened.promise
    this.closed = closed.promise
    opened.promise.catch(() => {})
    this.#connection = new Connection(transport, {
      role: 'client',
      clock: options.clock ?? systemClock,
      heartbeat: options.heartbeat ?? DEFAULT_HEARTBEAT,
      events: {
        hello: opened.resolve,
        message: (message) => this.#receive(message),
        consumed: () => false,
        closed: (cause) => {
          opened.reject(cause)
          this.#endAll(cause)
          closed.resolve(cause)
        },
      },
    })
    this.#connection.start()
  }

  /** Sends a call. Rejects with the signal's own reason when aborted, with the link's cause when that ends. */
  async call(request: CallRequest): Promise<CallResponse> {
    request.signal?.throwIfAborted()
    await this.#slots.take(request.signal)
    try {
      return await this.#exchange(request)
    } finally {
      this.#slots.release()
    }
  }

  /** Ends the link. */
  close(cause: ShoalError = new ShoalError('core-gone', 'the connection was closed here')): void {
    this.#connection.close(cause)
  }

  async #exchange(request: CallRequest): Promise<CallResponse> {
    if (this.#connection.closed) throw this.#connection.closed
    const id = (this.#nextId++).toString(36)
    const text = JSON.stringify(serializeRequestMessage(id, MessageType.REQUEST, request))
    if (text.length > MAX_REQUEST_CHARS) throw new ShoalError('too-large', 'the call is too large to send')
    const { promise, resolve, reject } = Promise.withResolvers<CallResponse>()
    promise.catch(() => {})
    this.#pending.set(id, { resolve, reject, unwatch: this.#watchSignal(id, request.signal) })
    try {
      await this.#connection.send(text)
      return await promise
    } finally {
      this.#pending.get(id)?.unwatch()
      this.#pending.delete(id)
    }
  }

  /** Aborts the call, or its stream if it has come to that, with the caller's signal. */
  #watchSignal(id: string, signal: AbortSignal | undefined): () => void {
    if (!signal) return () => {}
    const onAbort = (): void => {
      this.#pending.get(id)?.reject(signal.reason)
      this.#dropStream(id)?.fail(signal.reason)
      this.#tellAbort(id)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    return () => signal.removeEventListener('abort', onAbort)
  }

  #tellAbort(id: string): void {
    this.#connection.send(JSON.stringify({ i: id, t: MessageType.ABORT_SIGNAL })).catch(() => {})
  }

  #receive(message: BaseMessageFormat): boolean {
    const parsed = parseServerMessage(message)
    if (!parsed) return false
    // Answers to calls that were aborted here are on their way still: unknown ids are no fault.
    if (parsed.is === 'response') this.#response(parsed)
    else return this.#event(parsed)
    return true
  }

  #event({ id, event, data }: ServerMessage & { is: 'event' }): boolean {
    const stream = event === 'message' ? this.#streams.get(id)?.stream : this.#dropStream(id)
    return stream?.push(event, data) ?? true
  }

  #response({ id, status, streams, body }: ServerMessage & { is: 'response' }): void {
    const pending = this.#pending.get(id)
    if (!pending) return
    if (!streams) {
      pending.resolve({ status, headers: {}, body: async () => body })
    } else if (this.#streams.size < MAX_CLIENT_STREAMS) {
      this.#pending.delete(id)
      const stream = this.#openStream(id, pending.unwatch)
      pending.resolve({ status, headers: { 'content-type': EVENT_STREAM }, body: async () => stream })
    } else {
      pending.reject(new ShoalError('rate-limited', `${MAX_CLIENT_STREAMS} streams are open`))
      this.#tellAbort(id)
    }
  }

  #openStream(id: string, unwatch: () => void): EventStream {
    const stream = new EventStream({
      consumed: (events) => this.#connection.sendControl({ is: 'consumed', id, events }),
      left: () => {
        if (this.#dropStream(id)) this.#tellAbort(id)
      },
    })
    this.#streams.set(id, { stream, unwatch })
    return stream
  }

  #dropStream(id: string): EventStream | undefined {
    const open = this.#streams.get(id)
    this.#streams.delete(id)
    open?.unwatch()
    return open?.stream
  }

  #endAll(cause: ShoalError): void {
    for (const pending of this.#pending.values()) pending.reject(cause)
    for (const id of [...this.#streams.keys()]) this.#dropStream(id)?.fail(cause)
  }
}
