import { isShoalError, toHex, type Random } from '../../base/index.ts'
import { MailReader } from '../../client-server/mail/http/index.ts'

/** What the app calls itself to its own server. */
const AGENT = 'Shoal'

/**
 * The app as a mail program: it pulls what it shows from the mail server of this laptop by HTTP, as a program anywhere
 * would, and looks into the mailbox itself only while that server is off.
 */
export class Reading {
  /** What the mail server lets the app itself in with: new at each start, known to nobody else. */
  readonly appPassword: string
  #origins: (() => readonly string[]) | undefined

  constructor(random: Random) {
    this.appPassword = toHex(random.bytes(24))
  }

  /** The mail server runs, reached at these origins; undefined: it does not. */
  servedAt(origins: (() => readonly string[]) | undefined): void {
    this.#origins = origins
  }

  /** From the server if it answers, else from the mailbox itself. Rejects with `not-found`. */
  async pull<T>(account: string, ask: (reader: MailReader) => Promise<T>, look: () => T): Promise<T> {
    const origin = this.#origins?.()[0]
    if (origin === undefined) return look()
    const reader = new MailReader({ origin, account, password: this.appPassword, agent: AGENT })
    try {
      return await ask(reader)
    } catch (error) {
      if (isShoalError(error, 'not-found')) throw error
      // Switched off at this moment: the mail is here all the same.
      return look()
    }
  }
}
