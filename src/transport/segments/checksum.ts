/**
 * The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words in network order, an odd
 * last byte padded with a zero byte that is not sent.
 */

/** Bytes that are summed, and what they are called. */
export interface ChecksumPart {
  readonly name: 'pseudo-header' | 'header' | 'data'
  readonly bytes: Uint8Array
}

/** One word added: the sum before it, the word, and the sum with the carry wrapped round. */
export interface ChecksumStep {
  readonly part: ChecksumPart['name']
  /** Where the word begins in its part, bytes. */
  readonly offset: number
  readonly word: number
  /** The last byte stood alone and was padded. */
  readonly padded: boolean
  /** Sum after the addition, not yet folded: 17 bits at most. */
  readonly raw: number
  /** After the carry is added at the low end. */
  readonly sum: number
}

export interface ChecksumTrace {
  readonly steps: readonly ChecksumStep[]
  /** One's complement sum of all words. */
  readonly sum: number
  readonly complement: number
}

const WORD = 0xffff

/** One's complement sum of the words of one run of bytes, going on from `start`. */
export function onesComplementSum(bytes: Uint8Array, start = 0): number {
  let sum = start
  for (let at = 0; at < bytes.length; at += 2) sum = fold(sum + wordAt(bytes, at))
  return sum
}

/** What stands in the checksum field of a segment whose field is zero while it is summed. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  // Every part but the last has an even length, so that words do not straddle parts.
  return ~parts.reduce((sum, part) => onesComplementSum(part, sum), 0) & WORD
}

/** The same sum, word by word, to be shown. */
export function traceChecksum(parts: readonly ChecksumPart[]): ChecksumTrace {
  const steps: ChecksumStep[] = []
  let sum = 0
  for (const { name, bytes } of parts) {
    for (let offset = 0; offset < bytes.length; offset += 2) {
      const word = wordAt(bytes, offset)
      const raw = sum + word
      sum = fold(raw)
      steps.push({ part: name, offset, word, padded: offset + 1 === bytes.length, raw, sum })
    }
  }
  return { steps, sum, complement: ~sum & WORD }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | (bytes[at + 1] ?? 0)
}

function fold(sum: number): number {
  return (sum & WORD) + (sum >>> 16)
}
