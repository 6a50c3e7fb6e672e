import { isShoalError, toShoalError, type Clock, type ShoalError } from '../../../base/index.ts'
import type { StoredShare } from '../../../store/types.ts'
import type { Link } from '../link/link.ts'
import { ROOT_TIMEOUT_MS } from '../limits.ts'

export interface RootFetchInit {
  readonly share: StoredShare
  readonly clock: Clock
  readonly links: () => Iterable<Link>
  readonly onHostile: (link: Link, error: ShoalError) => void
  /** The root is genuine and cannot be used: this share will never complete here. */
  readonly onUnusable: (error: ShoalError) => void
}

/** Gets the root from the first member that has it; asks the next one when that takes too long. */
export class RootFetch {
  readonly #init: RootFetchInit
  #asked: { by: Link | string; stop: () => void } | undefined
  readonly #tried = new Set<Link>()

  constructor(init: RootFetchInit) {
    this.#init = init
  }

  /** True when the hello to this peer may carry the wish for the root: nobody else was asked. */
  claim(peer: string): boolean {
    if (this.#init.share.root || this.#asked) return false
    this.#wait(peer)
    return true
  }

  /** The hello that carried the wish came to nothing. */
  unclaim(peer: string): void {
    if (this.#asked?.by === peer) this.#release()
  }

  /** A member introduced itself: if it was asked in its hello and has no root either, the next one is. */
  introduced(link: Link): void {
    const hasRoot = link.phase.is === 'active' && link.phase.introduction.hasRoot
    if (!hasRoot) this.unclaim(link.peer)
    this.next()
  }

  /** Asks somebody who has it, unless somebody was asked. */
  next(): void {
    if (this.#init.share.root || this.#asked) return
    const candidates = [...this.#init.links()].filter(
      (link) => link.isOpen && link.phase.is === 'active' && link.phase.introduction.hasRoot,
    )
    const link = candidates.find((candidate) => !this.#tried.has(candidate)) ?? candidates[0]
    if (!link) return
    this.#tried.add(link)
    this.#wait(link)
    link.send({ is: 'get-root' })
  }

  left(link: Link): void {
    this.#tried.delete(link)
    if (this.#asked?.by === link || this.#asked?.by === link.peer) this.#release()
  }

  async received(link: Link, bytes: Uint8Array): Promise<void> {
    if (this.#init.share.root) return
    try {
      await this.#init.share.putRoot(bytes)
      this.#asked?.stop()
    } catch (error) {
      if (isShoalError(error, 'hash-mismatch')) this.#init.onHostile(link, error)
      else this.#init.onUnusable(toShoalError(error, 'bad-root'))
      this.#release()
    }
  }

  close(): void {
    this.#asked?.stop()
  }

  #wait(by: Link | string): void {
    const stop = this.#init.clock.after(ROOT_TIMEOUT_MS, () => this.#release())
    this.#asked = { by, stop }
  }

  #release(): void {
    this.#asked?.stop()
    this.#asked = undefined
    this.next()
  }
}
