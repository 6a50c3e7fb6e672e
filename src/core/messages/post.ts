import { peerIdFromString } from '@libp2p/peer-id'
import { errorMessage, ShoalError, type AbortOptions, type Logger } from '../../base/index.ts'
import type { Delivery } from '../../contract/index.ts'
import type { Messenger, OfferReport, PeerMessage } from '../../peer-to-peer/messages/index.ts'
import { toProblem } from '../shares/problem.ts'
import type { Changes } from './changes.ts'
import type { History, NewMessage, StoredMessage } from './history.ts'
import type { Reach } from './reach.ts'
import type { Connection } from '@libp2p/interface'

export interface PostInit {
  readonly history: History
  readonly messenger: Messenger
  readonly reach: Reach
  readonly changes: Changes
  readonly nameOf: (peerId: string) => string
  readonly log: Logger
}

/** Sends messages and keeps what became of each. */
export class Post {
  readonly #init: PostInit
  readonly #stopping = new AbortController()
  readonly #sending = new Set<Promise<unknown>>()

  constructor(init: PostInit) {
    this.#init = init
  }

  /** Ends what is being sent, and waits for that. */
  async stop(): Promise<void> {
    this.#stopping.abort(new ShoalError('cancelled', 'the app was closed before it was sent'))
    await Promise.allSettled(this.#sending)
  }

  /** Sends a note or an offer, once; how that went is the `delivery` of what is returned. */
  async send(
    message: Omit<NewMessage, 'mine' | 'delivery'>,
    options: AbortOptions = {},
  ): Promise<StoredMessage> {
    const { history, changes, nameOf } = this.#init
    const own = { ...message, mine: true }
    const added = history.add({ ...own, delivery: { is: 'sending' } }, nameOf(message.peerId))
    changes.touch()
    const delivery = await this.#deliver(message.peerId, wireForm(message), options)
    history.setDelivery(own, delivery)
    changes.touch()
    return { ...added, delivery }
  }

  /** Tells who made an offer what became of it; false when they could not be told now. */
  async report(connection: Connection, about: string, report: OfferReport): Promise<boolean> {
    try {
      await this.#init.messenger.send(connection, { is: 'report', about, report })
      return true
    } catch (error) {
      this.#init.log.debug('a report on an offer did not arrive', { error: errorMessage(error) })
      return false
    }
  }

  async #deliver(peerId: string, message: PeerMessage, options: AbortOptions): Promise<Delivery> {
    try {
      const connection = await this.#init.reach.connect(peerIdFromString(peerId), options)
      await this.#init.messenger.send(connection, message, options)
      return { is: 'delivered' }
    } catch (error) {
      return { is: 'undeliverable', problem: toProblem(error) }
    }
  }
}

function wireForm({ id, text, offer }: Omit<NewMessage, 'mine' | 'delivery'>): PeerMessage {
  return offer ? { is: 'offer', id, text, share: offer } : { is: 'note', id, text }
}
