import { Flags, type Content, type Entry, type Mailbox } from '../mailbox/index.ts'

/** A message of the drop: its number is its place from 1. */
export interface DropMessage {
  readonly entry: Entry
  state: 'kept' | 'deleted'
  wasRead: boolean
}

/**
 * The inbox as one POP3 session sees it: what was there when it began, numbered from 1, deletions only marked until
 * QUIT (RFC 1939 §5, §6).
 */
export class Drop {
  readonly #mailbox: Mailbox
  readonly #messages: readonly DropMessage[]
  readonly #uidValidity: number
  readonly #release: () => void

  private constructor(mailbox: Mailbox, release: () => void) {
    this.#mailbox = mailbox
    this.#release = release
    this.#uidValidity = mailbox.inbox.uidValidity
    this.#messages = [...mailbox.inbox.entries.values()].map((entry) => ({
      entry,
      state: 'kept',
      wasRead: false,
    }))
  }

  /** Undefined while another session has the drop. */
  static open(mailbox: Mailbox): Drop | undefined {
    const release = mailbox.lockDrop()
    return release && new Drop(mailbox, release)
  }

  /** Messages not marked as deleted, with their numbers. */
  *kept(): Generator<readonly [number: number, entry: Entry]> {
    for (const [i, { entry, state }] of this.#messages.entries()) if (state === 'kept') yield [i + 1, entry]
  }

  get count(): number {
    return this.#messages.filter(({ state }) => state === 'kept').length
  }

  get bytes(): number {
    return this.#messages.reduce((sum, { entry, state }) => (state === 'kept' ? sum + entry.size : sum), 0)
  }

  /** Message `number`; undefined when there is none or it is marked as deleted. */
  find(number: number): Entry | undefined {
    const message = this.#messages[number - 1]
    return message?.state === 'kept' ? message.entry : undefined
  }

  /** 1 to 70 printable characters that never change and are never used again (RFC 1939 §7). */
  uniqueId({ uid }: Entry): string {
    return `${this.#uidValidity}.${uid}`
  }

  /** Undefined when an IMAP session removed it meanwhile. */
  read(number: number): Content | undefined {
    const message = this.#messages[number - 1]
    return message && this.#mailbox.inbox.whole(message.entry)
  }

  noteRead(number: number): void {
    const message = this.#messages[number - 1]
    if (message) message.wasRead = true
  }

  delete(number: number): void {
    const message = this.#messages[number - 1]
    if (message) message.state = 'deleted'
  }

  /** Takes back all deletions. */
  reset(): void {
    for (const message of this.#messages) message.state = 'kept'
  }

  /** What QUIT does: removes what is marked, and notes what was read. Throws what the disk says. */
  commit(): void {
    const { inbox } = this.#mailbox
    const read = this.#messages.filter(({ state, wasRead }) => state === 'kept' && wasRead)
    inbox.setFlags(
      read.map(({ entry }) => entry.uid),
      'add',
      Flags.of(['\\Seen']),
    )
    const deleted = this.#messages.filter(({ state }) => state === 'deleted')
    this.#mailbox.expunge(
      inbox,
      deleted.map(({ entry }) => entry.uid),
    )
  }

  /** Lets the next session in. */
  close(): void {
    this.#release()
  }
}
