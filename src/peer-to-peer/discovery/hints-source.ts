import { BaseSource } from './base-source.ts'
import { HINT_EVERY_MS, MAX_HINTS } from './limits.ts'
import { peerIdOf } from './multiaddrs.ts'
import type { SeekOptions } from './peer-source.ts'
import type { Clock } from '../../base/index.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'

/** The addresses in a share's link, offered again and again while somebody looks: their owner may come back. */
export class HintsSource extends BaseSource {
  readonly kind = 'hints'
  readonly #clock: Clock
  readonly #searches = new Map<symbol, { key: CID; hints: readonly Multiaddr[] }>()
  #stopTimer = (): void => {}

  constructor(options: { clock: Clock }) {
    super()
    this.#clock = options.clock
  }

  seek(key: CID, { hints = [] }: SeekOptions): () => void {
    const id = Symbol('search')
    if (hints.length > 0) this.#searches.set(id, { key, hints: hints.slice(0, MAX_HINTS) })
    if (this.state.is !== 'off') this.#offer(id)
    return () => void this.#searches.delete(id)
  }

  protected onStart(): void {
    this.#stopTimer = this.#clock.every(HINT_EVERY_MS, () => this.#offerAll())
    this.#offerAll()
  }

  protected onStop(): void {
    this.#stopTimer()
  }

  #offerAll(): void {
    for (const id of this.#searches.keys()) this.#offer(id)
  }

  #offer(id: symbol): void {
    const search = this.#searches.get(id)
    for (const hint of search?.hints ?? []) {
      this.found({ peerId: peerIdOf(hint), multiaddrs: [hint], key: search!.key })
    }
  }
}
