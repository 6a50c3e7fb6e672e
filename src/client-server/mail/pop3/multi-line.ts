import type { Content } from '../mailbox/index.ts'

const LF = 10
const DOT = 46

/**
 * A message as the answer to RETR: a dot more before each line that begins with one, and a line with a dot at the end
 * (RFC 1939 §3). A line may begin after a bare LF too: clients differ in what they take for one.
 */
export function stuffed({ head, body }: Content): Buffer {
  const bytes = Buffer.concat([head, body])
  const pieces: Uint8Array[] = []
  let from = 0
  if (bytes[0] === DOT) pieces.push(Buffer.from('.'))
  for (let at = bytes.indexOf('\n.'); at >= 0; at = bytes.indexOf('\n.', at + 1)) {
    pieces.push(bytes.subarray(from, at + 2))
    from = at + 1
  }
  pieces.push(bytes.subarray(from))
  const endsLine = bytes.length === 0 || (bytes.at(-1) === LF && bytes.at(-2) === 13)
  pieces.push(Buffer.from(endsLine ? '.\r\n' : '\r\n.\r\n'))
  return Buffer.concat(pieces)
}

/** The head and the first `lines` lines of the body (TOP, RFC 1939 §7). */
export function topOf({ head, body }: Content, lines: number): Content {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  let end = 0
  for (let line = 0; line < lines && end < bytes.length; line++) {
    const lf = bytes.indexOf(LF, end)
    end = lf < 0 ? bytes.length : lf + 1
  }
  return { head, body: bytes.subarray(0, end) }
}
