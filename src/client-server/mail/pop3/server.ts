import { AccessServer } from '../access/access-server.ts'
import { accessOf, type MailAccessInit } from '../access/mail-access.ts'
import { Pop3Session } from './session.ts'

/** POP3: hands out the inbox and forgets it (RFC 1939). */
export class Pop3Server extends AccessServer {
  constructor(init: MailAccessInit) {
    super(init, {
      busy: '-ERR [SYS/TEMP] too many connections\r\n',
      serve: (wire, secureContext) =>
        new Pop3Session({ ...init, wire, secureContext, ...accessOf(init, wire, 'pop3') }).run(),
    })
  }
}
