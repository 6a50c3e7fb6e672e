import { secureContextOf } from '../access/certificate.ts'
import { LineServer, type ListenAddress } from '../access/line-server.ts'
import { accessOf, type MailAccessInit } from '../access/mail-access.ts'
import { AppendBudget } from './command-reader.ts'
import { ImapSession } from './session.ts'

/** IMAP4rev1: mail stays on the server, seen from as many programs as one likes (RFC 3501). */
export class ImapServer {
  readonly #server: LineServer

  constructor(init: MailAccessInit & { readonly version: string }) {
    const { clock, log, tls, maxConnectionsPerAddress } = init
    const secureContext = tls && secureContextOf(tls)
    const budget = new AppendBudget()
    this.#server = new LineServer({
      clock,
      log,
      maxConnectionsPerAddress,
      busy: '* BYE too many connections\r\n',
      serve: (wire) =>
        new ImapSession({ ...init, wire, secureContext, budget, ...accessOf(init, wire, 'imap') }).run(),
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
