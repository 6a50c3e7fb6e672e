import { AccessServer } from '../access/access-server.ts'
import { accessOf, type MailAccessInit } from '../access/mail-access.ts'
import { AppendBudget } from './command-reader.ts'
import { ImapSession } from './session.ts'

/** IMAP4rev1: mail stays on the server, seen from as many programs as one likes (RFC 3501). */
export class ImapServer extends AccessServer {
  constructor(init: MailAccessInit & { readonly version: string }) {
    const budget = new AppendBudget()
    super(init, {
      busy: '* BYE too many connections\r\n',
      serve: (wire, secureContext) =>
        new ImapSession({ ...init, wire, secureContext, budget, ...accessOf(init, wire, 'imap') }).run(),
    })
  }
}
