/** For tests: hand-made CBOR (RFC 8949 §3), also the kinds that DAG-CBOR forbids, and mutations of good bytes. */
import fc from 'fast-check'
import { concatBytes, utf8 } from '../base/bytes.ts'
import { isShoalError } from '../base/errors.ts'

/** A head: major type 0…7 and argument in the fewest bytes, or in `width` bytes. */
export function head(major: number, argument: number | bigint, width?: 0 | 1 | 2 | 4 | 8): Uint8Array {
  const value = BigInt(argument)
  const bytes = width ?? (value < 24n ? 0 : value < 256n ? 1 : value < 65536n ? 2 : value < 2n ** 32n ? 4 : 8)
  const out = new Uint8Array(1 + bytes)
  out[0] = (major << 5) | (bytes === 0 ? Number(value) : { 1: 24, 2: 25, 4: 26, 8: 27 }[bytes])
  for (let i = 0; i < bytes; i++) out[1 + i] = Number((value >> BigInt(8 * (bytes - 1 - i))) & 255n)
  return out
}

export const uint = (value: number | bigint, width?: 0 | 1 | 2 | 4 | 8) => head(0, value, width)
export const negative = (value: number) => head(1, -1 - value)
export const byteString = (bytes: Uint8Array) => concatBytes(head(2, bytes.length), bytes)
export const text = (value: string) => rawText(utf8(value))
export const rawText = (bytes: Uint8Array) => concatBytes(head(3, bytes.length), bytes)
export const list = (...items: Uint8Array[]) => concatBytes(head(4, items.length), ...items)
export const map = (...pairs: [Uint8Array, Uint8Array][]) =>
  concatBytes(head(5, pairs.length), ...pairs.flat())
export const tag = (number: number, item: Uint8Array) => concatBytes(head(6, number), item)
export const simple = (value: number) => Uint8Array.of(0xe0 | value)
export const BREAK = Uint8Array.of(0xff)

export function float64(value: number): Uint8Array {
  const out = new Uint8Array(9)
  out[0] = 0xfb
  new DataView(out.buffer).setFloat64(1, value)
  return out
}

/** Good bytes with a few bytes changed, cut off, doubled or put in. */
export function mutated(good: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    at: fc.nat(good.length),
    drop: fc.nat(3),
    put: fc.uint8Array({ maxLength: 4 }),
  })
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce(
        (bytes, { at, drop, put }) => concatBytes(bytes.subarray(0, at), put, bytes.subarray(at + drop)),
        good,
      ),
    )
}

/** The code an act fails with; the error itself when it is no ShoalError; `accepted` when nothing is thrown. */
export function refusal(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return isShoalError(error) ? error.code : error
  }
  return 'accepted'
}
