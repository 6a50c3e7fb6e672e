import { createHmac } from 'node:crypto'
import { concatBytes, utf8 } from '../../../base/index.ts'

/** What both sides of a hello know when they prove that they know the CID. */
export interface HelloFacts {
  /** Bytes of the peer id (its multihash) of the side that opened the stream. */
  readonly initiator: Uint8Array
  readonly responder: Uint8Array
  readonly initiatorNonce: Uint8Array
  readonly responderNonce: Uint8Array
}

/**
 * HMAC-SHA256 (RFC 2104) with the CID's bytes as the key over role, both peer ids and both nonces. Bound to the role,
 * it cannot be sent back to where it came from; bound to ids and nonces, it is worth nothing in any other hello.
 */
export function helloProof(cid: Uint8Array, role: 'i' | 'r', facts: HelloFacts): Uint8Array {
  const text = concatBytes(
    utf8(`shoal/hello/1/${role}`),
    lengthPrefixed(facts.initiator),
    lengthPrefixed(facts.responder),
    facts.initiatorNonce,
    facts.responderNonce,
  )
  return createHmac('sha256', cid).update(text).digest()
}

/** One byte of length, then the bytes: a peer id has at most 42. */
function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 255) throw new RangeError('a peer id has at most 255 bytes')
  return concatBytes(Uint8Array.of(bytes.length), bytes)
}
