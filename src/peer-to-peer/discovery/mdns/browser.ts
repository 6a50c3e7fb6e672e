import { CLASS_IN, nameKey, sameName, TYPE, type DnsMessage, type DnsRecord } from './dns-message.ts'
import { encodeMessage } from './encode.ts'
import * as limits from './limits.ts'
import { labelOf, labelsIn, pointerRecord, readAnnouncements, SERVICE, type Announcement } from './service.ts'
import type { MulticastLink } from './multicast-link.ts'
import type { Clock, Random } from '../../../base/index.ts'
import type { PeerId } from '@libp2p/interface'

interface Instance {
  readonly announcement: Announcement
  /** Address it was heard from. */
  readonly from: string
  /** Clock time its records run out, ms. */
  readonly until: number
}

/** A query packet's header and question; each known answer adds at most a label and twelve bytes. */
const QUESTION_BYTES = 40
const KNOWN_ANSWER_BYTES = 36

/** Asks on one interface who is there, at 1, 2, 4 … 60 s, and remembers who answered. */
export class Browser {
  readonly #link: MulticastLink
  readonly #self: PeerId
  readonly #clock: Clock
  readonly #random: Random
  readonly #onPeer: (announcement: Announcement, from: string) => void
  readonly #instances = new Map<string, Instance>()
  #pause = limits.QUERY_FIRST_MS
  #cancel = (): void => {}

  constructor(options: {
    link: MulticastLink
    self: PeerId
    clock: Clock
    random: Random
    onPeer(announcement: Announcement, from: string): void
  }) {
    this.#link = options.link
    this.#self = options.self
    this.#clock = options.clock
    this.#random = options.random
    this.#onPeer = (announcement, from) => options.onPeer(announcement, from)
  }

  start(): void {
    this.#schedule(limits.DELAY_MIN_MS + this.#random.next() * limits.DELAY_SPREAD_MS)
  }

  stop(): void {
    this.#cancel()
    this.#instances.clear()
  }

  get known(): number {
    return this.#instances.size
  }

  onResponse(response: DnsMessage, from: string): void {
    for (const { label, ttl } of labelsIn(response.answers)) if (ttl === 0) this.#forget(label, from)
    for (const announcement of readAnnouncements(response)) {
      if (announcement.ttl === 0 || announcement.peerId.equals(this.#self)) continue
      if (this.#remember(announcement, from)) this.#onPeer(announcement, from)
    }
  }

  /**
   * Somebody else just asked what we are about to ask. If they know nobody that we do not know, the answers they get are
   * all we need (RFC 6762 §7.3).
   */
  onQuery(query: DnsMessage): void {
    const asks = query.questions.some(({ name, type }) => type === TYPE.PTR && sameName(name, SERVICE))
    if (!asks || query.truncated || this.#pause < limits.QUERY_MAX_MS) return
    const mine = new Set(
      [...this.#instances.values()].map(({ announcement }) => labelOf(announcement.peerId)),
    )
    mine.add(labelOf(this.#self))
    if (labelsIn(query.answers).every(({ label }) => mine.has(label.toLowerCase()))) this.#scheduleNext()
  }

  #remember(announcement: Announcement, from: string): boolean {
    const key = announcement.peerId.toString()
    if (!this.#instances.has(key) && !this.#hasRoom(from)) return false
    this.#instances.delete(key)
    this.#instances.set(key, { announcement, from, until: this.#clock.now() + announcement.ttl * 1000 })
    return true
  }

  #hasRoom(from: string): boolean {
    if (this.#instances.size >= limits.MAX_INSTANCES) this.#dropExpired()
    if (this.#instances.size >= limits.MAX_INSTANCES) return false
    let sameSource = 0
    for (const each of this.#instances.values()) if (each.from === from) sameSource++
    return sameSource < limits.MAX_INSTANCES_PER_SOURCE
  }

  /** Only who announced an instance can take it back. */
  #forget(label: string, from: string): void {
    for (const [key, each] of this.#instances) {
      const isIt = nameKey([labelOf(each.announcement.peerId)]) === nameKey([label])
      if (isIt && each.from === from) this.#instances.delete(key)
    }
  }

  #dropExpired(): void {
    const now = this.#clock.now()
    for (const [key, { until }] of this.#instances) if (until <= now) this.#instances.delete(key)
  }

  #query(): void {
    this.#dropExpired()
    for (const packet of queryPackets(this.#knownAnswers())) this.#link.send(packet)
    for (const { announcement, from } of [...this.#instances.values()]) this.#onPeer(announcement, from)
    this.#scheduleNext()
    this.#pause = Math.min(this.#pause * 2, limits.QUERY_MAX_MS)
  }

  /** Those with more than half of their life to go: the others shall answer, and so be refreshed. */
  #knownAnswers(): DnsRecord[] {
    const now = this.#clock.now()
    // Our own too: the query comes back to us.
    const known = [pointerRecord(labelOf(this.#self), limits.RECORD_TTL_S)]
    for (const { announcement, until } of this.#instances.values()) {
      const left = (until - now) / 1000
      if (left > announcement.ttl / 2)
        known.push(pointerRecord(labelOf(announcement.peerId), Math.ceil(left)))
    }
    return known
  }

  #scheduleNext(): void {
    // Up to a fifth later, so that laptops that started together drift apart.
    this.#schedule(this.#pause * (1 + this.#random.next() / 5))
  }

  #schedule(ms: number): void {
    this.#cancel()
    this.#cancel = this.#clock.after(ms, () => this.#query())
  }
}

/** One question; known answers that do not fit follow in further packets (RFC 6762 §7.2). */
export function queryPackets(knownAnswers: readonly DnsRecord[]): Uint8Array[] {
  const perPacket = Math.floor((limits.MAX_SENT_BYTES - QUESTION_BYTES) / KNOWN_ANSWER_BYTES)
  const packets: Uint8Array[] = []
  for (let at = 0; at === 0 || at < knownAnswers.length; at += perPacket) {
    const questions = at === 0 ? [{ name: SERVICE, type: TYPE.PTR, class: CLASS_IN, unicast: false }] : []
    const truncated = at + perPacket < knownAnswers.length
    const answers = knownAnswers.slice(at, at + perPacket)
    packets.push(encodeMessage({ response: false, truncated, questions, answers }))
  }
  return packets
}
