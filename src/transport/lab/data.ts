import { fromUtf8, utf8 } from '../../base/index.ts'
import { MAX_SHOWN_BYTES } from './limits.ts'
import type { LabData, LabReceived } from './types.ts'

const FILLER = 0x78

/** The bytes that are sent. */
export function dataBytes(data: LabData): Uint8Array {
  return data.is === 'text' ? utf8(data.text) : new Uint8Array(data.bytes).fill(FILLER)
}

/** How many they are, without making them. */
export function dataLength(data: LabData): number {
  return data.is === 'text' ? utf8(data.text).length : data.bytes
}

/** What arrived, as text: UTF-8, or dots in place of bytes that are not printable ASCII. */
export function shown(bytes: Uint8Array): LabReceived {
  const part = bytes.subarray(0, MAX_SHOWN_BYTES)
  const text =
    fromUtf8(part) ??
    Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
  return { bytes: bytes.length, text }
}
