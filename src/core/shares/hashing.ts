import type { Clock } from '../../base/index.ts'
import type { ShareState } from '../../contract/index.ts'
import type { HashingProgress } from '../../store/index.ts'

/** Turns hashing progress into what people see: rate and time left over the whole run, which is steadier than a window. */
export class HashingMeter {
  readonly #clock: Clock
  #latest: HashingProgress = { phase: 'scanning', filesFound: 0, bytesDone: 0, bytesTotal: 0 }
  #begun: { at: number; bytes: number } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  update(progress: HashingProgress): void {
    this.#latest = progress
    if (progress.phase === 'hashing') this.#begun ??= { at: this.#clock.now(), bytes: progress.bytesDone }
  }

  get state(): Extract<ShareState, { is: 'hashing' }> {
    const { filesFound, bytesDone, bytesTotal } = this.#latest
    const rate = this.#rate()
    const secondsLeft = rate > 0 ? (bytesTotal - bytesDone) / rate : null
    return { is: 'hashing', filesFound, bytesDone, bytesTotal, bytesPerSecond: rate, secondsLeft }
  }

  #rate(): number {
    if (!this.#begun) return 0
    const seconds = (this.#clock.now() - this.#begun.at) / 1000
    return seconds > 0 ? (this.#latest.bytesDone - this.#begun.bytes) / seconds : 0
  }
}
