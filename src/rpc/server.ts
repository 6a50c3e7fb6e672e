import { ORPCError } from '@orpc/client'
import type { AnyRouter } from '@orpc/server'
import { StandardRPCHandler } from '@orpc/server/standard'
import { systemClock, type Clock } from '../base/clock.ts'
import { ShoalError } from '../base/errors.ts'
import { silentLogger, type Logger } from '../base/log.ts'
import { DEFAULT_HEARTBEAT, type Heartbeat } from './connection.ts'
import { toWireError } from './problem.ts'
import { ServerLink, type HandleCall } from './server-link.ts'
import { translateErrors } from './translate-errors.ts'
import type { FrameTransport } from './transport.ts'

export interface RpcServerOptions {
  log?: Logger
  clock?: Clock
  heartbeat?: Heartbeat
}

/** Serves one router over any number of links. */
export class RpcServer {
  readonly #handle: HandleCall
  readonly #options: Required<RpcServerOptions>
  readonly #links = new Set<ServerLink>()

  constructor(router: AnyRouter, options: RpcServerOptions = {}) {
    this.#options = {
      log: options.log ?? silentLogger,
      clock: options.clock ?? systemClock,
      heartbeat: options.heartbeat ?? DEFAULT_HEARTBEAT,
    }
    this.#handle = createHandler(router, this.#options.log)
  }

  /** Links open now. */
  get links(): ReadonlySet<ServerLink> {
    return this.#links
  }

  /** Serves the contract over `transport` until either side ends it. */
  accept(transport: FrameTransport, options: { heartbeat?: Heartbeat } = {}): ServerLink {
    const { log, clock } = this.#options
    const heartbeat = options.heartbeat ?? this.#options.heartbeat
    const link = new ServerLink(transport, { handle: this.#handle, clock, heartbeat, log })
    this.#links.add(link)
    void link.closed.then((cause) => {
      this.#links.delete(link)
      if (cause.code === 'protocol-violation') log.warn('closed a link', { cause: cause.message })
    })
    return link
  }

  /** Ends every link; pending calls at the other side reject. */
  close(cause: ShoalError = new ShoalError('core-gone', 'the core has stopped')): void {
    for (const link of [...this.#links]) link.close(cause)
  }
}

function createHandler(router: AnyRouter, log: Logger): HandleCall {
  const handler = new StandardRPCHandler(router, {
    // Inside: what procedures throw. Outside: what oRPC itself finds wrong with a request (its input cannot be decoded).
    clientInterceptors: [
      (call) =>
        translateErrors(
          () => call.next(),
          (error) => procedureError(error, call.path, log),
        ),
    ],
    interceptors: [(call) => translateErrors(() => call.next(), requestError)],
  })
  return async (request) => {
    const { response } = await handler.handle(request, { context: {} })
    if (response) return response
    const unknown = toWireError(new ShoalError('not-supported', `no such call: ${request.url.pathname}`))
    return { status: unknown.status, headers: {}, body: { json: unknown.toJSON() } }
  }
}

function procedureError(error: unknown, path: readonly string[], log: Logger): Error {
  const wire = toWireError(error)
  if (wire.data.code === 'internal') log.error('a call failed', { path: path.join('.'), error })
  return wire
}

function requestError(error: unknown): Error {
  if (error instanceof ORPCError) return toWireError(error)
  return toWireError(new ShoalError('bad-usage', 'the call cannot be read', { cause: error }))
}
