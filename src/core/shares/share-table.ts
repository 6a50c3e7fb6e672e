import { ShoalError } from '../../base/index.ts'
import type { ManagedShare } from './managed-share.ts'

/** The shares and downloads of this home, by id and by content. */
export class ShareTable {
  readonly #byId = new Map<string, ManagedShare>()

  put(share: ManagedShare): void {
    this.#byId.set(share.id, share)
  }

  delete(id: string): void {
    this.#byId.delete(id)
  }

  /** Whether it is still the one of its id. */
  holds(share: ManagedShare): boolean {
    return this.#byId.get(share.id) === share
  }

  /** By its id, or one it had before. @throws ShoalError `not-found`. */
  get(id: string): ManagedShare {
    const share = this.#byId.get(id) ?? [...this].find(({ formerIds }) => formerIds.includes(id))
    if (!share) throw new ShoalError('not-found', 'there is no such share')
    return share
  }

  byCid(cid: string): ManagedShare | undefined {
    return [...this].find((share) => (share.cid ?? share.record.cid) === cid)
  }

  [Symbol.iterator](): Iterator<ManagedShare> {
    return this.#byId.values()
  }
}
