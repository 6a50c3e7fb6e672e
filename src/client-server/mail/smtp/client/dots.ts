const LF = 10
const DOT = 46

/**
 * A message as DATA carries it: a dot before every line that begins with one (RFC 5321 §4.5.2), and the dot that ends it.
 * The message has CRLF line ends throughout.
 */
export function stuffDots(message: Uint8Array): Buffer {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
  const parts: Buffer[] = []
  let start = 0
  for (let dot = bytes.indexOf(DOT); dot >= 0; dot = bytes.indexOf(DOT, dot + 1)) {
    if (dot > 0 && bytes[dot - 1] !== LF) continue
    parts.push(bytes.subarray(start, dot), ONE_DOT)
    start = dot
  }
  parts.push(bytes.subarray(start), bytes.length === 0 || bytes.at(-1) === LF ? END : CRLF_END)
  return Buffer.concat(parts)
}

const ONE_DOT = Buffer.from('.')
const END = Buffer.from('.\r\n')
const CRLF_END = Buffer.from('\r\n.\r\n')
