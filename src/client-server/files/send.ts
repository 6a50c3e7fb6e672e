import { isShoalError, type Clock } from '../../base/index.ts'
import { BlockPool } from './block-pool.ts'
import { writeBody } from './body.ts'
import type { ReadPlan } from './chunk-reader.ts'
import { evaluate, rangeApplies } from './conditions.ts'
import { COMMON_HEADERS, type Exchange, type ShareExchange } from './exchange.ts'
import {
  BLOCK_BYTES,
  BLOCKS_AHEAD,
  BLOCKS_UNSENT,
  MANY_TRANSFERS,
  PACED_BLOCK_BYTES,
  RETRY_AFTER_SECONDS,
  SMALL_BLOCK_BYTES,
} from './limits.ts'
import { contentRange, parseRange, type RangeWish } from './ranges.ts'
import type { Representation } from './representation.ts'
import type { Pace, ServedShare } from './types.ts'

export interface SenderInit {
  readonly clock: Clock
  readonly pace?: Pace | undefined
  readonly onSent?: ((share: ServedShare, bytes: number) => void) | undefined
  /** Says in the client's language that something is not here yet. */
  readonly sendError: (exchange: Exchange, status: number, headers?: Record<string, string>) => void
}

/** Answers GET and HEAD of representations: conditions, one range, and bytes at the client's pace. */
export class Sender {
  readonly #init: SenderInit
  readonly #pool = new BlockPool()
  #transfers = 0

  constructor(init: SenderInit) {
    this.#init = init
  }

  async send(exchange: ShareExchange, representation: Representation): Promise<void> {
    const { request, response, method } = exchange
    const { etag, length } = representation
    const verdict = evaluate(request.headers, etag)
    if (verdict === 'failed') return this.#init.sendError(exchange, 412)
    if (verdict === 'not-modified') {
      response.writeHead(304, { ...validators(representation), ...COMMON_HEADERS }).end()
      return
    }
    // RFC 9110 §14.2: Range means something in a GET alone.
    const wish: RangeWish =
      method === 'GET' && rangeApplies(request.headers, etag)
        ? parseRange(request.headers.range, length)
        : { is: 'whole' }
    if (wish.is === 'unsatisfiable') {
      return this.#init.sendError(exchange, 416, { 'Content-Range': `bytes */${length}` })
    }
    await this.#sendBytes(exchange, representation, wish)
  }

  async #sendBytes(
    exchange: ShareExchange,
    representation: Representation,
    wish: RangeWish & { is: 'whole' | 'part' },
  ): Promise<void> {
    const { begin, end } = wish.is === 'part' ? wish : { begin: 0, end: representation.length }
    const held = await representation.heldUntil(begin, end)
    const last = held < end && wish.is === 'part' && representation.mayShorten ? held : end
    if (held < last || last < begin || (last === begin && end > begin)) return this.#notHere(exchange)
    const { response, method } = exchange
    const head = (): void => {
      response.writeHead(wish.is === 'part' ? 206 : 200, {
        ...COMMON_HEADERS,
        ...representation.headers,
        ...validators(representation),
        'Accept-Ranges': 'bytes',
        'Content-Length': last - begin,
        ...(wish.is === 'part' && { 'Content-Range': contentRange(begin, last, representation.length) }),
      })
    }
    if (method === 'HEAD' || last === begin) {
      head()
      response.end()
      return
    }
    this.#transfers++
    try {
      await this.#transfer(exchange, representation, begin, last, head)
    } finally {
      this.#transfers--
    }
  }

  /** The first block is read before the head is sent, so that what cannot be read has an honest status. */
  async #transfer(
    exchange: ShareExchange,
    representation: Representation,
    begin: number,
    end: number,
    head: () => void,
  ): Promise<void> {
    const { signal, response, share } = exchange
    const plan = this.#plan(signal)
    const blocks = representation.read(begin, end, plan)[Symbol.asyncIterator]()
    try {
      const first = await blocks.next().catch((error: unknown) => {
        if (isGone(error)) return undefined
        throw error
      })
      if (!first) return this.#notHere(exchange)
      head()
      const { clock, pace } = this.#init
      await writeBody(response, startingWith(first, blocks), end - begin, {
        clock,
        signal,
        pool: this.#pool,
        mostUnsent: BLOCKS_UNSENT * plan.block,
        pace: pace?.isLimited ? pace : undefined,
        onSent: (bytes) => this.#init.onSent?.(share, bytes),
      })
      response.end()
    } finally {
      await blocks.return?.()
    }
  }

  #plan(signal: AbortSignal): ReadPlan {
    const pool = this.#pool
    if (this.#init.pace?.isLimited) return { block: PACED_BLOCK_BYTES, ahead: 1, signal, pool }
    if (this.#transfers > MANY_TRANSFERS) return { block: SMALL_BLOCK_BYTES, ahead: 0, signal, pool }
    return { block: BLOCK_BYTES, ahead: BLOCKS_AHEAD, signal, pool }
  }

  #notHere(exchange: Exchange): void {
    this.#init.sendError(exchange, 503, { 'Retry-After': String(RETRY_AFTER_SECONDS) })
  }
}

/** Not held any more, or not what it was when it was shared. */
export function isGone(error: unknown): boolean {
  return isShoalError(error, 'source-changed') || isShoalError(error, 'not-found')
}

function validators({ etag }: Representation): Record<string, string> {
  // Asked again each time, so that what is not shared any more is not shown.
  return { ETag: etag, 'Cache-Control': 'private, no-cache' }
}

async function* startingWith(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let next = first; !next.done; next = await rest.next()) yield next.value
}
