import { MemoryDatastore } from 'datastore-core'
import type { Key } from 'interface-datastore'

/**
 * libp2p's memory with a bound on what others make it keep: anybody may send provider records and names of peers. Below
 * each prefix only the `limit` most recently used entries stay.
 */
export class BoundedDatastore extends MemoryDatastore {
  readonly #groups: readonly { prefix: string; limit: number; used: Map<string, Key> }[]

  constructor(limits: Readonly<Record<string, number>>) {
    super()
    this.#groups = Object.entries(limits).map(([prefix, limit]) => ({ prefix, limit, used: new Map() }))
  }

  override put(key: Key, value: Uint8Array): Key {
    void super.put(key, value)
    const used = this.#touch(key)
    const oldest = used?.values().next().value
    if (oldest) this.delete(oldest)
    return key
  }

  override get(key: Key): Uint8Array | Promise<Uint8Array> {
    const value = super.get(key)
    this.#touch(key)
    return value
  }

  override delete(key: Key): void {
    this.#group(key)?.used.delete(key.toString())
    void super.delete(key)
  }

  /** Entries below a prefix. */
  count(prefix: string): number {
    return this.#groups.find((group) => group.prefix === prefix)?.used.size ?? 0
  }

  /** Marks a key as just used; its group when that is now too large. */
  #touch(key: Key): Map<string, Key> | undefined {
    const group = this.#group(key)
    if (!group) return undefined
    const name = key.toString()
    group.used.delete(name)
    group.used.set(name, key)
    return group.used.size > group.limit ? group.used : undefined
  }

  #group(key: Key) {
    const name = key.toString()
    return this.#groups.find(({ prefix }) => name.startsWith(prefix))
  }
}
