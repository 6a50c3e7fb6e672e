import { SLOW_START_GAIN, SLOW_START_ROUNDS, SLOW_START_ROUND_MS } from './limits.ts'

/**
 * What may be in progress before the uplink's rate is known. The limit by rate feeds on itself: as long as acknowledgements take
 * long (files are opened for the first time, receivers are busy meeting each other) little gets through, so the rate seems low and
 * little is let through. So each acknowledged byte makes room for two, as in TCP's slow start (RFC 5681 §3.1), until several round
 * trips in a row brought no more than those before, as in the start of BBR (Cardwell et al., ACM Queue 14(5), 2016).
 */
export class SlowStart {
  #room = 0
  #sent = 0
  #acknowledged = 0
  /** A round ends when something is acknowledged that had not been sent when it began: that is a round trip. */
  #round: { readonly began: number; readonly from: number; readonly until: number } | undefined
  /** There was more to send than was let through, in this round and in the one before, whose bytes are acknowledged now. */
  #limited = { now: false, before: false }
  #best = 0
  #rounds = 0
  #isOver = false

  /** Bytes beyond those that are let through before anything is known; 0 once the rate is. */
  get room(): number {
    return this.#isOver ? 0 : this.#room
  }

  sent(bytes: number, now: number): void {
    if (this.#isOver) return
    this.#round ??= { began: now, from: this.#acknowledged, until: this.#sent }
    this.#sent += bytes
  }

  /** Something was to be sent and there was no room. */
  markLimited(): void {
    this.#limited.now = true
  }

  acknowledged(bytes: number, now: number): void {
    if (this.#isOver) return
    this.#acknowledged += bytes
    if (this.#wasLimited) this.#room += bytes
    const round = this.#round
    if (!round) return
    const ms = now - round.began
    if (this.#acknowledged <= round.until && ms < SLOW_START_ROUND_MS) return
    this.#endRound((this.#acknowledged - round.from) / Math.max(ms, 1))
    this.#round = { began: now, from: this.#acknowledged, until: this.#sent }
  }

  get #wasLimited(): boolean {
    return this.#limited.now || this.#limited.before
  }

  #endRound(rate: number): void {
    const wasLimited = this.#wasLimited
    this.#limited = { now: false, before: this.#limited.now }
    // Who had no more to send learns nothing of the link.
    if (!wasLimited) return
    if (rate > this.#best * SLOW_START_GAIN) {
      this.#best = rate
      this.#rounds = 0
    } else if (++this.#rounds >= SLOW_START_ROUNDS) this.#isOver = true
  }
}
