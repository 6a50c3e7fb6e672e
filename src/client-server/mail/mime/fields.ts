import { MAX_FIELDS } from './limits.ts'

/** A field of a head, one character a byte. */
export interface Field {
  readonly name: string
  /** As it stands in the message, name and line ends included. */
  readonly raw: string
  /** What follows the colon, unfolded (RFC 5322 §2.2.3) and trimmed. */
  readonly value: string
}

/** Bytes as text of one character each: what a head is until somebody says otherwise. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** The fields of a head up to its empty line. What is not a field is passed over. */
export function parseFields(head: Uint8Array): Field[] {
  const text = latin1(head)
  const fields: Field[] = []
  let start = 0
  while (start < text.length && fields.length < MAX_FIELDS) {
    const end = endOfField(text, start)
    const raw = text.slice(start, end)
    if (raw === '\r\n' || raw === '\n') break
    const field = fieldOf(raw)
    if (field) fields.push(field)
    start = end
  }
  return fields
}

/** Where the field that begins at `start` ends: after the line that no folded one follows. */
function endOfField(text: string, start: number): number {
  for (let at = start; ;) {
    const lf = text.indexOf('\n', at)
    if (lf < 0) return text.length
    const next = text[lf + 1]
    // An empty line is not the beginning of a folded one.
    const isEmpty = lf === start || (lf === start + 1 && text[start] === '\r')
    if ((next !== ' ' && next !== '\t') || isEmpty) return lf + 1
    at = lf + 1
  }
}

function fieldOf(raw: string): Field | undefined {
  const colon = raw.indexOf(':')
  if (colon <= 0) return undefined
  const name = raw.slice(0, colon).trimEnd()
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) return undefined
  return { name, raw, value: unfold(raw.slice(colon + 1)) }
}

function unfold(text: string): string {
  return text.replace(/\r?\n/g, '').trim()
}

/** The value of the first field of a name, whatever its case. */
export function fieldValue(fields: readonly Field[], name: string): string | undefined {
  const wanted = name.toLowerCase()
  return fields.find((field) => field.name.toLowerCase() === wanted)?.value
}

/** The `Message-ID` with its angle brackets. */
export function messageIdOf(head: Uint8Array): string | undefined {
  const value = fieldValue(parseFields(head), 'message-id')
  return /<[^<>]{1,995}>/.exec(value ?? '')?.[0]
}
