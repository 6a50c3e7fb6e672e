import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  Emitter,
  errorMessage,
  Later,
  ShoalError,
  type Clock,
  type EventSource,
  type Logger,
  type Random,
  type Startable,
} from '../../base/index.ts'
import { MailHouse } from '../../client-server/mail/mail-house.ts'
import { QUEUE_PROFILES, type MailResolver } from '../../client-server/mail/queue/index.ts'
import type { Dialogue } from '../../client-server/mail/types.ts'
import type {
  MailAccount,
  MailFileWish,
  MailList,
  MailView,
  QueueProfileName,
  ShownMail,
} from '../../contract/index.ts'
import { composeMessage } from './compose.ts'
import { GATHER_MS } from './limits.ts'
import { KeptProfile } from './kept-profile.ts'
import { Reading } from './reading.ts'
import { saveNewFile } from './save-file.ts'
import {
  accountOf,
  accountViews,
  fileOfMail,
  listFolder,
  mailView,
  removeMail,
  showMail,
  type MailFile,
} from './view.ts'

export interface MailInit {
  readonly home: string
  /** What this laptop's mail server is called. */
  readonly hostName: () => string
  /** What the person is called. */
  readonly personName: () => string
  readonly resolver: MailResolver
  /** Where files of messages are saved. */
  readonly downloadDir: () => string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** Mail on this laptop. Its files are opened with the first use, or at the start when there is mail already. */
export class Mail implements Startable {
  readonly reading: Reading
  readonly #init: MailInit
  readonly #log: Logger
  readonly #events = new Emitter<{ changed: void }>()
  readonly #watched = new Set<string>()
  #house: Promise<MailHouse> | undefined
  readonly #keptProfile: KeptProfile
  #profile: QueueProfileName = 'normal'
  #isStopped = false
  readonly #telling: Later

  constructor(init: MailInit) {
    this.#init = init
    this.#log = init.log.child('mail')
    const work = (): void => this.#events.emit('changed', undefined)
    this.#telling = new Later({ clock: init.clock, waitMs: GATHER_MS, work })
    this.reading = new Reading(init.random)
    this.#keptProfile = new KeptProfile(this.#folder, this.#log)
  }

  get events(): EventSource<{ changed: void }> {
    return this.#events
  }

  get hostName(): string {
    return this.#init.hostName()
  }

  /** What waits in the queue goes on; nobody waits for that. */
  async start(): Promise<void> {
    if (!existsSync(this.#folder)) return
    void this.house().catch((error: unknown) =>
      this.#log.error('the mail of this laptop cannot be opened', { error: errorMessage(error) }),
    )
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#telling.stop()
    const house = await this.#house?.catch(() => undefined)
    await house?.stop()
    this.#events.clear()
  }

  /** Rejects with `storage-failed` and its like when the files cannot be opened; the next call tries again. */
  house(): Promise<MailHouse> {
    if (this.#isStopped) return Promise.reject(new ShoalError('not-running', 'the mail is switched off'))
    return (this.#house ??= this.#open().catch((error: unknown) => {
      this.#house = undefined
      throw error
    }))
  }

  async view(): Promise<MailView> {
    return mailView(await this.house(), this.hostName, this.#profile)
  }

  async addAccount(
    name: string,
    given?: string,
  ): Promise<{ name: string; address: string; password: string }> {
    const house = await this.house()
    const { account, password } = await house.accounts.add(name, given)
    this.#watchMailbox(house, account.name)
    this.#changed()
    return { name: account.name, address: account.address, password }
  }

  async accounts(): Promise<MailAccount[]> {
    return accountViews(await this.house())
  }

  /** Hands a message to the queue, and keeps a copy in Sent. Rejects with `mailbox-missing`, `bad-mail-address`. */
  async send(letter: {
    from: string
    to: readonly string[]
    subject: string
    text: string
  }): Promise<{ queueId: number; messageId: string }> {
    const house = await this.house()
    const account = accountOf(house, letter.from)
    const name = this.#init.personName()
    const message = composeMessage({ ...letter, name, from: account.address })
    const sent = await house.office.submit({ account, recipients: letter.to, message })
    // The message is on its way, whatever becomes of the copy.
    await house.mailboxes.keepSent(account.name, sent.message).catch((error: unknown) => {
      this.#log.warn('no copy of a sent message could be kept', { error: errorMessage(error) })
    })
    return { queueId: sent.queueId, messageId: sent.messageId }
  }

  async list(wish: Parameters<typeof listFolder>[2]): Promise<MailList> {
    return listFolder(await this.house(), this.reading, wish)
  }

  async read(wish: Parameters<typeof showMail>[2]): Promise<ShownMail> {
    return showMail(await this.house(), this.reading, wish)
  }

  /** A file of a message. Rejects with `not-found`. */
  async file(wish: MailFileWish): Promise<MailFile> {
    return fileOfMail(await this.house(), this.reading, wish)
  }

  /** Puts it into the download folder; gives its path. Rejects as `file` and the disk do. */
  async save(wish: MailFileWish): Promise<string> {
    return saveNewFile(this.#init.downloadDir(), await this.file(wish))
  }

  async remove(wish: Parameters<typeof removeMail>[1]): Promise<void> {
    removeMail(await this.house(), wish)
  }

  async dialogues(messageId: string): Promise<readonly Dialogue[]> {
    return (await this.house()).dialogues.of(messageId)
  }

  /** Retries after hours or after seconds, also after the next start. Who waits is tried now. */
  async setProfile(profile: QueueProfileName): Promise<void> {
    const house = await this.house()
    await this.#keptProfile.write(profile)
    this.#profile = profile
    await house.queue.setProfile(QUEUE_PROFILES[profile])
    this.#changed()
  }

  /** A laptop that takes mail is here (again): what waits for it goes now. */
  async laptopIsHere(host: string): Promise<void> {
    const house = await this.#house?.catch(() => undefined)
    await house?.queue.domainIsBack(host)
  }

  get #folder(): string {
    return join(this.#init.home, 'mail')
  }

  async #open(): Promise<MailHouse> {
    const { hostName, resolver, clock, random } = this.#init
    this.#profile = await this.#keptProfile.read()
    const house = await MailHouse.open(
      { clock, random, log: this.#log },
      { folder: this.#folder, hostName, resolver, profile: QUEUE_PROFILES[this.#profile] },
    )
    house.queue.events.on('changed', () => this.#changed())
    for (const { name } of house.accounts.list()) this.#watchMailbox(house, name)
    await house.start()
    return house
  }

  #watchMailbox(house: MailHouse, account: string): void {
    const mailbox = this.#watched.has(account) ? undefined : house.mailboxes.mailbox(account)
    if (!mailbox) return
    this.#watched.add(account)
    mailbox.events.on('added', () => this.#changed())
    mailbox.events.on('changed', () => this.#changed())
  }

  #changed(): void {
    this.#telling.ask()
  }
}
