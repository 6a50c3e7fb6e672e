import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Cleanup, type Startable } from '../../base/index.ts'
import type { Database } from '../../store/database.ts'
import { AccountBook } from './accounts/index.ts'
import { DialogueBook } from './dialogues/index.ts'
import { MailboxStore } from './mailbox/index.ts'
import { Office, openPostFile } from './office/index.ts'
import { MailQueue, type MailResolver, type QueueProfile } from './queue/index.ts'
import { SmtpClient, SmtpServer, type SmtpServerInit } from './smtp/index.ts'
import { loadTlsIdentity } from './tls/index.ts'
import type { MailComponents, TlsIdentity } from './types.ts'

export interface MailHouseInit {
  /** Folder of its own; made when it is not there. */
  readonly folder: string
  /** What this laptop's mail server is called, which is also what addresses end in: `alpha.shoal.internal`. */
  readonly hostName: () => string
  readonly resolver: MailResolver
  readonly profile: QueueProfile
  readonly quotaBytes?: number | undefined
}

/** Everything about mail on one laptop, but for its listeners: accounts, mailboxes, queue, and what was said. */
export class MailHouse implements Startable {
  readonly accounts: AccountBook
  readonly mailboxes: MailboxStore
  readonly queue: MailQueue
  readonly office: Office
  readonly dialogues: DialogueBook
  readonly #components: MailComponents
  readonly #init: MailHouseInit
  readonly #cleanup = new Cleanup()

  /** Opens the files in `init.folder`. Rejects with `storage-failed`, `permission-denied`, `disk-full`. */
  static async open(components: MailComponents, init: MailHouseInit): Promise<MailHouse> {
    await mkdir(init.folder, { recursive: true, mode: 0o700 })
    return new MailHouse(components, init)
  }

  private constructor(components: MailComponents, init: MailHouseInit) {
    const { clock, random, log } = components
    const { hostName } = init
    this.#components = components
    this.#init = init
    const { database, keptAside } = openPostFile(join(init.folder, 'post.db'), clock.wallNow())
    if (keptAside !== undefined) log.warn('accounts and queue were damaged and are kept aside', { keptAside })
    const accounts = new AccountBook({ database, clock, random, domain: hostName })
    this.accounts = accounts
    this.mailboxes = new MailboxStore({
      path: join(init.folder, 'mailboxes.db'),
      clock,
      log,
      isAccount: (name) => accounts.get(name) !== undefined,
      quotaBytes: init.quotaBytes,
    })
    this.dialogues = new DialogueBook(database, clock, log)
    this.office = new Office(components, {
      hostName,
      accounts,
      mailboxes: this.mailboxes,
      enqueue: (item) => this.queue.add(item),
    })
    this.queue = this.#makeQueue(database)
    this.#cleanup.add(() => database.close())
    this.#cleanup.add(() => this.mailboxes.close())
    this.#cleanup.add(() => this.dialogues.flush())
    this.#cleanup.add(() => this.queue.stop())
  }

  async start(): Promise<void> {
    await this.queue.start()
  }

  /** The queue first, the files last. */
  stop(): Promise<void> {
    return this.#cleanup.run()
  }

  /** Key and certificate under the present name. */
  tls(): Promise<TlsIdentity> {
    const { clock, random } = this.#components
    return loadTlsIdentity({
      path: join(this.#init.folder, 'tls.pem'),
      host: this.#init.hostName(),
      clock,
      random,
    })
  }

  /** An SMTP server for this house, not yet started. */
  smtpServer(
    options: Pick<SmtpServerInit, 'hosts' | 'port' | 'tls' | 'maxMessageBytes' | 'maxSessionsPerSource'>,
  ): SmtpServer {
    const { hostName } = this.#init
    const { office, accounts, dialogues } = this
    return new SmtpServer(this.#components, { ...options, hostName, office, accounts, dialogues })
  }

  #makeQueue(database: Database): MailQueue {
    const { hostName, resolver, profile } = this.#init
    const { accounts, dialogues, office } = this
    const { clock } = this.#components
    return new MailQueue(this.#components, {
      database,
      connect: (hop, signal) =>
        SmtpClient.connect(hop, { clock, dialogues, ownName: hostName() }, { signal }),
      profile,
      hostName,
      resolver,
      isLocalDomain: (domain) => accounts.isLocalDomain(domain),
      // The server of the domain `alpha…` is called that, or `mail.alpha…`.
      isSelf: (host) => accounts.isLocalDomain(host.replace(/^mail\./, '')),
      deliverLocally: (letter) => office.deliverLocally(letter),
    })
  }
}
