import { Cleanup } from '../../base/index.ts'
import type { Clock, Logger } from '../../base/index.ts'
import { createMailHandler, MAIL_PREFIX } from '../../client-server/mail/http/index.ts'
import { ImapServer } from '../../client-server/mail/imap/index.ts'
import type { MailHouse } from '../../client-server/mail/mail-house.ts'
import { Pop3Server } from '../../client-server/mail/pop3/index.ts'
import type { ServerRole, Where } from '../servers/role.ts'
import type { Mail } from './mail.ts'

interface Around {
  readonly mail: Mail
  readonly version: string
  readonly clock: Clock
  readonly log: Logger
}

/** A server that is told where to listen, one address after the other. */
interface Listener {
  listen(where: { host: string; port: number }): Promise<number>
  stop(): Promise<void>
}

/** The mail server: SMTP takes, POP3, IMAP and HTTP hand out. */
export function mailRole(around: Around): ServerRole {
  return {
    name: 'mail',
    async start(where) {
      const cleanup = new Cleanup()
      try {
        const house = await around.mail.house()
        const { handler, ...ports } = await open(around, house, where, cleanup)
        return { ports, mounts: [{ prefix: MAIL_PREFIX, handler }], stop: () => cleanup.run() }
      } catch (error) {
        await cleanup.run()
        throw error
      }
    },
  }
}

async function open({ mail, version, clock, log }: Around, house: MailHouse, where: Where, cleanup: Cleanup) {
  const { hosts, listen } = where
  const tls = await house.tls()
  const smtp = await listen('smtp', async (port) => {
    const server = house.smtpServer({ hosts, port, tls })
    await server.start()
    return server
  })
  cleanup.add(() => smtp.stop())
  const { accounts, dialogues } = house
  const mailbox = (account: string): ReturnType<typeof house.mailboxes.mailbox> =>
    house.mailboxes.mailbox(account)
  const access = { clock, log: log.child('mail'), accounts, mailbox, dialogues, host: mail.hostName, tls }
  const pop3 = await listen('pop3', (port) => openAt(() => new Pop3Server(access), hosts, port, cleanup))
  const imap = await listen('imap', (port) =>
    openAt(() => new ImapServer({ ...access, version }), hosts, port, cleanup),
  )
  const { reading } = mail
  reading.servedAt(where.origins)
  cleanup.add(() => reading.servedAt(undefined))
  const handler = createMailHandler({ ...access, appPassword: reading.appPassword })
  return { smtp: smtp.port, pop3, imap, handler }
}

/** One server at one port of every address, or none. */
async function openAt(
  make: () => Listener,
  hosts: readonly string[],
  wanted: number,
  cleanup: Cleanup,
): Promise<number> {
  const server = make()
  try {
    let port = wanted
    for (const host of hosts) port = await server.listen({ host, port })
    cleanup.add(() => server.stop())
    return port
  } catch (error) {
    await server.stop()
    throw error
  }
}
