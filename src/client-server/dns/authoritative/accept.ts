import { decodeHeader, HEADER_BYTES, OPCODE, RCODE } from '../wire/index.ts'

/** What is done with a query, by its first octets alone. */
export type Acceptance =
  | { readonly is: 'accepted' }
  /** No answer: it is no query, and an answer would only bounce. */
  | { readonly is: 'dropped' }
  | { readonly is: 'refused'; readonly rcode: number }

/** Refuses cheaply what need not be read (RFC 9619 §4: one question, no more and no fewer). */
export function acceptQuery(bytes: Uint8Array): Acceptance {
  const header = decodeHeader(bytes)
  // An answer that is answered would go round for ever.
  if (!header || header.response) return { is: 'dropped' }
  if (header.opcode !== OPCODE.QUERY) return { is: 'refused', rcode: RCODE.NOTIMP }
  if (header.questionCount !== 1 || header.answerCount > 0 || header.authorityCount > 0)
    return { is: 'refused', rcode: RCODE.FORMERR }
  return { is: 'accepted' }
}

/** A refusal of twelve octets: id, operation and RD of the query, which may be unreadable. */
export function refusalOf(query: Uint8Array, rcode: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES)
  bytes.set(query.subarray(0, 2))
  bytes[2] = 0x80 | (query[2]! & 0x79)
  bytes[3] = (query[3]! & 0x10) | rcode
  return bytes
}
