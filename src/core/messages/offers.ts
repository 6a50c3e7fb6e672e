import { peerIdFromString } from '@libp2p/peer-id'
import type { Clock } from '../../base/index.ts'
import type { OfferState, Share } from '../../contract/index.ts'
import type { OfferReport } from '../../peer-to-peer/messages/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import type { Changes } from './changes.ts'
import type { History, StoredMessage } from './history.ts'
import { OFFER_WATCHED_MS, PROGRESS_MS, REPORT_EVERY_MS } from './limits.ts'
import { afterDownload, afterHolding, afterReport, reportOf } from './offer-state.ts'
import type { Post } from './post.ts'
import { openConnection } from './reach.ts'

/** What offers need to know of shares. */
export interface OfferShares {
  find(cid: string): Share | undefined
  /** Of a share's swarm as seen from here: how much each connected peer holds, 0…1, by peer id. */
  holders(cid: string): ReadonlyMap<string, number>
}

export interface OffersInit {
  readonly history: History
  readonly post: Post
  readonly node: Pick<ShoalNode, 'libp2p' | 'events'>
  readonly shares: OfferShares
  readonly changes: Changes
  readonly clock: Clock
}

/** Follows every offer: of those made here what the swarm and the receivers' reports show, of the others the download. */
export class Offers {
  readonly #init: OffersInit
  readonly #reporting = new Set<string>()
  readonly #reportedAt = new Map<string, number>()
  #state: 'running' | 'stopped' = 'stopped'
  #stop: (() => void)[] = []

  constructor(init: OffersInit) {
    this.#init = init
  }

  start(): void {
    const { clock, node } = this.#init
    this.#state = 'running'
    this.#stop = [
      clock.every(PROGRESS_MS, () => this.look()),
      node.events.on('peer-connected', ({ peerId }) => void this.report(peerId.toString())),
    ]
  }

  stop(): void {
    this.#state = 'stopped'
    for (const stop of this.#stop.splice(0)) stop()
  }

  /** A receiver told what became of an offer made here. */
  reported(peerId: string, about: string, report: OfferReport): void {
    const message = this.#init.history.message({ peerId, mine: true, id: about })
    if (message?.offer) this.set(message, afterReport(message.offer.state, report, message.offer.size))
  }

  /** Looks how far everything is. */
  look(): void {
    const { history, shares, clock } = this.#init
    const since = clock.wallNow() - OFFER_WATCHED_MS
    for (const message of history.offers({ mine: true })) {
      if (message.at < since) continue
      const { cid, state, size } = message.offer!
      const has = shares.holders(cid).get(message.peerId) ?? 0
      this.set(message, afterHolding(state, has, size))
    }
    for (const message of history.offers({ mine: false })) {
      const { cid, state } = message.offer!
      this.set(message, afterDownload(state, shares.find(cid)))
      void this.report(message.peerId)
    }
  }

  set(message: StoredMessage, state: OfferState): void {
    if (JSON.stringify(message.offer?.state) === JSON.stringify(state)) return
    this.#init.history.setOfferState(message, state)
    this.#init.changes.touch()
  }

  /** Tells somebody what became of their offers, as far as they do not know it; waits for them if they are away. */
  async report(peerId: string): Promise<void> {
    const { history, node, post } = this.#init
    const connection = openConnection(node, peerIdFromString(peerId))
    if (!connection || this.#reporting.has(peerId)) return
    this.#reporting.add(peerId)
    try {
      for (const message of history.untold(peerId)) {
        const { state } = message.offer!
        const report = reportOf(state)
        if (!report || !this.#isDue(message)) continue
        const isTold = await post.report(connection, message.id, report)
        if (!isTold || this.#state === 'stopped') return
        history.setTold(message, JSON.stringify(state))
      }
    } finally {
      this.#reporting.delete(peerId)
    }
  }

  /** Progress is told now and then, all else at once. */
  #isDue({ peerId, id, offer }: StoredMessage): boolean {
    const key = `${peerId}/${id}`
    if (offer?.state.is !== 'getting') return this.#reportedAt.delete(key) || true
    const now = this.#init.clock.now()
    if (now - (this.#reportedAt.get(key) ?? -Infinity) < REPORT_EVERY_MS) return false
    this.#reportedAt.set(key, now)
    return true
  }
}
