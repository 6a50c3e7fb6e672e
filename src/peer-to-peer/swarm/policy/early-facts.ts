import type { Part } from '../../../content/types.ts'
import { MAX_EARLY_HAVE } from './limits.ts'
import type { PeerKey } from './types.ts'

interface Told {
  bitmap: Uint8Array | undefined
  have: Part[]
}

/** What peers told before the root was known, when it cannot be checked yet. */
export class EarlyFacts {
  readonly #told = new Map<PeerKey, Told>()

  bitmap(peer: PeerKey, bitmap: Uint8Array): void {
    this.#told.set(peer, { bitmap: bitmap.slice(), have: [] })
  }

  have(peer: PeerKey, parts: readonly Part[]): void {
    const told = this.#told.get(peer) ?? { bitmap: undefined, have: [] }
    this.#told.set(peer, told)
    for (const part of parts) if (told.have.length < MAX_EARLY_HAVE) told.have.push(part)
  }

  forget(peer: PeerKey): void {
    this.#told.delete(peer)
  }

  /** Tells everything once, in order, and forgets it. */
  replay(to: {
    bitmap(peer: PeerKey, bitmap: Uint8Array): void
    have(peer: PeerKey, parts: readonly Part[]): void
  }): void {
    for (const [peer, told] of this.#told) {
      if (told.bitmap) to.bitmap(peer, told.bitmap)
      to.have(peer, told.have)
    }
    this.#told.clear()
  }
}
