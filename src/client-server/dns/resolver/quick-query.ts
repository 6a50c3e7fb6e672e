import { MAX_NAME_BYTES, MAX_UDP_BYTES, PLAIN_UDP_BYTES, TYPE } from '../wire/index.ts'

const HEADER = 12
const QUESTION_TAIL = 4
const OPT_LENGTH = 11
/** QR, opcode, AA and TC must be clear, RD set; RA, AD and CD, and the result code, do not matter here. */
const FLAGS_MASK = 0xfe
const RECURSION_DESIRED = 0x01
const DNSSEC_OK = 0x80
const scratch = Buffer.alloc(MAX_NAME_BYTES + QUESTION_TAIL + 1)

/** What an ordinary query says, read without making objects of it. */
export interface QuickQuery {
  /** The same for queries that get the same answer: EDNS or not, and the question in lower case. */
  readonly key: string
  /** Where the question's name ends: that much of it is repeated in the answer, letter by letter. */
  readonly nameEnd: number
  /** Octets of a UDP answer that the client takes. */
  readonly limit: number
}

/**
 * Reads a query in the form nearly all have: one question, recursion desired, at most an OPT record. Undefined for
 * anything else, right or wrong, which is for the whole decoder to say.
 */
export function readQuickQuery(query: Uint8Array): QuickQuery | undefined {
  const length = query.length
  if (
    length < HEADER + 1 + QUESTION_TAIL ||
    (query[2]! & (FLAGS_MASK | RECURSION_DESIRED)) !== RECURSION_DESIRED
  )
    return undefined
  const isPlain =
    query[4] === 0 && query[5] === 1 && (query[6]! | query[7]! | query[8]! | query[9]! | query[10]!) === 0
  if (!isPlain || query[11]! > 1) return undefined
  const nameEnd = foldName(query)
  if (nameEnd === 0 || nameEnd + QUESTION_TAIL > length) return undefined
  const end = nameEnd + QUESTION_TAIL
  const opt = query[11] === 1 ? readOpt(query, end) : end === length ? NO_OPT : undefined
  if (opt === undefined) return undefined
  const size = nameEnd - HEADER
  for (let i = 0; i < QUESTION_TAIL; i++) scratch[size + i] = query[nameEnd + i]!
  scratch[size + QUESTION_TAIL] = opt.variant
  return { key: scratch.toString('latin1', 0, size + QUESTION_TAIL + 1), nameEnd, limit: opt.limit }
}

const NO_OPT = { variant: 0, limit: PLAIN_UDP_BYTES }

function readOpt(query: Uint8Array, at: number): { variant: number; limit: number } | undefined {
  if (query.length < at + OPT_LENGTH) return undefined
  const isOpt = query[at] === 0 && query[at + 1] === 0 && query[at + 2] === TYPE.OPT
  // Version 0 alone; others are told which we have.
  if (!isOpt || query[at + 6] !== 0) return undefined
  const dataLength = (query[at + 9]! << 8) | query[at + 10]!
  if (query.length !== at + OPT_LENGTH + dataLength) return undefined
  const size = (query[at + 3]! << 8) | query[at + 4]!
  const variant = (query[at + 7]! & DNSSEC_OK) === 0 ? 1 : 2
  return { variant, limit: Math.min(Math.max(size, PLAIN_UDP_BYTES), MAX_UDP_BYTES) }
}

/** Copies the name in lower case to the scratch, and gives the offset of its end; 0 for what is no plain name. */
function foldName(query: Uint8Array): number {
  let at = HEADER
  for (;;) {
    const label = query[at]!
    const next = at + 1 + label
    if (label > 63 || next >= query.length || next - HEADER >= MAX_NAME_BYTES) return 0
    scratch[at - HEADER] = label
    for (let i = at + 1; i < next; i++) {
      const byte = query[i]!
      scratch[i - HEADER] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    }
    if (label === 0) return next
    at = next
  }
}
