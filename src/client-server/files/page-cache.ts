/** Decoded pages of entries, the least recently used dropped first. */
export class PageCache<T> {
  readonly #limit: number
  readonly #pages = new Map<string, T>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: string): T | undefined {
    const page = this.#pages.get(key)
    if (page === undefined) return undefined
    this.#pages.delete(key)
    this.#pages.set(key, page)
    return page
  }

  set(key: string, page: T): void {
    this.#pages.delete(key)
    this.#pages.set(key, page)
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.#limit) return
      this.#pages.delete(oldest)
    }
  }

  delete(key: string): void {
    this.#pages.delete(key)
  }
}
