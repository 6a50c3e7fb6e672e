import type { Clock } from '../../../base/index.ts'
import { TurnBatch } from '../turn-batch.ts'
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

/** Deliveries of one turn of the event loop, in one transaction. */
export class DeliveryBatch {
  readonly #tables: Tables
  readonly #clock: Clock
  readonly #mailbox: (account: string) => Mailbox | undefined
  readonly #batch = new TurnBatch<Delivery, Outcomes>((deliveries) => this.#commit(deliveries))
  #forgottenAt = 0

  constructor(tables: Tables, clock: Clock, mailbox: (account: string) => Mailbox | undefined) {
    this.#tables = tables
    this.#clock = clock
    this.#mailbox = mailbox
  }

  add(delivery: Delivery): Promise<Outcomes> {
    return this.#batch.add(delivery)
  }

  flush(): void {
    this.#batch.flush()
  }

  #commit(deliveries: readonly Delivery[]): readonly Outcomes[] {
    const copies = new Map<Folder, Copy[]>()
    // Mailboxes are made in transactions of their own, before this one.
    const boxes = deliveries.map((delivery) => this.#boxesOf(delivery))
    const { outcomes, staged } = this.#tables.database.transaction(() => {
      this.#forgetOld()
      const found = deliveries.map((delivery, i) => this.#sort(delivery, boxes[i]!, copies))
      return {
        outcomes: found,
        staged: [...copies].map(([folder, list]) => [folder, stage(folder, list)] as const),
      }
    })
    for (const [folder, entries] of staged) folder.show(entries)
    return outcomes
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
