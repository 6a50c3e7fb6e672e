import type { Clock, ShoalError } from '../../../base/index.ts'
import { toShoalError } from '../../../base/index.ts'
import type { PartBuffer, StoredShare } from '../../../store/types.ts'
import { MAX_UNVERIFIED_BYTES } from '../limits.ts'
import type { PartFailure, PartTable } from '../policy/types.ts'

export interface PartSinkInit {
  readonly share: StoredShare
  readonly clock: Clock
  readonly onHeld: (part: number, from: string) => void
  readonly onFailed: (part: number, from: string, failure: PartFailure) => void
  readonly onTrouble: (error: ShoalError) => void
}

interface Waiting {
  readonly part: number
  readonly from: string
  readonly buffer: PartBuffer
}

/**
 * Brings received parts into the store. Chunks that arrive before the pages that verify them wait in memory, within
 * bounds, announced to nobody.
 */
export class PartSink {
  readonly #init: PartSinkInit
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  #writing = 0
  #writingBytes = 0
  #isOpen = true

  constructor(init: PartSinkInit) {
    this.#init = init
  }

  /** Bytes being verified and written. */
  get writingBytes(): number {
    return this.#writingBytes
  }

  get writing(): number {
    return this.#writing
  }

  put(part: number, from: string, buffer: PartBuffer): void {
    const { share } = this.#init
    if (!this.#isOpen) return buffer.release()
    if (part < share.pages || share.hasAllPages) return void this.#store({ part, from, buffer })
    if (this.#waitingBytes + buffer.bytes.length > MAX_UNVERIFIED_BYTES) {
      buffer.release()
      return this.#init.onFailed(part, from, 'aborted')
    }
    this.#waitingBytes += buffer.bytes.length
    this.#waiting.push({ part, from, buffer })
  }

  close(): void {
    this.#isOpen = false
    for (const { buffer } of this.#waiting.splice(0)) buffer.release()
  }

  async #store({ part, from, buffer }: Waiting): Promise<void> {
    const bytes = buffer.bytes.length
    this.#writing++
    this.#writingBytes += bytes
    try {
      const isVerified = await this.#init.share.putPart(part, buffer)
      if (isVerified) this.#init.onHeld(part, from)
      else this.#init.onFailed(part, from, 'mismatch')
    } catch (error) {
      this.#init.onFailed(part, from, 'aborted')
      this.#init.onTrouble(toShoalError(error, 'storage-failed'))
    } finally {
      this.#writing--
      this.#writingBytes -= bytes
    }
    if (this.#init.share.hasAllPages) this.#storeWaiting()
  }

  #storeWaiting(): void {
    for (const waiting of this.#waiting.splice(0)) {
      this.#waitingBytes -= waiting.buffer.bytes.length
      void this.#store(waiting)
    }
  }
}

/** The policy's picture of a share whose root is known. */
export function partTable(share: StoredShare): PartTable {
  const root = share.root!
  return {
    parts: share.parts,
    pages: share.pages,
    chunkSize: root.chunkSize,
    lengthOf: (part) => share.partLength(part),
  }
}
