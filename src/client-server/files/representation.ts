import type { ReadPlan } from './chunk-reader.ts'

/** What a resource gives to a GET: its length and type known before, its bytes read as they are sent. */
export interface Representation {
  readonly length: number
  /** A strong ETag (RFC 9110 §8.8.3), with its quotes. */
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
  /** How far bytes from `begin` on are at hand: `end` when all are, `begin` when none. */
  heldUntil(begin: number, end: number): number | Promise<number>
  /** Whether a range may be answered with its beginning when the rest is not at hand (RFC 9110 §15.3.7). */
  readonly mayShorten: boolean
  read(begin: number, end: number, plan: ReadPlan): AsyncIterable<Uint8Array>
}

/** Bytes that are in memory. */
export function bytesRepresentation(
  bytes: Uint8Array,
  etag: string,
  headers: Readonly<Record<string, string>>,
): Representation {
  return {
    length: bytes.length,
    etag: `"${etag}"`,
    headers,
    heldUntil: (_begin, end) => end,
    mayShorten: false,
    async *read(begin, end) {
      yield bytes.subarray(begin, end)
    },
  }
}
