import { READ_CACHE_BYTES, READ_UNIT_BYTES } from './limits.ts'

interface Unit {
  readonly length: number
  readonly bytes: Promise<Uint8Array>
}

/**
 * Chunks are served in small blocks but read in units of READ_UNIT_BYTES, the next one ahead. Units are never written
 * to again, so that blocks can be views of them; the oldest are dropped first.
 */
export class ReadCache {
  readonly #limit: number
  readonly #units = new Map<string, Unit>()
  #bytes = 0

  constructor(limit = READ_CACHE_BYTES) {
    this.#limit = limit
  }

  /** Bytes of a chunk of `chunkLength` bytes; `read` fetches a stretch of it. */
  async get(
    key: string,
    chunkLength: number,
    offset: number,
    length: number,
    read: (offset: number, length: number) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const first = Math.floor(offset / READ_UNIT_BYTES)
    const last = Math.floor((offset + Math.max(1, length) - 1) / READ_UNIT_BYTES)
    const unit = (index: number): Promise<Uint8Array> => this.#unit(key, index, chunkLength, read)
    const wanted = Array.from({ length: last - first + 1 }, (_, i) => unit(first + i))
    if ((last + 1) * READ_UNIT_BYTES < chunkLength) void unit(last + 1).catch(() => {})
    const units = await Promise.all(wanted)
    const begin = offset - first * READ_UNIT_BYTES
    if (units.length === 1) return units[0]!.subarray(begin, begin + length)
    return Buffer.concat(units).subarray(begin, begin + length)
  }

  /** Drops all units whose key begins so. */
  forget(prefix: string): void {
    for (const key of this.#units.keys()) if (key.startsWith(prefix)) this.#drop(key)
  }

  #unit(
    key: string,
    index: number,
    chunkLength: number,
    read: (offset: number, length: number) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const unitKey = `${key}/${index}`
    const known = this.#units.get(unitKey)
    if (known) {
      this.#units.delete(unitKey)
      this.#units.set(unitKey, known)
      return known.bytes
    }
    const offset = index * READ_UNIT_BYTES
    const length = Math.min(READ_UNIT_BYTES, chunkLength - offset)
    const bytes = read(offset, length)
    this.#units.set(unitKey, { length, bytes })
    this.#bytes += length
    bytes.catch(() => this.#drop(unitKey))
    this.#trim(unitKey)
    return bytes
  }

  #trim(keep: string): void {
    for (const key of this.#units.keys()) {
      if (this.#bytes <= this.#limit) return
      if (key !== keep) this.#drop(key)
    }
  }

  #drop(key: string): void {
    const unit = this.#units.get(key)
    if (unit && this.#units.delete(key)) this.#bytes -= unit.length
  }
}
