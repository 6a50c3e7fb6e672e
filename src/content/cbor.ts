import { decode, encode } from '@ipld/dag-cbor'
import { equalBytes } from '../base/bytes.ts'
import { errorMessage, ShoalError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'

/**
 * DAG-CBOR (https://ipld.io/specs/codecs/dag-cbor/spec/) in its one canonical form: what does not encode to the same
 * bytes again (key order, long integers, floats for integers, invalid UTF-8) is refused, so that one value has one CID.
 * Throws only ShoalError with the given code.
 */
export function decodeCanonical(bytes: Uint8Array, code: ErrorCode): unknown {
  const { value, again } = decodeTwice(bytes, code)
  if (!equalBytes(again, bytes)) throw new ShoalError(code, 'DAG-CBOR is not in its canonical form')
  return value
}

function decodeTwice(bytes: Uint8Array, code: ErrorCode): { value: unknown; again: Uint8Array } {
  try {
    const value = decode<unknown>(bytes)
    return { value, again: encode(value) }
  } catch (cause) {
    // Stack overflow by nesting included: it is a RangeError like any other here.
    throw new ShoalError(code, `not DAG-CBOR: ${errorMessage(cause)}`, { cause })
  }
}

/** A plain Uint8Array of its own: under Node the encoder gives a Buffer, maybe a slice of a pool that others share. */
export function encodeCanonical(value: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encode(value))
}

/** A whole number from 0 to 2^53−1; not −0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** A map with text keys, as DAG-CBOR decodes it; neither a list nor a CID nor null. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** What a message of one protocol must be. */
export interface MapForm {
  readonly version: number
  readonly mostBytes: number
  readonly fault: (why: string) => ShoalError
}

/**
 * Reads a stranger's message: a map in any form of DAG-CBOR with its version in `v`. Its length is bounded before it is parsed. Throws
 * what `fault` makes of the reason, and nothing else.
 */
export function decodeMap(
  bytes: Uint8Array,
  { version, mostBytes, fault }: MapForm,
): Record<string, unknown> {
  if (bytes.length > mostBytes) throw fault('too long')
  const value = decodeLoosely(bytes, fault)
  if (!isMap(value)) throw fault('not a map')
  if (value.v !== version) throw fault('an unknown version')
  return value
}

function decodeLoosely(bytes: Uint8Array, fault: MapForm['fault']): unknown {
  try {
    return decode<unknown>(bytes)
  } catch (error) {
    // Stack overflow by nesting is a RangeError and ends up here too.
    throw fault(`not DAG-CBOR: ${errorMessage(error).slice(0, 100)}`)
  }
}
