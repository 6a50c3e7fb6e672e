/** Items by owner, each owner's in order of arrival, and at hand whoever owns most: so that a full table evicts fairly. */
export class FairShares<T> {
  readonly #items = new Map<string, Set<T>>()
  readonly #owners = new Map<number, Set<string>>()
  #most = 0

  get owners(): number {
    return this.#items.size
  }

  count(owner: string): number {
    return this.#items.get(owner)?.size ?? 0
  }

  add(owner: string, item: T): void {
    const items = this.#items.get(owner) ?? new Set()
    this.#move(owner, items.size, items.size + 1)
    items.add(item)
    this.#items.set(owner, items)
  }

  delete(owner: string, item: T): void {
    const items = this.#items.get(owner)
    if (!items?.delete(item)) return
    this.#move(owner, items.size + 1, items.size)
    if (items.size === 0) this.#items.delete(owner)
  }

  /** The longest held item of an owner. */
  oldest(owner: string): T | undefined {
    return this.#items.get(owner)?.values().next().value
  }

  /** The longest held item of whoever has most. */
  oldestOfLargest(): T | undefined {
    const owner = this.#owners.get(this.#most)?.values().next().value
    return owner === undefined ? undefined : this.oldest(owner)
  }

  #move(owner: string, from: number, to: number): void {
    const before = this.#owners.get(from)
    if (before?.delete(owner) && before.size === 0) this.#owners.delete(from)
    if (to > 0) {
      const after = this.#owners.get(to) ?? new Set()
      after.add(owner)
      this.#owners.set(to, after)
    }
    this.#most = Math.max(this.#most, to)
    while (this.#most > 0 && !this.#owners.has(this.#most)) this.#most--
  }
}
