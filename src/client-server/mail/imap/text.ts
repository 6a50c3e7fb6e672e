/** Text of an answer, and bytes that go out as a literal. */
export type Answer = string | Uint8Array

/** Longest text sent in quotes. */
const MAX_QUOTED = 500

/** A string, in quotes if it can be, else as a literal. One character a byte. */
export function stringOf(text: string): Answer[] {
  if (text.length <= MAX_QUOTED && /^[\x20-\x7e\t]*$/.test(text)) return [quoted(text)]
  return literalOf(Buffer.from(text, 'latin1'))
}

export function literalOf(bytes: Uint8Array): Answer[] {
  return [`{${bytes.length}}\r\n`, bytes]
}

/** A string, or NIL. */
export function nstringOf(text: string | undefined): Answer[] {
  return text === undefined ? ['NIL'] : stringOf(text)
}

export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** What the client may have sent as either: names of fields. */
export function atomOrQuoted(text: string): string {
  return /^[!#$&'+-[\]-z|}~]+$/.test(text) ? text : quoted(text.replace(/[^\x20-\x7e]/g, '?'))
}

/** Answers in brackets with a space between. */
export function parenthesized(parts: readonly (readonly Answer[])[]): Answer[] {
  return ['(', ...parts.flatMap((part, i) => (i === 0 ? part : [' ', ...part])), ')']
}
