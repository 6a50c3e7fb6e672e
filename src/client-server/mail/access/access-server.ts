import type { SecureContext } from 'node:tls'
import { secureContextOf } from './certificate.ts'
import { LineServer, type ListenAddress } from './line-server.ts'
import type { MailAccessInit } from './mail-access.ts'
import type { Wire } from './wire.ts'

/** How one protocol speaks with who reads mail. */
export interface AccessProtocol {
  /** Said to whom there is no room for. */
  readonly busy: string
  /** Serves one connection to its end. */
  readonly serve: (wire: Wire, secureContext: SecureContext | undefined) => Promise<void>
}

/** A server of one protocol by which people read their mail. */
export class AccessServer {
  readonly #server: LineServer

  constructor(
    { clock, log, tls, maxConnectionsPerAddress }: MailAccessInit,
    { busy, serve }: AccessProtocol,
  ) {
    const secureContext = tls && secureContextOf(tls)
    this.#server = new LineServer({
      clock,
      log,
      maxConnectionsPerAddress,
      busy,
      serve: (wire) => serve(wire, secureContext),
    })
  }

  get connections(): number {
    return this.#server.connections
  }

  /** Listens at one more address; gives the port. Throws `port-taken`, `permission-denied`. */
  listen(where: ListenAddress): Promise<number> {
    return this.#server.listen(where)
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }
}
