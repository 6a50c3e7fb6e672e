import { ShoalError, type Logger, type Clock } from '../../../base/index.ts'
import type { Delivery, DeliveryOutcome, Mailboxes } from '../types.ts'
import { openMailboxFile } from './database.ts'
import { DeliveryBatch } from './delivery.ts'
import { FIRST_FOLDERS, INBOX } from './folder-name.ts'
import { Flags } from './flags.ts'
import { DEFAULT_QUOTA_BYTES, DOUBLES_KNOWN_MS } from './limits.ts'
import { Mailbox } from './mailbox.ts'
import { Tables } from './tables.ts'

export interface MailboxStoreInit {
  /** The SQLite file; its folder exists. */
  readonly path: string
  readonly clock: Clock
  readonly log: Logger
  /** Whether an account of this name exists: mail for any other is not taken. */
  readonly isAccount: (name: string) => boolean
  readonly quotaBytes?: number | undefined
}

/** Every mailbox of this laptop, in one file. One process at a time. */
export class MailboxStore implements Mailboxes {
  readonly #init: MailboxStoreInit
  readonly #tables: Tables
  readonly #boxes = new Map<string, Mailbox>()
  readonly #batch: DeliveryBatch

  /** Opens the file. Throws `storage-failed`, `permission-denied`, `disk-full`. */
  constructor(init: MailboxStoreInit) {
    const { path, clock, log } = init
    this.#init = init
    const { database, keptAside } = openMailboxFile(path, clock.wallNow())
    if (keptAside !== undefined) log.warn('the mailboxes were damaged and are kept aside', { keptAside })
    this.#tables = new Tables(database)
    this.#tables.forgetArrivals(clock.wallNow() - DOUBLES_KNOWN_MS)
    this.#batch = new DeliveryBatch(this.#tables, clock, (account) => this.mailbox(account))
  }

  /** An account's mailbox, made at the first call; undefined when there is no such account. */
  mailbox(account: string): Mailbox | undefined {
    const known = this.#boxes.get(account)
    if (known) return known
    if (!this.#init.isAccount(account)) return undefined
    const row = this.#tables.findMailbox(account) ?? this.#make(account)
    const { clock, quotaBytes = DEFAULT_QUOTA_BYTES } = this.#init
    const mailbox = new Mailbox({ row, tables: this.#tables, clock, quotaBytes })
    this.#boxes.set(account, mailbox)
    return mailbox
  }

  deliver(delivery: Delivery): Promise<ReadonlyMap<string, DeliveryOutcome>> {
    return this.#batch.add(delivery)
  }

  hasRoom(account: string, bytes: number): boolean {
    return this.mailbox(account)?.hasRoom(bytes) ?? false
  }

  async keepSent(account: string, message: Uint8Array): Promise<void> {
    const mailbox = this.mailbox(account)
    if (!mailbox) throw new ShoalError('mailbox-missing', 'there is no such account', { data: { account } })
    mailbox.sent.append(message, { receivedAt: this.#init.clock.wallNow(), flags: Flags.of(['\\Seen']) })
  }

  /** Writes what is waiting and closes the file. */
  close(): void {
    this.#batch.flush()
    this.#tables.database.close()
  }

  #make(account: string): ReturnType<Tables['addMailbox']> {
    const tables = this.#tables
    return tables.database.transaction(() => {
      const uidValidity = Math.floor(this.#init.clock.wallNow() / 1000)
      const row = tables.addMailbox(account, uidValidity)
      tables.folders.add(row.id, INBOX, uidValidity)
      tables.folders.subscribe(row.id, INBOX)
      for (const [name, use] of FIRST_FOLDERS) {
        tables.folders.add(row.id, name, uidValidity, use)
        tables.folders.subscribe(row.id, name)
      }
      return row
    })
  }
}
