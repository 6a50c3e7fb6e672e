import type { Bitmap } from '../../../base/bitmap.ts'
import type { Part } from '../../../content/types.ts'
import type { PartTable } from './types.ts'

/** Nobody was asked for it. */
export const MISSING = 0
/** Asked for or arriving. */
export const IN_FLIGHT = 1
/** All bytes are there; being verified and written, or waiting for pages. */
export const RECEIVED = 2
/** Verified and on disk. */
export const HELD = 3
export type PartState = typeof MISSING | typeof IN_FLIGHT | typeof RECEIVED | typeof HELD

/** Where each part of the share stands on this node, with the sums that decisions need. */
export class OwnParts {
  readonly table: PartTable
  readonly held: Bitmap
  readonly #states: Uint8Array
  readonly #counts: [number, number, number, number]
  #incomingBytes = 0
  #pagesMissing: number

  constructor(table: PartTable, held: Bitmap) {
    this.table = table
    this.held = held.clone()
    this.#states = new Uint8Array(table.parts)
    this.#counts = [table.parts - held.count, 0, 0, held.count]
    this.#pagesMissing = table.pages
    for (const part of held.indices()) {
      this.#states[part] = HELD
      if (part < table.pages) this.#pagesMissing--
    }
  }

  state(part: Part): PartState {
    return this.#states[part] as PartState
  }

  count(state: PartState): number {
    return this.#counts[state]
  }

  get isComplete(): boolean {
    return this.#counts[HELD] === this.table.parts
  }

  get hasAllPages(): boolean {
    return this.#pagesMissing === 0
  }

  /** Bytes asked for, arriving or waiting to be written. */
  get incomingBytes(): number {
    return this.#incomingBytes
  }

  set(part: Part, state: PartState): void {
    const before = this.state(part)
    if (before === state) return
    this.#states[part] = state
    this.#counts[before]--
    this.#counts[state]++
    this.#incomingBytes += (isIncoming(state) - isIncoming(before)) * this.table.lengthOf(part)
    if (state === HELD) this.#hold(part, 1)
    else if (before === HELD) this.#hold(part, -1)
  }

  #hold(part: Part, change: 1 | -1): void {
    if (change === 1) this.held.add(part)
    else this.held.delete(part)
    if (part < this.table.pages) this.#pagesMissing -= change
  }
}

function isIncoming(state: PartState): 0 | 1 {
  return state === IN_FLIGHT || state === RECEIVED ? 1 : 0
}
