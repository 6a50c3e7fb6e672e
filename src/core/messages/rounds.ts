import { errorMessage, ShoalError, toHex, type Logger, type Random } from '../../base/index.ts'
import type { OfferRound, OfferTile } from '../../contract/index.ts'
import type { ShareCard } from '../../content/index.ts'
import type { Changes } from './changes.ts'
import type { History, StoredMessage, StoredRound } from './history.ts'
import { OFFERS_AT_ONCE } from './limits.ts'
import type { People } from './people.ts'
import type { Post } from './post.ts'

export interface RoundsInit {
  readonly history: History
  readonly post: Post
  readonly changes: Changes
  readonly random: Random
  readonly now: () => number
  readonly people: Pick<People, 'nearby' | 'nameOf' | 'isHere'>
  readonly log: Logger
}

export const newMessageId = (random: Random): string => toHex(random.bytes(16))

/** Offers of one share to several laptops at once. */
export class Rounds {
  readonly #init: RoundsInit

  constructor(init: RoundsInit) {
    this.#init = init
  }

  /** Begins a round; who gets it and who does not shows on its tiles. */
  begin(offer: ShareCard, to: readonly string[] | undefined, text: string): string {
    const { history, random, now, people } = this.#init
    const peers = to ?? people.nearby()
    if (peers.length === 0) throw new ShoalError('peer-unreachable', 'nobody is nearby to offer it to')
    const round = { id: newMessageId(random), at: now(), everyone: to === undefined, text, offer }
    history.addRound(round)
    this.#offer(
      round,
      peers.map((peerId) => ({ peerId, id: newMessageId(random) })),
    )
    return round.id
  }

  /** Once more to those who did not get it; those who declined are left in peace. */
  again(roundId: string): void {
    const { history, people, random } = this.#init
    const round = history.round(roundId)
    if (!round) throw new ShoalError('not-found', 'there is no such round of offers')
    const offers = history.offersOfRound(roundId)
    const known = new Set(offers.map(({ peerId }) => peerId))
    const rest = offers.filter(isOfRest).map(({ peerId, id }) => ({ peerId, id }))
    const newcomers = round.everyone ? people.nearby().filter((peerId) => !known.has(peerId)) : []
    this.#offer(round, [...rest, ...newcomers.map((peerId) => ({ peerId, id: newMessageId(random) }))])
  }

  close(roundId: string): void {
    this.#init.history.closeRound(roundId)
    this.#init.changes.touch()
  }

  view(): OfferRound[] {
    return this.#init.history.rounds().map((round) => {
      const { id, at, everyone, offer } = round
      const { cid, name, kind, size } = offer
      const tiles = this.#init.history.offersOfRound(id).map((message) => this.#tile(message))
      return { id, at, cid, name, kind, size, everyone, tiles }
    })
  }

  #tile({ peerId, delivery, offer }: StoredMessage): OfferTile {
    const { people } = this.#init
    return { peerId, name: people.nameOf(peerId), here: people.isHere(peerId), delivery, state: offer!.state }
  }

  /** A few at a time, in the background: what becomes of each is kept with its offer. */
  #offer(round: StoredRound, to: readonly { peerId: string; id: string }[]): void {
    const left = [...to]
    const { text, offer, id: roundId } = round
    const worker = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) {
        await this.#init.post.send({ ...next, text, offer, round: roundId })
      }
    }
    const workers = Array.from({ length: OFFERS_AT_ONCE }, worker)
    Promise.all(workers).catch((error: unknown) => {
      this.#init.log.warn('a round of offers broke off', { error: errorMessage(error) })
    })
  }
}

function isOfRest({ delivery, offer }: StoredMessage): boolean {
  return delivery.is !== 'sending' && (offer!.state.is === 'open' || offer!.state.is === 'failed')
}
