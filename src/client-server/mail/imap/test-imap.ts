/** For tests: an IMAP server over mailboxes of its own, and a client that numbers its commands. Not part of `index.ts`. */
import { expect, onTestFinished } from 'vitest'
import { silentLogger, systemClock } from '../../../base/index.ts'
import type { MailAccessInit } from '../access/mail-access.ts'
import { PASSWORD, TestClient, testAccounts } from '../access/test-access.ts'
import type { Mailbox, MailboxStore } from '../mailbox/index.ts'
import { openTestMailboxes } from '../mailbox/test-mailboxes.ts'
import { ImapServer } from './server.ts'

export interface RunningImap {
  readonly port: number
  readonly server: ImapServer
  readonly store: MailboxStore
  readonly mailbox: Mailbox
}

export async function runImap(
  options: Partial<MailAccessInit> & { quotaBytes?: number } = {},
): Promise<RunningImap> {
  const { quotaBytes, ...init } = options
  const { store } = openTestMailboxes(quotaBytes === undefined ? {} : { quotaBytes })
  const server = new ImapServer({
    clock: systemClock,
    log: silentLogger,
    accounts: testAccounts(),
    mailbox: (account) => store.mailbox(account),
    host: 'b.test',
    version: '1.2.3',
    ...init,
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.stop())
  return { port, server, store, mailbox: store.mailbox('bob')! }
}

export class ImapClient {
  readonly raw: TestClient
  #count = 0

  private constructor(raw: TestClient) {
    this.raw = raw
  }

  static async connect(port: number): Promise<ImapClient> {
    const client = new ImapClient(await TestClient.connect(port))
    expect(await client.raw.line()).toMatch(/^\* OK \[CAPABILITY IMAP4rev1 /)
    return client
  }

  /** Logged in, and with a folder selected if one is named. */
  static async open(port: number, folder?: string): Promise<ImapClient> {
    const client = await ImapClient.connect(port)
    expect(await client.ask(`LOGIN bob "${PASSWORD}"`)).toMatch(/^t OK/)
    if (folder !== undefined) expect(await client.ask(`SELECT ${folder}`)).toMatch(/\r\nt OK/)
    return client
  }

  /** Sends a command; gives all that is answered, its tag written as `t`, without the last line end. */
  async ask(...pieces: readonly string[]): Promise<string> {
    const tag = `a${++this.#count}`
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) await this.raw.until(/\+ .*\r\n/)
      this.raw.send(i === 0 ? `${tag} ${piece}` : piece)
      this.raw.send(i === pieces.length - 1 ? '\r\n' : `{${Buffer.byteLength(pieces[i + 1]!, 'latin1')}}\r\n`)
    }
    const text = await this.raw.until(new RegExp(`(^|\r\n)${tag} (OK|NO|BAD).*\r\n`))
    return text.slice(0, -2).replace(new RegExp(`(^|\r\n)${tag} `), '$1t ')
  }

  /** Sends a command without waiting. */
  send(text: string): void {
    this.raw.send(`b${++this.#count} ${text}\r\n`)
  }
}
