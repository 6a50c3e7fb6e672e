import { secureContextOf } from '../access/certificate.ts'
import { LineServer, type ListenAddress } from '../access/line-server.ts'
import { accessOf, type MailAccessInit } from '../access/mail-access.ts'
import { Pop3Session } from './session.ts'

/** POP3: hands out the inbox and forgets it (RFC 1939). */
export class Pop3Server {
  readonly #server: LineServer

  constructor(init: MailAccessInit) {
    const { clock, log, tls, maxConnectionsPerAddress } = init
    const secureContext = tls && secureContextOf(tls)
    this.#server = new LineServer({
      clock,
      log,
      maxConnectionsPerAddress,
      busy: '-ERR [SYS/TEMP] too many connections\r\n',
      serve: (wire) =>
        new Pop3Session({ ...init, wire, secureContext, ...accessOf(init, wire, 'pop3') }).run(),
    })
  }

  get connections(): number {
    return this.#server.connections
  }

  /** Listens at one more address; gives the port. Throws `port-taken`. */
  listen(where: ListenAddress): Promise<number> {
    return this.#server.listen(where)
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }
}
