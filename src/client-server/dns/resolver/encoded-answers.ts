import { RecentMap, type Clock } from '../../../base/index.ts'
import { MAX_ENCODED_ANSWERS, MAX_ENCODED_BYTES } from './limits.ts'
import type { QuickQuery } from './quick-query.ts'

const HEADER = 12
const CHECKING_DISABLED = 0x10
const OPT_TYPE = 41

interface Encoded {
  readonly bytes: Uint8Array
  /** Where the records' times to live are, and what they were. */
  readonly ttls: readonly { readonly at: number; readonly ttl: number }[]
  readonly storedAt: number
  readonly expiresAt: number
}

/**
 * Answers as they went out, to be sent again: only the id, the letters' case and the times to live are new. That is all the
 * work a question from the cache costs.
 */
export class EncodedAnswers {
  readonly #clock: Clock
  readonly #answers = new RecentMap<string, Encoded>(MAX_ENCODED_ANSWERS)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#answers.size
  }

  /** The answer to a query, if one is held that still holds and is no longer than `limit`. */
  find(query: Uint8Array, { key, nameEnd }: QuickQuery, limit: number): Uint8Array | undefined {
    const held = this.#answers.get(key)
    if (held === undefined || held.bytes.length > limit) return undefined
    const now = this.#clock.now()
    if (held.expiresAt <= now) {
      this.#answers.delete(key)
      return undefined
    }
    const answer = Buffer.allocUnsafe(held.bytes.length)
    answer.set(held.bytes)
    answer[0] = query[0]!
    answer[1] = query[1]!
    answer[3] = (answer[3]! & ~CHECKING_DISABLED) | (query[3]! & CHECKING_DISABLED)
    for (let i = HEADER; i < nameEnd; i++) answer[i] = query[i]!
    const age = Math.floor((now - held.storedAt) / 1000)
    if (age > 0) for (const { at, ttl } of held.ttls) answer.writeUInt32BE(Math.max(0, ttl - age), at)
    return answer
  }

  /** Holds an answer for `ttl` seconds. */
  keep(key: string, bytes: Uint8Array, ttl: number): void {
    if (ttl <= 0 || bytes.length > MAX_ENCODED_BYTES) return
    const storedAt = this.#clock.now()
    this.#answers.set(key, { bytes, ttls: ttlsOf(bytes), storedAt, expiresAt: storedAt + ttl * 1000 })
  }

  clear(): void {
    this.#answers.clear()
  }
}

/** The times to live of a message's records; OPT's is none. The message is our own, so it is well formed. */
export function ttlsOf(bytes: Uint8Array): { at: number; ttl: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const questions = view.getUint16(4)
  const records = view.getUint16(6) + view.getUint16(8) + view.getUint16(10)
  const ttls: { at: number; ttl: number }[] = []
  let at = HEADER
  for (let i = 0; i < questions; i++) at = skipName(bytes, at) + 4
  for (let i = 0; i < records; i++) {
    at = skipName(bytes, at)
    if (view.getUint16(at) !== OPT_TYPE) ttls.push({ at: at + 4, ttl: view.getUint32(at + 4) })
    at += 10 + view.getUint16(at + 8)
  }
  return ttls
}

function skipName(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] !== 0) {
    if (bytes[at]! >= 0xc0) return at + 2
    at += 1 + bytes[at]!
  }
  return at + 1
}
