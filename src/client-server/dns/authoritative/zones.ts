import { ShoalError } from '../../../base/index.ts'
import { TYPE, type Name } from '../wire/index.ts'
import type { Zone } from '../zone/index.ts'
import { MAX_ZONES } from './limits.ts'

/** The zones one server answers for. They may be replaced while it runs. */
export class Zones {
  readonly #zones = new Map<string, Zone>()

  constructor(zones: Iterable<Zone> = []) {
    for (const zone of zones) this.put(zone)
  }

  /** Adds a zone, or replaces the one of that name. Throws `too-large`. */
  put(zone: Zone): void {
    const { key } = zone.origin
    if (!this.#zones.has(key) && this.#zones.size >= MAX_ZONES)
      throw new ShoalError('too-large', `a server answers for at most ${MAX_ZONES} zones`)
    this.#zones.set(key, zone)
  }

  remove(origin: Name): boolean {
    return this.#zones.delete(origin.key)
  }

  get(origin: Name): Zone | undefined {
    return this.#zones.get(origin.key)
  }

  all(): Zone[] {
    return [...this.#zones.values()]
  }

  /** The zone that a question belongs to: the longest that holds the name; for DS the one above a zone's own top. */
  find(name: Name, type: number): Zone | undefined {
    const { key } = name
    let start = 0
    for (let i = 0; i <= name.labels.length; i++) {
      const zone = this.#zones.get(key.slice(start))
      const isParents = type === TYPE.DS && i === 0 && !name.isRoot
      if (zone && !(isParents && this.#hasAbove(name.parent))) return zone
      start += 1 + (name.labels[i]?.length ?? 0)
    }
    return undefined
  }

  #hasAbove(name: Name): boolean {
    return this.find(name, TYPE.SOA) !== undefined
  }
}
