import { BaseSource } from './base-source.ts'
import { HINT_EVERY_MS, MAX_TYPED } from './limits.ts'
import { peerIdOf } from './multiaddrs.ts'
import type { Clock } from '../../base/index.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Addresses a person typed (`--peer`, Nearby), offered again and again: the other laptop may start later. */
export class TypedSource extends BaseSource {
  readonly kind = 'typed'
  readonly #clock: Clock
  readonly #addresses = new Map<string, Multiaddr>()
  #stopTimer = (): void => {}

  constructor(options: { clock: Clock; addresses?: readonly Multiaddr[] }) {
    super()
    this.#clock = options.clock
    for (const address of options.addresses ?? []) this.add(address)
  }

  /** Beyond MAX_TYPED the oldest makes room. */
  add(address: Multiaddr): void {
    this.#addresses.delete(address.toString())
    this.#addresses.set(address.toString(), address)
    const [oldest] = this.#addresses.keys()
    if (this.#addresses.size > MAX_TYPED && oldest !== undefined) this.#addresses.delete(oldest)
    this.#offer(address)
  }

  remove(address: Multiaddr): void {
    this.#addresses.delete(address.toString())
  }

  protected onStart(): void {
    this.#stopTimer = this.#clock.every(HINT_EVERY_MS, () => this.#offerAll())
    this.#offerAll()
  }

  protected onStop(): void {
    this.#stopTimer()
  }

  #offerAll(): void {
    for (const address of this.#addresses.values()) this.#offer(address)
  }

  #offer(address: Multiaddr): void {
    this.found({ peerId: peerIdOf(address), multiaddrs: [address] })
  }
}
