import { latin1 } from './fields.ts'
import { MAX_DECODED_BYTES } from './limits.ts'
import { parameter } from './parameters.ts'
import type { Part } from './parts.ts'

/** Adjacent encoded words are one text: the blanks between them are none of it (RFC 2047 §6.2). */
const ENCODED_WORD = /=\?([^?\s]{1,60})\?([bq])\?([^?\s]*)\?=(?:\s+(?==\?[^?\s]{1,60}\?[bq]\?[^?\s]*\?=))?/gi

/** A field's value for people: encoded words decoded, bytes beyond ASCII read as UTF-8. Never throws. */
export function decodeText(value: string): string {
  const text = value.replace(ENCODED_WORD, (_, charset: string, kind: string, coded: string) => {
    const bytes = kind.toLowerCase() === 'b' ? Buffer.from(coded, 'base64') : fromQ(coded)
    // Kept as one character a byte until the end, so that bytes beside it can be read as UTF-8.
    return latin1(Buffer.from(decodeBytes(bytes, charset)))
  })
  return decodeBytes(Buffer.from(text, 'latin1'), 'utf-8')
}

function fromQ(coded: string): Buffer {
  return fromHexEscapes(coded.replaceAll('_', ' '))
}

function fromHexEscapes(text: string): Buffer {
  const plain = text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1')
}

/** Text of bytes in a charset; one that nobody knows is read as UTF-8, else as Latin-1. Never throws. */
export function decodeBytes(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset.split('*')[0]).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/** The bytes of a part without its transfer encoding (RFC 2045 §6), at most the bound of them. */
export function decodedBytes(
  message: Uint8Array,
  { body, encoding }: Part,
  most = MAX_DECODED_BYTES,
): Uint8Array {
  // Base64 takes four characters for three bytes and lines besides.
  const raw = message.subarray(
    body.start,
    Math.min(body.end, body.start + most * (encoding === '7bit' ? 1 : 2)),
  )
  if (encoding === 'base64') return Buffer.from(latin1(raw), 'base64').subarray(0, most)
  if (encoding !== 'quoted-printable') return raw.subarray(0, most)
  return fromHexEscapes(joinSoftBreaks(latin1(raw))).subarray(0, most)
}

const PADDING = 0x3d
const IS_BASE64 = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/]/.test(String.fromCharCode(byte)) ? 1 : 0,
)

/** Bytes of a part without its transfer encoding, counted; of anything but base64 as they stand in the message. */
export function decodedSize(message: Uint8Array, { body, encoding }: Part): number {
  if (encoding !== 'base64') return body.end - body.start
  let letters = 0
  for (let at = body.start; at < body.end && message[at] !== PADDING; at++)
    letters += IS_BASE64[message[at]!]!
  return Math.floor((letters * 3) / 4)
}

/** Lines without blanks at their end (they were added on the way), joined where they end in `=`. */
function joinSoftBreaks(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd())
  const last = lines.length - 1
  return lines
    .map((line, i) => (line.endsWith('=') ? line.slice(0, -1) : i < last ? `${line}\r\n` : line))
    .join('')
}

/** A text part as text. */
export function decodedText(message: Uint8Array, part: Part, most = MAX_DECODED_BYTES): string {
  return decodeBytes(decodedBytes(message, part, most), parameter(part.parameters, 'charset') ?? 'utf-8')
}
