import { createHash } from 'node:crypto'

/** Fields that stay the same however often a message is sent again; trace fields do not. */
const SAME_IN_DOUBLES = /^(from|subject):/i

/**
 * What a message has in common with its doubles: Message-ID, sender, subject, and the whole body. A Message-ID alone
 * would let anybody who can guess it hide a message that is still to come.
 */
export function doubleKey(messageId: string, head: Uint8Array, body: Uint8Array): Uint8Array {
  const hash = createHash('sha256').update(`${messageId}\0`)
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
  for (const field of text.split(/\r\n(?![ \t])/)) if (SAME_IN_DOUBLES.test(field)) hash.update(`${field}\0`)
  return hash.update(body).digest()
}
