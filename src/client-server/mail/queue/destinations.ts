import type { Random } from '../../../base/index.ts'
import { MAX_ATTEMPTS_AT_ONCE, MAX_CONNECTIONS_PER_DESTINATION } from './limits.ts'
import { retryPause, type QueueProfile } from './profile.ts'

interface Destination {
  active: number
  /** Attempts in vain since somebody was reached there. */
  failures: number
}

/** How each domain's servers have answered lately, and how many attempts are under way. */
export class Destinations {
  readonly #byDomain = new Map<string, Destination>()
  readonly #random: Random
  #active = 0

  constructor(random: Random) {
    this.#random = random
  }

  get active(): number {
    return this.#active
  }

  /** Begins an attempt if there is room for one: a domain that did not answer is asked by one message at a time. */
  begin(domain: string): boolean {
    const destination = this.#byDomain.get(domain) ?? { active: 0, failures: 0 }
    const most = destination.failures > 0 ? 1 : MAX_CONNECTIONS_PER_DESTINATION
    if (this.#active >= MAX_ATTEMPTS_AT_ONCE || destination.active >= most) return false
    destination.active++
    this.#active++
    this.#byDomain.set(domain, destination)
    return true
  }

  end(domain: string): void {
    const destination = this.#byDomain.get(domain)!
    destination.active--
    this.#active--
    if (destination.active === 0 && destination.failures === 0) this.#byDomain.delete(domain)
  }

  /** Nobody was reached: how long to leave that domain alone. Milliseconds. */
  failed(domain: string, profile: QueueProfile): number {
    const destination = this.#byDomain.get(domain)!
    return retryPause(profile, ++destination.failures, this.#random)
  }

  /** Somebody was reached. */
  reached(domain: string): void {
    const destination = this.#byDomain.get(domain)
    if (destination) destination.failures = 0
  }

  /** What was is not held against them. */
  forget(): void {
    for (const destination of this.#byDomain.values()) destination.failures = 0
  }
}
