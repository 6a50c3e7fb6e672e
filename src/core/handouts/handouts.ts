import type { Clock, Random } from '../../base/index.ts'
import { MAX_OFFERS, OFFER_MS, TICKET_BYTES } from './limits.ts'

export interface HandedOut {
  /** No path. */
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Files made for a page in a browser. A link that is followed carries no token, so it carries a ticket: good once, and for a minute. The
 * way in of bytes is `Uploads`; this is the way out.
 */
export class Handouts {
  readonly #clock: Clock
  readonly #random: Random
  readonly #offers = new Map<string, { readonly file: HandedOut; readonly forget: () => void }>()

  constructor(init: { clock: Clock; random: Random }) {
    this.#clock = init.clock
    this.#random = init.random
  }

  /** Gives the path from which the page fetches it. The oldest offer goes when there are too many. */
  offer(file: HandedOut): string {
    const [oldest] = this.#offers.keys()
    if (this.#offers.size >= MAX_OFFERS && oldest !== undefined) this.take(oldest)
    const ticket = Buffer.from(this.#random.bytes(TICKET_BYTES)).toString('base64url')
    const forget = this.#clock.after(OFFER_MS, () => this.#offers.delete(ticket))
    this.#offers.set(ticket, { file, forget })
    return `/handout/${ticket}`
  }

  /** What the ticket is for; undefined for one that is unknown, used or too old. */
  take(ticket: string): HandedOut | undefined {
    const found = this.#offers.get(ticket)
    this.#offers.delete(ticket)
    found?.forget()
    return found?.file
  }

  stop(): void {
    for (const ticket of [...this.#offers.keys()]) this.take(ticket)
  }
}
