import type { Random } from '../../base/index.ts'
import { FairShares } from './fair-shares.ts'
import { MAX_ENTRIES_PER_PEER } from './limits.ts'

/** One peer's membership of one share. */
export interface TableEntry {
  readonly key: string
  readonly peer: string
  /** Network address it was announced from. */
  readonly source: string
  readonly sequence: number
  /** Milliseconds since 1970. */
  readonly expires: number
  /** Until when it is remembered: what the peer said before may expire later, and must not be said again. */
  readonly forgetAt: number
  /** Multiaddresses, one a line; none when withdrawn. */
  readonly addresses: string
}

interface Row extends TableEntry {
  /** Place in the list of its key. */
  slot: number
}

/**
 * Announcements by key and peer, at most `limit`. When it is full, the oldest of the network address that holds most
 * makes room: who floods it evicts himself. Peer ids cost nothing, so they are no measure of fairness.
 */
export class AnnouncementTable {
  readonly #limit: number
  readonly #random: Random
  readonly #rows = new Map<string, Row>()
  readonly #byKey = new Map<string, Row[]>()
  readonly #bySource = new FairShares<Row>()
  readonly #byPeer = new FairShares<Row>()

  constructor(limit: number, random: Random) {
    this.#limit = limit
    this.#random = random
  }

  get size(): number {
    return this.#rows.size
  }

  get keys(): number {
    return this.#byKey.size
  }

  get peers(): number {
    return this.#byPeer.owners
  }

  get(key: string, peer: string): TableEntry | undefined {
    return this.#rows.get(key + peer)
  }

  /** Puts an entry in place of the peer's earlier one for that key. */
  put(entry: TableEntry): void {
    const old = this.#rows.get(entry.key + entry.peer)
    if (old) this.#remove(old)
    else this.#makeRoom(entry)
    const list = this.#byKey.get(entry.key) ?? []
    const row: Row = { ...entry, slot: list.length }
    list.push(row)
    this.#byKey.set(entry.key, list)
    this.#rows.set(entry.key + entry.peer, row)
    this.#bySource.add(entry.source, row)
    this.#byPeer.add(entry.peer, row)
  }

  /** Up to `count` different entries of a key for which `wanted` holds, any with the same chance. */
  sample(key: string, count: number, wanted: (entry: TableEntry) => boolean): TableEntry[] {
    const list = this.#byKey.get(key) ?? []
    // A random walk over all places: Fisher–Yates that stops early and remembers only the places it touched.
    const moved = new Map<number, number>()
    const found: TableEntry[] = []
    for (let i = 0; i < list.length && found.length < count; i++) {
      const j = i + this.#random.below(list.length - i)
      const entry = list[moved.get(j) ?? j]!
      moved.set(j, moved.get(i) ?? i)
      if (wanted(entry)) found.push(entry)
    }
    return found
  }

  /** Removes what need not be remembered any more; the number removed. */
  sweep(now: number): number {
    let removed = 0
    for (const row of this.#rows.values()) {
      if (row.forgetAt > now) continue
      this.#remove(row)
      removed++
    }
    return removed
  }

  #makeRoom(entry: TableEntry): void {
    if (this.#byPeer.count(entry.peer) >= MAX_ENTRIES_PER_PEER) this.#remove(this.#byPeer.oldest(entry.peer)!)
    while (this.#rows.size >= this.#limit) this.#remove(this.#bySource.oldestOfLargest()!)
  }

  #remove(row: Row): void {
    this.#rows.delete(row.key + row.peer)
    this.#bySource.delete(row.source, row)
    this.#byPeer.delete(row.peer, row)
    const list = this.#byKey.get(row.key)!
    const last = list.pop()!
    if (last !== row) {
      list[row.slot] = last
      last.slot = row.slot
    }
    if (list.length === 0) this.#byKey.delete(row.key)
  }
}
