import type { Notice, Share } from '../../contract/index.ts'

/** What was already told about one share. */
interface Told {
  safeToLeave: boolean
  /** Receivers that had everything when it was last told. */
  allHaveIt: number
}

/** Turns the changing view of shares into notices that are told once. */
export class Milestones {
  readonly #tell: (notice: Notice) => void
  readonly #told = new Map<string, Told>()

  constructor(tell: (notice: Notice) => void) {
    this.#tell = tell
  }

  see(share: Share): void {
    const { id, name, copies } = share
    const told = this.#told.get(id) ?? { safeToLeave: false, allHaveIt: 0 }
    this.#told.set(id, told)
    if (share.role !== 'source') return
    if (share.safeToLeave && !told.safeToLeave) this.#tell({ is: 'safe-to-leave', id, name })
    told.safeToLeave = share.safeToLeave
    const all = copies.of > 0 && copies.complete === copies.of
    if (all && copies.of > told.allHaveIt) {
      told.allHaveIt = copies.of
      this.#tell({ is: 'all-have-it', id, name, receivers: copies.of })
    }
  }

  completed(share: Share, path: string): void {
    if (share.role === 'download') this.#tell({ is: 'share-complete', id: share.id, name: share.name, path })
  }

  forget(id: string): void {
    this.#told.delete(id)
  }
}
