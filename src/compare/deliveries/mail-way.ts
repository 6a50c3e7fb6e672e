import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Cleanup, systemClock, systemRandom, type Logger } from '../../base/index.ts'
import { createMailHandler, MailReader } from '../../client-server/mail/http/index.ts'
import { MailHouse } from '../../client-server/mail/mail-house.ts'
import type { MailResolver } from '../../client-server/mail/queue/index.ts'
import type { SmtpServer } from '../../client-server/mail/smtp/index.ts'
import { composeMessage } from '../../core/mail/compose.ts'
import { FIRST_RETRY_MS, LONGEST_RETRY_MS, PULL_MS } from './limits.ts'
import type { Arrived } from './way.ts'

const HOUR_MS = 3_600_000
/** Nothing is given up within a trial. */
const PATIENCE = {
  firstRetryMs: FIRST_RETRY_MS,
  longestRetryMs: LONGEST_RETRY_MS,
  warnAfterMs: HOUR_MS,
  expireAfterMs: 2 * HOUR_MS,
}
const [ALICES, BOBS] = ['alice.shoal.internal', 'bob.shoal.internal'] as const

/**
 * Mail from Alice to Bob: her server queues and pushes by SMTP to his, which keeps it in his mailbox; his reader pulls by HTTP while
 * his laptop is awake.
 */
export class MailWay {
  readonly #arrived: Arrived
  readonly #log: Logger
  readonly #cleanup = new Cleanup()
  #ports: { smtp: number; http: number } = { smtp: 0, http: 0 }
  #alice!: { house: MailHouse; account: Awaited<ReturnType<MailHouse['accounts']['add']>>['account'] }
  #bob!: { house: MailHouse; address: string; reader: MailReader }
  #server: { smtp: SmtpServer; http: Server } | undefined
  #stopPulling: () => void = () => {}
  #isPulling = false

  private constructor(arrived: Arrived, log: Logger) {
    this.#arrived = arrived
    this.#log = log
  }

  static async open(folder: string, arrived: Arrived, log: Logger): Promise<MailWay> {
    const way = new MailWay(arrived, log)
    try {
      await way.#open(folder)
      return way
    } catch (error) {
      await way.stop()
      throw error
    }
  }

  stop(): Promise<void> {
    return this.#cleanup.run()
  }

  async send(number: number): Promise<void> {
    const { house, account } = this.#alice
    const { address } = this.#bob
    const from = account.address
    const message = composeMessage({
      name: 'Alice',
      from,
      to: [address],
      subject: String(number),
      text: 'Hello',
    })
    await house.office.submit({ account, recipients: [address], message })
  }

  /** The recipient's laptop wakes: its mail reader asks again. */
  wake(): void {
    this.#stopPulling = systemClock.every(PULL_MS, () => void this.#pull())
  }

  sleep(): void {
    this.#stopPulling()
  }

  /** The recipient's server comes (back) to where it was. */
  async serverUp(): Promise<void> {
    const { house } = this.#bob
    const smtp = house.smtpServer({ hosts: ['127.0.0.1'], port: this.#ports.smtp, tls: undefined })
    await smtp.start()
    const { accounts, mailboxes, dialogues } = house
    const mailbox = (name: string) => mailboxes.mailbox(name)
    const handler = createMailHandler({ clock: systemClock, log: this.#log, accounts, mailbox, dialogues })
    const http = createServer(handler).listen(this.#ports.http, '127.0.0.1')
    await once(http, 'listening')
    this.#ports = { smtp: smtp.port, http: (http.address() as AddressInfo).port }
    this.#server = { smtp, http }
  }

  async serverDown(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    server.http.closeAllConnections()
    server.http.close()
    await server.smtp.stop()
  }

  async #open(folder: string): Promise<void> {
    const alice = await this.#openHouse(join(folder, 'alice'), ALICES)
    const bob = await this.#openHouse(join(folder, 'bob'), BOBS)
    this.#alice = { house: alice, account: (await alice.accounts.add('alice')).account }
    const { account, password } = await bob.accounts.add('bob')
    const origin = (): string => `http://127.0.0.1:${this.#ports.http}`
    const init = {
      account: account.name,
      password,
      agent: 'Shoal',
      get origin() {
        return origin()
      },
    }
    this.#bob = { house: bob, address: account.address, reader: new MailReader(init) }
    this.#cleanup.add(() => this.serverDown())
    await this.serverUp()
    this.#cleanup.add(() => this.sleep())
    this.wake()
  }

  async #openHouse(folder: string, hostName: string): Promise<MailHouse> {
    const components = { clock: systemClock, random: systemRandom, log: this.#log }
    const init = { folder, hostName: () => hostName, resolver: this.#names(), profile: PATIENCE }
    const house = await MailHouse.open(components, init)
    this.#cleanup.add(() => house.stop())
    await house.start()
    return house
  }

  /** Where Bob's server is. The look-up itself is compared elsewhere. */
  #names(): MailResolver {
    const target = `mail.${BOBS}`
    return {
      resolveMx: async () => ({ is: 'found', records: [{ preference: 10, exchange: target }] }),
      resolveSrv: async () => ({
        is: 'found',
        records: [{ priority: 0, weight: 0, port: this.#ports.smtp, target }],
      }),
      resolveAddress: async () => ({ is: 'found', records: ['127.0.0.1'] }),
    }
  }

  async #pull(): Promise<void> {
    if (this.#isPulling) return
    this.#isPulling = true
    try {
      const { messages } = await this.#bob.reader.list('INBOX')
      for (const { subject } of messages) this.#arrived(Number(subject))
    } catch {
      // The server is down: asked again in a moment.
    } finally {
      this.#isPulling = false
    }
  }
}
