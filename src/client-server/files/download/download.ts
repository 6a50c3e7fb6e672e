import type { LookupFunction } from 'node:net'
import {
  deadlineSignal,
  isShoalError,
  ShoalError,
  sleep,
  systemRandom,
  toHex,
  type Clock,
  type ErrorCode,
  type Random,
} from '../../../base/index.ts'
import { MAX_ROOT_BYTES, pageHash, pageLengthBound, type Part } from '../../../content/index.ts'
import { plainBuffer, type BufferPool, type StoredShare } from '../../../store/index.ts'
import { GIVE_UP_MS, RETRY_FIRST_MS, RETRY_MAX_MS } from '../limits.ts'
import type { Pace } from '../types.ts'
import { Assembler } from './assembler.ts'
import { Connection, refused, type Answer } from './connection.ts'
import { nextStretch } from './stretches.ts'

export interface HttpDownloadInit {
  /** `http://host:port`, as `h=` of a link has it. */
  readonly origin: string
  /** Where the share goes; what it holds is not asked for again. */
  readonly stored: StoredShare
  readonly buffers: BufferPool
  readonly clock: Clock
  readonly random?: Random | undefined
  readonly signal?: AbortSignal | undefined
  /** Limit of what is received. */
  readonly pace?: Pace | undefined
  /** Without the root it gives up after this long; with it, it waits for ever. 0: never. Milliseconds. */
  readonly giveUpMs?: number | undefined
  /** Resolves the server's name; the system's by default. */
  readonly lookup?: LookupFunction | undefined
  readonly onProgress?: ((progress: HttpProgress) => void) | undefined
}

export interface HttpProgress {
  readonly state: 'receiving' | 'waiting'
  /** Why it waits. */
  readonly reason?: ErrorCode | undefined
  /** Of chunks, verified on disk, resumed ones included. */
  readonly bytesHeld: number
  /** 0 until the root is known. */
  readonly bytesTotal: number
  /** Of bodies, in this run: what the server sent. */
  readonly received: number
}

/**
 * Client–server mode: one connection to one server, the same verification and the same way to the disk as among peers.
 * Asks for what is missing only, goes on where a lost connection ended, and resolves when every part is held (the
 * share's `complete` event tells that files have their names). Throws `server-unreachable`, `server-refused`,
 * `hash-mismatch` (the server's bytes are not the share's: nothing of them is kept), what the store throws when it cannot write, and
 * the signal's reason.
 */
export async function downloadOverHttp(init: HttpDownloadInit): Promise<{ received: number }> {
  const download = new HttpDownload(init)
  try {
    return await download.run()
  } finally {
    await download.stop()
  }
}

class HttpDownload {
  readonly #init: HttpDownloadInit
  readonly #stored: StoredShare
  readonly #connection: Connection
  readonly #assembler: Assembler
  readonly #path: (kind: 'm' | 'b', rest?: string) => string
  #signal: AbortSignal = new AbortController().signal
  #received = 0

  constructor(init: HttpDownloadInit) {
    this.#init = init
    this.#stored = init.stored
    this.#connection = new Connection(init.origin, init.clock, init.lookup)
    this.#assembler = new Assembler(init.stored, init.buffers, () => this.#tell('receiving'))
    this.#path = (kind, rest = '') => `/${kind}/${init.stored.cid.toString()}${rest}`
  }

  async run(): Promise<{ received: number }> {
    const { signal = this.#signal, giveUpMs = GIVE_UP_MS, clock } = this.#init
    this.#signal = signal
    signal.throwIfAborted()
    if (!this.#stored.root) {
      const limit = giveUpMs === 0 ? undefined : deadlineSignal(giveUpMs, 'the server', signal, clock)
      this.#signal = limit?.signal ?? signal
      try {
        await this.#persist(() => this.#fetchRoot())
      } finally {
        limit?.clear()
        this.#signal = signal
      }
    }
    await this.#persist(() => this.#fetchRest())
    return { received: this.#received }
  }

  async stop(): Promise<void> {
    this.#connection.close()
    await this.#assembler.stop()
  }

  /** Does it again, ever more slowly, while the server is away; bytes that came begin the pauses anew. */
  async #persist(work: () => Promise<void>): Promise<void> {
    const { clock, random = systemRandom } = this.#init
    let last: unknown
    for (let pause = RETRY_FIRST_MS; ; pause = Math.min(2 * pause, RETRY_MAX_MS)) {
      const before = this.#received
      try {
        return await work()
      } catch (error) {
        this.#init.signal?.throwIfAborted()
        if (!isShoalError(error, 'server-unreachable')) throw this.#signal.aborted && last ? last : error
        last = error
        if (this.#received > before) pause = RETRY_FIRST_MS
        this.#tell('waiting', 'server-unreachable')
        const wait = Math.max(pause * (0.5 + random.next()), Number(error.data['retryAfterMs'] ?? 0))
        await sleep(wait, { clock, signal: this.#signal }).catch((reason: unknown) => {
          // The limit's own end: what is wrong with the server says more than that time is over.
          throw this.#init.signal?.aborted ? reason : error
        })
      }
    }
  }

  async #fetchRoot(): Promise<void> {
    const bytes = await this.#fetchWhole(this.#path('m'), { min: 1, max: MAX_ROOT_BYTES })
    await this.#stored.putRoot(bytes)
  }

  async #fetchRest(): Promise<void> {
    for (let page = 0; page < this.#stored.pages; page++) {
      if (!this.#stored.held.has(page)) await this.#fetchPage(page)
    }
    this.#tell('receiving')
    for (let at = nextStretch(this.#stored); at; at = nextStretch(this.#stored)) {
      const wanted = this.#assembler.begin(at)
      await this.#fetchBytes(wanted.begin, wanted.end)
      await this.#assembler.flush()
    }
  }

  async #fetchPage(page: Part): Promise<void> {
    const root = this.#stored.root!
    const path = this.#path('m', `/${toHex(pageHash(root, page))}`)
    const bytes = await this.#fetchWhole(path, pageLengthBound(root, page))
    if (!(await this.#stored.putPart(page, plainBuffer(bytes)))) {
      throw new ShoalError('hash-mismatch', 'the server sent a page that is not the share’s', {
        data: { page },
      })
    }
  }

  async #fetchWhole(path: string, bound: { min: number; max: number }): Promise<Uint8Array> {
    const answer = await this.#connection.get({ path, signal: this.#signal })
    if (answer.status !== 200 || answer.length < bound.min || answer.length > bound.max) {
      throw await this.#leave(answer, 'a length that cannot be')
    }
    const bytes = new Uint8Array(answer.length)
    let at = 0
    for await (const piece of answer.body) {
      bytes.set(piece, at)
      at += piece.length
      this.#received += piece.length
    }
    return bytes
  }

  async #fetchBytes(begin: number, end: number): Promise<void> {
    const isWhole = begin === 0 && end === this.#stored.root!.size
    const range = isWhole ? {} : { range: { begin, end } }
    const answer = await this.#connection.get({ path: this.#path('b'), signal: this.#signal, ...range })
    const fits = isWhole ? answer.status === 200 && answer.length === end : this.#fits(answer, begin, end)
    if (!fits) throw await this.#leave(answer, 'another range than asked for')
    for await (const piece of answer.body) {
      this.#received += piece.length
      await this.#assembler.take(piece, this.#signal)
      await this.#waitForPace(piece.length)
    }
  }

  /** The range, or the beginning of it: what the server holds itself (RFC 9110 §15.3.7). */
  #fits({ status, headers, length }: Answer, begin: number, end: number): boolean {
    const match = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/.exec(headers['content-range'] ?? '')
    if (status !== 206 || !match) return false
    const [first, last, size] = match.slice(1).map(Number) as [number, number, number]
    return (
      first === begin &&
      last >= begin &&
      last < end &&
      length === last + 1 - begin &&
      size === this.#stored.root!.size
    )
  }

  async #leave({ body }: Answer, why: string): Promise<ShoalError> {
    await body[Symbol.asyncIterator]().return?.()
    this.#connection.close()
    return refused(why)
  }

  async #waitForPace(bytes: number): Promise<void> {
    const { pace, clock } = this.#init
    if (!pace?.isLimited) return
    pace.take(bytes)
    for (let wait = pace.delay(); wait > 0; wait = pace.delay())
      await sleep(wait, { clock, signal: this.#signal })
  }

  #tell(state: HttpProgress['state'], reason?: ErrorCode): void {
    const { bytesHeld, root } = this.#stored
    this.#init.onProgress?.({
      state,
      reason,
      bytesHeld,
      bytesTotal: root?.size ?? 0,
      received: this.#received,
    })
  }
}
