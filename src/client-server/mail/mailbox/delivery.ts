import { toShoalError, type Clock } from '../../../base/index.ts'
import type { Delivery, DeliveryOutcome } from '../types.ts'
import { splitMessage, type Content } from './content-table.ts'
import { doubleKey } from './double.ts'
import { Flags } from './flags.ts'
import type { Folder } from './folder.ts'
import type { Mailbox } from './mailbox.ts'
import { DOUBLES_KNOWN_MS, MAX_MESSAGES_PER_FOLDER } from './limits.ts'
import type { Entry } from './message-table.ts'
import type { Tables } from './tables.ts'

type Outcomes = ReadonlyMap<string, DeliveryOutcome>

interface Waiting {
  readonly delivery: Delivery
  readonly resolve: (outcomes: Outcomes) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Deliveries of one turn of the event loop share one commit: the disk's sync, not the writing, is what costs. A batch
 * that fails as a whole is tried one by one, so that no message stops another.
 */
export class DeliveryBatch {
  readonly #tables: Tables
  readonly #clock: Clock
  readonly #mailbox: (account: string) => Mailbox | undefined
  #waiting: Waiting[] = []
  #forgottenAt = 0

  constructor(tables: Tables, clock: Clock, mailbox: (account: string) => Mailbox | undefined) {
    this.#tables = tables
    this.#clock = clock
    this.#mailbox = mailbox
  }

  add(delivery: Delivery): Promise<Outcomes> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.flush())
      this.#waiting.push({ delivery, resolve, reject })
    })
  }

  flush(): void {
    const batch = this.#waiting
    this.#waiting = []
    if (batch.length === 0) return
    if (batch.length > 1 && this.#tryAll(batch)) return
    for (const waiting of batch) {
      try {
        this.#commit([waiting])
      } catch (error) {
        waiting.reject(toShoalError(error, 'storage-failed'))
      }
    }
  }

  #tryAll(batch: readonly Waiting[]): boolean {
    try {
      this.#commit(batch)
      return true
    } catch {
      return false
    }
  }

  /** Everything or nothing; only then is anybody told. */
  #commit(batch: readonly Waiting[]): void {
    const copies = new Map<Folder, Copy[]>()
    // Mailboxes are made in transactions of their own, before this one.
    const boxes = batch.map(({ delivery }) => this.#boxesOf(delivery))
    const { outcomes, staged } = this.#tables.database.transaction(() => {
      this.#forgetOld()
      const found = batch.map(({ delivery }, i) => this.#sort(delivery, boxes[i]!, copies))
      return {
        outcomes: found,
        staged: [...copies].map(([folder, list]) => [folder, stage(folder, list)] as const),
      }
    })
    for (const [folder, entries] of staged) folder.show(entries)
    batch.forEach(({ resolve }, i) => resolve(outcomes[i]!))
  }

  #boxesOf({ accounts }: Delivery): ReadonlyMap<string, Mailbox | undefined> {
    return new Map(accounts.map((account) => [account, this.#mailbox(account)]))
  }

  #sort(
    delivery: Delivery,
    boxes: ReadonlyMap<string, Mailbox | undefined>,
    copies: Map<Folder, Copy[]>,
  ): Outcomes {
    const content = splitMessage(delivery.message)
    const key = doubleKey(delivery.messageId, content.head, content.body)
    const outcomes = new Map<string, DeliveryOutcome>()
    for (const [account, box] of boxes) {
      const outcome = box ? this.#outcome(box, delivery, key, copies.get(box.inbox) ?? []) : 'no-mailbox'
      outcomes.set(account, outcome)
      if (!box || outcome !== 'stored') continue
      const list = copies.get(box.inbox) ?? []
      list.push({ content, receivedAt: delivery.receivedAt })
      copies.set(box.inbox, list)
    }
    return outcomes
  }

  #outcome(box: Mailbox, delivery: Delivery, key: Uint8Array, before: readonly Copy[]): DeliveryOutcome {
    if (this.#tables.hasArrived(box.id, key)) return 'double'
    const waitingBytes = before.reduce(
      (sum, { content }) => sum + content.head.length + content.body.length,
      0,
    )
    if (!box.hasRoom(waitingBytes + delivery.message.length)) return 'over-quota'
    if (box.inbox.entries.size + before.length >= MAX_MESSAGES_PER_FOLDER) return 'over-quota'
    this.#tables.noteArrival(box.id, key, this.#clock.wallNow())
    return 'stored'
  }

  #forgetOld(): void {
    const now = this.#clock.wallNow()
    if (now - this.#forgottenAt < DOUBLES_KNOWN_MS / 100) return
    this.#forgottenAt = now
    this.#tables.forgetArrivals(now - DOUBLES_KNOWN_MS)
  }
}

interface Copy {
  readonly content: Content
  readonly receivedAt: number
}

function stage(folder: Folder, copies: readonly Copy[]): readonly Entry[] {
  return folder.stage(copies.map((copy) => ({ ...copy, flags: Flags.none })))
}
