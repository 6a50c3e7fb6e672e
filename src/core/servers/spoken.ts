import type { Random } from '../../base/index.ts'
import { createShortCode } from '../../client-server/files/index.ts'

/** A spoken address leads to a share only once somebody asked for it, so that what nobody hands out cannot be guessed. */
export class SpokenAddresses {
  readonly #random: Random
  readonly #codes = new Map<string, string>()

  constructor(random: Random) {
    this.#random = random
  }

  /** The code that leads to a share, if it has one. */
  find(cid: string): string | undefined {
    return this.#codes.get(cid)
  }

  /** Its code, a new one if it has none. It stays the same while the core runs. */
  of(cid: string): string {
    const taken = [...this.#codes.values()]
    const code = this.find(cid) ?? createShortCode(this.#random, (each) => taken.includes(each))
    this.#codes.set(cid, code)
    return code
  }
}
