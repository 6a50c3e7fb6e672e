import type { AnyContractRouter, ContractRouterClient } from '@orpc/contract'
import { systemClock, type Clock } from '../base/clock.ts'
import { raceSignal, sleep } from '../base/deadline.ts'
import { isShoalError, ShoalError, toShoalError } from '../base/errors.ts'
import { Emitter } from '../base/events.ts'
import { systemRandom, type Random } from '../base/random.ts'
import { ClientLink, type Caller, type CallRequest, type CallResponse } from './client-link.ts'
import { createClient } from './client.ts'
import type { Heartbeat } from './connection.ts'
import { RECONNECT_FIRST_MS, RECONNECT_MAX_MS } from './limits.ts'
import type { FrameTransport } from './transport.ts'

export type ConnectionState =
  /** `attempt` counts from 1; `problem` is why the last one failed or the last link ended. */
  | { is: 'connecting'; attempt: number; problem: ShoalError | undefined }
  | { is: 'open' }
  /** For good: closed here, or a core of another version. */
  | { is: 'closed'; cause: ShoalError }

export interface ReconnectingOptions {
  connect: (signal: AbortSignal) => Promise<FrameTransport>
  clock?: Clock
  random?: Random
  heartbeat?: Heartbeat
}

/**
 * A link that finds its core again, with back-off. Calls under way when a link ends reject with `core-gone` and are
 * not repeated (they may have been done); calls made meanwhile wait for the next link, or their own signal.
 */
export class ReconnectingLink implements Caller {
  readonly #options: ReconnectingOptions
  readonly #clock: Clock
  readonly #random: Random
  readonly #emitter = new Emitter<{ state: ConnectionState }>()
  readonly #stop = new AbortController()
  #state: ConnectionState = { is: 'connecting', attempt: 1, problem: undefined }
  #link = Promise.withResolvers<ClientLink>()

  constructor(options: ReconnectingOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? systemRandom
    this.#link.promise.catch(() => {})
    void this.#run()
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** Calls `listener` on every change; returns the function that removes it. */
  onState(listener: (state: ConnectionState) => void): () => void {
    return this.#emitter.on('state', listener)
  }

  async call(request: CallRequest): Promise<CallResponse> {
    const link = await raceSignal(this.#link.promise, request.signal)
    return link.call(request)
  }

  /** Ends it for good; what waits rejects with `cause`. */
  close(cause: ShoalError = new ShoalError('core-gone', 'the connection was closed here')): void {
    this.#stop.abort(cause)
  }

  /**
   * The values of an iterator that is opened again on every new link: begins again with what the core sends first (a
   * snapshot). Ends when the caller stops reading, its signal fires or the connection is closed for good; throws what
   * the core refuses.
   */
  async *resubscribe<T>(
    open: (options: { signal: AbortSignal }) => Promise<AsyncIterable<T>>,
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<T, void, void> {
    const signal = options.signal ? AbortSignal.any([options.signal, this.#stop.signal]) : this.#stop.signal
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        for await (const value of await open({ signal })) {
          failures = 0
          yield value
        }
      } catch (error) {
        if (signal.aborted) return
        if (!isShoalError(error, 'core-gone')) throw error
      }
      // The core that ends an iterator is about to stop; the link's end may come a moment later.
      await sleep(this.#backOff(failures), { signal, clock: this.#clock }).catch(() => {})
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    let problem: ShoalError | undefined
    for (let attempt = 1; !signal.aborted; attempt++) {
      this.#set({ is: 'connecting', attempt, problem })
      try {
        const link = await this.#open(signal)
        attempt = 0
        problem = await this.#hold(link, signal)
      } catch (error) {
        problem = toShoalError(error, 'core-gone')
        if (problem.code === 'not-supported') break
      }
      await sleep(this.#backOff(attempt), { signal, clock: this.#clock }).catch(() => {})
    }
    const cause = signal.aborted ? toShoalError(signal.reason) : problem!
    this.#link.reject(cause)
    this.#set({ is: 'closed', cause })
  }

  async #open(signal: AbortSignal): Promise<ClientLink> {
    const transport = await this.#options.connect(signal)
    const { heartbeat } = this.#options
    const link = new ClientLink(transport, { clock: this.#clock, ...(heartbeat && { heartbeat }) })
    try {
      await raceSignal(link.opened, signal)
      return link
    } catch (error) {
      link.close()
      throw error
    }
  }

  /** Until the link ends; the cause. */
  async #hold(link: ClientLink, signal: AbortSignal): Promise<ShoalError> {
    const onStop = (): void => link.close(toShoalError(signal.reason))
    signal.addEventListener('abort', onStop, { once: true })
    if (signal.aborted) onStop()
    this.#link.resolve(link)
    this.#set({ is: 'open' })
    const cause = await link.closed
    signal.removeEventListener('abort', onStop)
    this.#link = Promise.withResolvers<ClientLink>()
    this.#link.promise.catch(() => {})
    return cause
  }

  #backOff(attempt: number): number {
    const ms = Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** Math.min(attempt, 16))
    return ms * (0.5 + this.#random.next() / 2)
  }

  #set(state: ConnectionState): void {
    this.#state = state
    this.#emitter.emit('state', state)
  }
}

/** A typed client that survives its links. */
export function reconnectingClient<C extends AnyContractRouter>(
  options: ReconnectingOptions,
): { client: ContractRouterClient<C>; link: ReconnectingLink } {
  const link = new ReconnectingLink(options)
  return { client: createClient<C>(link), link }
}
