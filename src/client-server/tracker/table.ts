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
  readonly #byKey = new Map<string, Row[]>()
  /** By peer, then by key, each peer's oldest first. */
  readonly #byPeer = new Map<string, Map<string, Row>>()
  readonly #bySource = new FairShares<Row>()
  #size = 0

  constructor(limit: number, random: Random) {
    this.#limit = limit
    this.#random = random
  }

  get size(): number {
    return this.#size
  }

  get keys(): number {
    return this.#byKey.size
  }

  get peers(): number {
    return this.#byPeer.size
  }

  get(key: string, peer: string): TableEntry | undefined {
    return this.#byPeer.get(peer)?.get(key)
  }

  /** Puts an entry in place of the peer's earlier one for that key. */
  put(entry: TableEntry): void {
    const old = this.#byPeer.get(entry.peer)?.get(entry.key)
    if (old) this.#remove(old)
    else this.#makeRoom(entry.peer)
    const rows = this.#byPeer.get(entry.peer) ?? new Map<string, Row>()
    const list = this.#byKey.get(entry.key) ?? []
    const row = this.#makeRow(entry, list, oldestOf(rows))
    list.push(row)
    rows.set(row.key, row)
    this.#byKey.set(row.key, list)
    this.#byPeer.set(row.peer, rows)
    this.#bySource.add(row.source, row)
    this.#size++
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
    const before = this.#size
    for (const rows of this.#byPeer.values()) {
      for (const row of rows.values()) if (row.forgetAt <= now) this.#remove(row)
    }
    return before - this.#size
  }

  /** The texts of one peer, of one key and of one place are many times the same: each is kept once. */
  #makeRow(entry: TableEntry, list: readonly Row[], alike: Row | undefined): Row {
    const { key, peer, source, addresses, sequence, expires, forgetAt } = entry
    return {
      key: list[0]?.key ?? key,
      peer: alike?.peer ?? peer,
      source: alike?.source === source ? alike.source : source,
      addresses: alike?.addresses === addresses ? alike.addresses : addresses,
      sequence,
      expires,
      forgetAt,
      slot: list.length,
    }
  }

  #makeRoom(peer: string): void {
    const rows = this.#byPeer.get(peer)
    if (rows && rows.size >= MAX_ENTRIES_PER_PEER) this.#remove(oldestOf(rows)!)
    while (this.#size >= this.#limit) this.#remove(this.#bySource.oldestOfLargest()!)
  }

  #remove(row: Row): void {
    this.#bySource.delete(row.source, row)
    const rows = this.#byPeer.get(row.peer)!
    rows.delete(row.key)
    if (rows.size === 0) this.#byPeer.delete(row.peer)
    const list = this.#byKey.get(row.key)!
    const last = list.pop()!
    if (last !== row) {
      list[row.slot] = last
      last.slot = row.slot
    }
    if (list.length === 0) this.#byKey.delete(row.key)
    this.#size--
  }
}

function oldestOf(rows: ReadonlyMap<string, Row>): Row | undefined {
  return rows.values().next().value
}
