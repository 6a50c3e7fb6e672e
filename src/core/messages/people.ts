import { peerIdFromString } from '@libp2p/peer-id'
import type { IdentityWords, Person } from '../../contract/index.ts'
import { identityWords } from '../../peer-to-peer/messages/index.ts'
import type { Nearby } from '../../peer-to-peer/nearby/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import type { History, KnownPerson } from './history.ts'
import { MAX_PEOPLE } from './limits.ts'

export interface PeopleInit {
  readonly history: History
  readonly node: Pick<ShoalNode, 'isConnected'>
  readonly nearby: Pick<Nearby, 'peers' | 'card'>
}

/** Everybody a person may write to, under the name they go by. */
export class People {
  readonly #init: PeopleInit
  readonly #words = new Map<string, IdentityWords>()

  constructor(init: PeopleInit) {
    this.#init = init
  }

  /** Those written with, last first, then those who are merely here. */
  list(): Person[] {
    const known = this.#init.history.people()
    const written = new Set(known.map(({ peerId }) => peerId))
    const others = this.#init.nearby.peers().flatMap(({ peerId, card }): KnownPerson[] => {
      const id = peerId.toString()
      const fresh = { blocked: false, verified: false, unread: 0, wroteTo: false }
      return written.has(id) ? [] : [{ peerId: id, name: card.name, ...fresh }]
    })
    return [...known, ...others].map((person) => this.#view(person))
  }

  /** What somebody is called now, else was called last. */
  nameOf(peerId: string): string {
    const card = this.#init.nearby.card(peerIdFromString(peerId))
    return card?.name ?? this.#init.history.person(peerId)?.name ?? `…${peerId.slice(-6)}`
  }

  isHere(peerId: string): boolean {
    return this.#init.node.isConnected(peerIdFromString(peerId))
  }

  /** Everybody here who may be asked something; who is blocked is not. */
  nearby(): string[] {
    const ids = this.#init.nearby.peers().map(({ peerId }) => peerId.toString())
    return ids.filter((id) => !this.#init.history.person(id)?.blocked)
  }

  wordsOf(peerId: string): IdentityWords {
    let words = this.#words.get(peerId)
    if (!words) {
      if (this.#words.size >= MAX_PEOPLE) this.#words.clear()
      const { en, ko } = identityWords(peerIdFromString(peerId))
      this.#words.set(peerId, (words = { en: [...en], ko: [...ko] }))
    }
    return words
  }

  #view({ peerId, name, blocked, verified, unread }: KnownPerson): Person {
    const last = this.#init.history.last(peerId)
    return {
      peerId,
      name,
      here: this.isHere(peerId),
      words: this.wordsOf(peerId),
      verified,
      blocked,
      unread,
      last: last ? { at: last.at, mine: last.mine, text: last.text, offer: last.offer?.name ?? null } : null,
    }
  }
}
