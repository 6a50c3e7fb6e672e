import type { Clock } from '../../../../base/index.ts'
import { MAX_TOGETHER_MS } from '../limits.ts'

/**
 * Lets messages that arrive at about the same time go to the disk at the same time: a commit costs the same for one as for ten. A message
 * waits while other sessions are in the middle of theirs, but no longer than a few milliseconds, and not at all when there is none.
 */
export class Together {
  readonly #clock: Clock
  /** On their way or waiting here. */
  #begun = 0
  #waiting: (() => void)[] = []
  #stopWaiting: () => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A session begins a message. */
  begin(): void {
    this.#begun++
  }

  /** A message that was begun does not come. */
  cancel(): void {
    this.#begun--
    this.#look()
  }

  /** A message that was begun is there; resolves when it should be written down. */
  ready(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      if (this.#waiting.length === 1) this.#stopWaiting = this.#clock.after(MAX_TOGETHER_MS, () => this.#go())
      this.#look()
    })
  }

  #look(): void {
    if (this.#waiting.length >= this.#begun) this.#go()
  }

  #go(): void {
    this.#stopWaiting()
    const all = this.#waiting
    this.#waiting = []
    this.#begun -= all.length
    for (const resolve of all) resolve()
  }
}
