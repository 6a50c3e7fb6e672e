import { BLOCK_BYTES, MAX_SPARE_BLOCKS } from './limits.ts'

/**
 * Blocks of shared memory, used again and again: at hundreds of mebibytes a second, new memory for each block would
 * keep the garbage collector as busy as the sockets. How many are lent is bounded by the transfers, see `Sender`.
 */
export class BlockPool {
  readonly #spare: SharedArrayBuffer[] = []

  /** Memory of up to BLOCK_BYTES; the caller gives it back with `giveBack` when nobody reads it any more. */
  take(length: number): Uint8Array {
    const buffer = this.#spare.pop() ?? new SharedArrayBuffer(BLOCK_BYTES)
    return new Uint8Array(buffer, 0, length)
  }

  giveBack(block: Uint8Array): void {
    const { buffer } = block
    if (buffer instanceof SharedArrayBuffer && this.#spare.length < MAX_SPARE_BLOCKS) this.#spare.push(buffer)
  }
}
