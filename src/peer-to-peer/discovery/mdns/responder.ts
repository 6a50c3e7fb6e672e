import { nameKey, TYPE, CLASS_ANY, CLASS_IN, type DnsMessage, type DnsQuestion } from './dns-message.ts'
import { encodeMessage } from './encode.ts'
import * as limits from './limits.ts'
import {
  detailRecords,
  instanceName,
  labelOf,
  labelsIn,
  pointerRecord,
  SERVICE,
  type Announcement,
} from './service.ts'
import type { MulticastLink } from './multicast-link.ts'
import type { Clock, Random } from '../../../base/index.ts'

/** Says on one interface that this laptop is here: announces, answers, takes its leave. */
export class Responder {
  readonly #link: MulticastLink
  readonly #own: Announcement
  readonly #clock: Clock
  readonly #random: Random
  /** Queriers we are about to answer, or whose known answers still arrive. */
  readonly #pending = new Map<string, { cancel: () => void; isKnown: boolean }>()
  readonly #names: ReadonlySet<string>
  #cancelAnnounce = (): void => {}
  #cancelAnswer: (() => void) | undefined
  #sentAt = Number.NEGATIVE_INFINITY

  constructor(options: { link: MulticastLink; own: Announcement; clock: Clock; random: Random }) {
    this.#link = options.link
    this.#own = options.own
    this.#clock = options.clock
    this.#random = options.random
    const label = labelOf(options.own.peerId)
    this.#names = new Set([SERVICE, instanceName(label), [label, 'local']].map(nameKey))
  }

  /** Twice, a second apart (RFC 6762 §8.3). */
  start(): void {
    this.#multicast()
    this.#cancelAnnounce = this.#clock.after(limits.ANNOUNCE_AGAIN_MS, () => this.#multicast())
  }

  onQuery(query: DnsMessage, from: string): void {
    const asked = query.questions.some((question) => this.#concerns(question))
    const waiting = this.#pending.get(from)
    if (!asked && !waiting) return
    // Known answers (§7.1): who knows us for at least half the record's life needs no answer.
    const label = labelOf(this.#own.peerId)
    const isKnown = labelsIn(query.answers).some(
      (known) => nameKey([known.label]) === nameKey([label]) && known.ttl >= limits.RECORD_TTL_S / 2,
    )
    if (waiting) waiting.isKnown ||= isKnown
    else if (!isKnown || query.truncated) this.#await(query, from, isKnown)
  }

  /** A goodbye (§10.1), sent before the link is closed. */
  stop(): void {
    this.#cancelAnnounce()
    this.#cancelAnswer?.()
    for (const { cancel } of this.#pending.values()) cancel()
    this.#pending.clear()
    this.#send(0)
  }

  #concerns(question: DnsQuestion): boolean {
    if (question.class !== CLASS_IN && question.class !== CLASS_ANY) return false
    const types: readonly number[] = [TYPE.PTR, TYPE.SRV, TYPE.TXT, TYPE.A, TYPE.AAAA, TYPE.ANY]
    return types.includes(question.type) && this.#names.has(nameKey(question.name))
  }

  #await(query: DnsMessage, from: string, isKnown: boolean): void {
    if (this.#pending.size >= limits.MAX_PENDING_QUERIES) return
    const delay = query.truncated
      ? limits.CONTINUED_MIN_MS + this.#random.next() * limits.CONTINUED_SPREAD_MS
      : limits.DELAY_MIN_MS + this.#random.next() * limits.DELAY_SPREAD_MS
    const cancel = this.#clock.after(delay, () => {
      const outcome = this.#pending.get(from)
      this.#pending.delete(from)
      if (outcome && !outcome.isKnown) this.#answer()
    })
    this.#pending.set(from, { cancel, isKnown })
  }

  /** One answer serves everyone who asked within the last second (§6). */
  #answer(): void {
    const wait = this.#sentAt + limits.MIN_INTERVAL_MS - this.#clock.now()
    if (wait <= 0) return this.#multicast()
    this.#cancelAnswer ??= this.#clock.after(wait, () => this.#multicast())
  }

  #multicast(): void {
    this.#cancelAnswer?.()
    this.#cancelAnswer = undefined
    this.#sentAt = this.#clock.now()
    this.#send(limits.RECORD_TTL_S)
  }

  #send(ttl: number): void {
    const own = { ...this.#own, ttl }
    const answers = [pointerRecord(labelOf(own.peerId), ttl), ...detailRecords(own)]
    this.#link.send(encodeMessage({ response: true, answers }))
  }
}
