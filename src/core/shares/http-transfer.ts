import type { LookupFunction } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import {
  Bitmap,
  ShoalError,
  sleep,
  toShoalError,
  type Clock,
  type ErrorCode,
  type Random,
} from '../../base/index.ts'
import {
  chooseServer,
  downloadOverHttp,
  type HttpProgress,
  type Pace,
} from '../../client-server/files/index.ts'
import type { BufferPool, StoredShare } from '../../store/index.ts'
import {
  HTTP_CHANGE_SERVER_MS,
  HTTP_DISK_RETRY_MS,
  HTTP_RETRY_FIRST_MS,
  HTTP_RETRY_MAX_MS,
} from '../limits.ts'
import { RateMeter, type RateSample } from './rate-meter.ts'

export interface HttpTransferInit {
  readonly stored: StoredShare
  /** Origins that the link names. */
  readonly origins: readonly string[]
  readonly buffers: BufferPool
  readonly clock: Clock
  readonly random: Random
  /** Limits of this share and of the whole app. */
  readonly pace: Pace
  readonly lookup: LookupFunction
  readonly onChange: () => void
  /** The disk cannot take it for now; undefined when it can again. */
  readonly onTrouble: (error: ShoalError | undefined) => void
  readonly onFailed: (error: ShoalError) => void
}

/** How a download from a server stands. Rates in bytes per second. */
export interface HttpSnapshot {
  readonly state: 'looking' | 'receiving' | 'waiting'
  /** The server it speaks to. */
  readonly origin: string | undefined
  readonly received: number
  readonly downRate: number
  readonly rates: readonly RateSample[]
  readonly isPaced: boolean
  /** Parts that were held before it began: not from the server. */
  readonly heldBefore: Bitmap | undefined
}

/** What may pass: the disk is full, or closed to us. */
const DISK_CODES: readonly ErrorCode[] = ['disk-full', 'permission-denied', 'path-missing', 'storage-failed']

/**
 * A download in client–server mode from beginning to end: finds a server of those the link names, receives over one
 * connection, waits while the server is away, goes to another address when it stays away.
 */
export class HttpTransfer {
  readonly #init: HttpTransferInit
  readonly #stop = new AbortController()
  readonly #meter: RateMeter
  #heldBefore: Bitmap | undefined
  #state: HttpSnapshot['state'] = 'looking'
  #origin: string | undefined
  /** Bytes of the downloads that ended, and of the one under way. */
  #ended = 0
  #current = 0

  constructor(init: HttpTransferInit) {
    this.#init = init
    this.#meter = new RateMeter(init.clock, () => this.received)
    if (init.stored.root) this.#heldBefore = init.stored.held.clone()
  }

  get received(): number {
    return this.#ended + this.#current
  }

  /** The servers it goes to are these. */
  asks(origins: readonly string[]): boolean {
    return isDeepStrictEqual(origins, this.#init.origins)
  }

  start(): void {
    this.#meter.start()
    this.#run().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.#init.onFailed(toShoalError(error))
    })
  }

  stop(): void {
    this.#meter.stop()
    this.#stop.abort()
  }

  snapshot(): HttpSnapshot {
    return {
      state: this.#state,
      origin: this.#origin,
      received: this.received,
      downRate: this.#state === 'receiving' ? this.#meter.rate : 0,
      rates: this.#meter.samples,
      isPaced: this.#init.pace.isLimited && this.#init.pace.delay() > 0,
      heldBefore: this.#heldBefore,
    }
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#init
    const { signal } = this.#stop
    for (let pause = HTTP_RETRY_FIRST_MS; ; pause = Math.min(2 * pause, HTTP_RETRY_MAX_MS)) {
      const before = this.received
      try {
        return await this.#download()
      } catch (error) {
        signal.throwIfAborted()
        const problem = toShoalError(error)
        if (DISK_CODES.includes(problem.code)) {
          this.#init.onTrouble(problem)
          await sleep(HTTP_DISK_RETRY_MS, { clock, signal })
          this.#init.onTrouble(undefined)
        } else if (problem.code !== 'server-unreachable') throw problem
        if (this.received > before) pause = HTTP_RETRY_FIRST_MS
        this.#set('waiting')
        await sleep(pause * (0.5 + random.next()), { clock, signal })
      }
    }
  }

  async #download(): Promise<void> {
    const { stored, clock, random, buffers, pace, lookup, origins } = this.#init
    const { signal } = this.#stop
    this.#origin = undefined
    const origin = await chooseServer(origins, stored.cid, { clock, signal, lookup })
    this.#origin = origin
    this.#set('receiving')
    const patience = new Patience(clock, signal)
    const onProgress = (progress: HttpProgress): void => {
      patience.see(progress)
      this.#see(progress)
    }
    try {
      const common = { origin, stored, buffers, clock, random, pace, lookup }
      await downloadOverHttp({ ...common, signal: patience.signal, onProgress })
    } catch (error) {
      throw patience.isOver ? patience.error : error
    } finally {
      patience.stop()
      this.#ended += this.#current
      this.#current = 0
    }
  }

  #see({ state, received }: HttpProgress): void {
    this.#current = received
    // The root has just come: nothing of it was held before.
    this.#heldBefore ??= new Bitmap(this.#init.stored.parts)
    this.#set(state)
  }

  #set(state: HttpSnapshot['state']): void {
    if (this.#state === state) return
    this.#state = state
    this.#init.onChange()
  }
}

/** Ends the wait for a server that stays away, so that its other addresses get a try. */
class Patience {
  readonly #clock: Clock
  readonly #over = new AbortController()
  readonly signal: AbortSignal
  error: unknown
  #cancel: (() => void) | undefined

  constructor(clock: Clock, outer: AbortSignal) {
    this.#clock = clock
    this.signal = AbortSignal.any([outer, this.#over.signal])
  }

  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  see({ state }: HttpProgress): void {
    if (state === 'receiving') return this.stop()
    this.#cancel ??= this.#clock.after(HTTP_CHANGE_SERVER_MS, () => {
      this.error = new ShoalError('server-unreachable', 'the server does not answer')
      this.#over.abort(this.error)
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
