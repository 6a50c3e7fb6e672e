import type { Clock } from '../../../base/index.ts'
import type { TokenBucket } from '../../../transport/token-bucket.ts'
import { MAX_IN_PROGRESS_BYTES } from '../limits.ts'
import type { SharePolicy, Uplink } from '../policy/facade.ts'
import type { UploadBlock } from '../policy/types.ts'

export interface UploadTarget {
  readonly policy: SharePolicy
  /** Upload limit of this share alone. */
  readonly upLimit: TokenBucket
  sendBlock(block: UploadBlock): void
}

/** Takes blocks from the uplink as long as it gives any, and as fast as the limits allow. */
export class UploadPump {
  readonly #uplink: Uplink
  readonly #clock: Clock
  readonly #limit: TokenBucket
  readonly #targets = new Map<object, UploadTarget>()
  readonly #wakes = new Set<number>()
  #timer: { at: number; stop: () => void } | undefined
  #isPumping = false

  constructor(init: { uplink: Uplink; clock: Clock; limit: TokenBucket }) {
    this.#uplink = init.uplink
    this.#clock = init.clock
    this.#limit = init.limit
  }

  get uplink(): Uplink {
    return this.#uplink
  }

  add(target: UploadTarget): void {
    this.#targets.set(target.policy, target)
    this.#uplink.add(target.policy)
  }

  remove(target: UploadTarget): void {
    this.#targets.delete(target.policy)
    this.#uplink.remove(target.policy)
  }

  /** To be called after facts and after acknowledgements. */
  pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      while (this.#sendOne());
    } finally {
      this.#isPumping = false
    }
  }

  /** Sends nothing of one share for `ms`. */
  holdShare(target: UploadTarget, ms: number): void {
    target.policy.holdUploads(this.#clock.now() + ms)
    this.#later(ms)
  }

  stop(): void {
    this.#timer?.stop()
  }

  #sendOne(): boolean {
    const delay = this.#limit.delay()
    if (delay > 0) return this.#later(delay)
    if (this.#uplink.inProgress >= MAX_IN_PROGRESS_BYTES) return false
    const now = this.#clock.now()
    const block = this.#uplink.nextBlock(now)
    const target = block && this.#targets.get(block.share)
    if (!block || !target) return false
    this.#limit.take(block.length)
    target.upLimit.take(block.length)
    const wait = target.upLimit.delay()
    if (wait > 0) this.holdShare(target, wait)
    target.sendBlock(block)
    return true
  }

  /** Comes back in `ms`. Earlier times to come back at stay: each may be another share's. */
  #later(ms: number): false {
    this.#wakes.add(this.#clock.now() + ms)
    this.#arm()
    return false
  }

  #arm(): void {
    const next = Math.min(...this.#wakes)
    if (this.#timer && this.#timer.at <= next) return
    this.#timer?.stop()
    this.#timer = undefined
    if (next === Infinity) return
    const stop = this.#clock.after(Math.max(1, Math.ceil(next - this.#clock.now())), () => this.#wake())
    this.#timer = { at: next, stop }
  }

  #wake(): void {
    const { at } = this.#timer!
    this.#timer = undefined
    // Timers may come a millisecond early: the share would still be held, and nobody would ask again.
    if (this.#clock.now() < at) return this.#arm()
    for (const wake of this.#wakes) if (wake <= at) this.#wakes.delete(wake)
    this.pump()
    this.#arm()
  }
}
