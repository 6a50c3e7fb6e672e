import type { Clock } from '../../../base/index.ts'
import type { StoredShare } from '../../../store/types.ts'
import type { Link } from '../link/link.ts'

/** Who gave something. */
export interface Giver {
  readonly peer: string
  readonly name: string
  readonly isSource: boolean
}

/** Rate samples kept: five minutes, one a second. */
const MAX_SAMPLES = 300
export const SAMPLE_MS = 1_000

export interface RateSample {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Bytes per second. */
  readonly down: number
  readonly up: number
}

/** Who gave which chunk, and bytes of peers that have left. */
export class Ledger {
  readonly #share: StoredShare
  readonly givers: Giver[] = []
  readonly #index = new Map<string, number>()
  /** Giver of each part plus one; 0: held from the beginning, or not held. */
  #giverOf = new Uint16Array(0)
  readonly #live = new Set<Link>()
  #past = { sent: 0, received: 0 }
  #fromSource = 0
  #fromOthers = 0
  readonly samples: RateSample[] = []
  #lastSample: { at: number; sent: number; received: number }
  readonly #clock: Clock

  constructor(share: StoredShare, clock: Clock) {
    this.#share = share
    this.#clock = clock
    this.#lastSample = { at: clock.now(), sent: 0, received: 0 }
  }

  /** Payload bytes, acknowledged and received, since the share was joined. */
  get counters(): { sent: number; received: number } {
    let { sent, received } = this.#past
    for (const link of this.#live) {
      sent += link.sent.total
      received += link.received.total
    }
    return { sent, received }
  }

  /** Of the verified bytes that came: how much from others than the source; undefined before the first. */
  get fromOthers(): number | undefined {
    const all = this.#fromSource + this.#fromOthers
    return all === 0 ? undefined : this.#fromOthers / all
  }

  joined(link: Link): void {
    this.#live.add(link)
  }

  left(link: Link): void {
    if (!this.#live.delete(link)) return
    this.#past.sent += link.sent.total
    this.#past.received += link.received.total
  }

  gave(part: number, giver: Giver): void {
    if (this.#giverOf.length < this.#share.parts) this.#giverOf = new Uint16Array(this.#share.parts)
    this.#giverOf[part] = this.#indexOf(giver) + 1
    const bytes = this.#share.partLength(part)
    if (giver.isSource) this.#fromSource += bytes
    else this.#fromOthers += bytes
  }

  /** Index into `givers`; undefined for what was held from the beginning. */
  giverOf(part: number): number | undefined {
    const index = this.#giverOf[part] ?? 0
    return index === 0 ? undefined : index - 1
  }

  /** To be called once every SAMPLE_MS. */
  sample(): void {
    const now = this.#clock.now()
    const elapsed = now - this.#lastSample.at
    if (elapsed < SAMPLE_MS / 2) return
    const { sent, received } = this.counters
    const perSecond = 1_000 / elapsed
    this.samples.push({
      at: this.#clock.wallNow(),
      down: (received - this.#lastSample.received) * perSecond,
      up: (sent - this.#lastSample.sent) * perSecond,
    })
    if (this.samples.length > MAX_SAMPLES) this.samples.shift()
    this.#lastSample = { at: now, sent, received }
  }

  #indexOf(giver: Giver): number {
    const known = this.#index.get(giver.peer)
    if (known !== undefined) return known
    // Uint16 holds more givers than a share ever has neighbours; beyond, the last stands for the rest.
    if (this.givers.length >= 65_534) return 65_533
    this.givers.push(giver)
    this.#index.set(giver.peer, this.givers.length - 1)
    return this.givers.length - 1
  }
}
