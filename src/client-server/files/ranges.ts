/** What a Range field asks of a representation (RFC 9110 §14.2). Bytes `begin` … `end` − 1. */
export type RangeWish =
  | { readonly is: 'whole' }
  | { readonly is: 'part'; readonly begin: number; readonly end: number }
  | { readonly is: 'unsatisfiable' }

const WHOLE: RangeWish = { is: 'whole' }

/**
 * Reads a Range field. What is malformed, in other units or asks for several ranges is ignored, as §14.2 allows: the whole is sent.
 */
export function parseRange(field: string | undefined, length: number): RangeWish {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(field ?? '')
  if (!match) return WHOLE
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? WHOLE : suffix(Number(last), length)
  // Digits beyond 2^53 round, and are beyond every length either way.
  const begin = Number(first)
  const end = last === '' ? length : Math.min(Number(last) + 1, length)
  if (last !== '' && isBefore(last, first)) return WHOLE
  return begin >= length ? { is: 'unsatisfiable' } : { is: 'part', begin, end }
}

function suffix(count: number, length: number): RangeWish {
  if (count === 0) return { is: 'unsatisfiable' }
  // Nothing of nothing is satisfiable (§14.1.2), but Content-Range cannot say it.
  return length === 0 ? WHOLE : { is: 'part', begin: Math.max(0, length - count), end: length }
}

/** Exact whatever the number of digits. */
function isBefore(a: string, b: string): boolean {
  return BigInt(a) < BigInt(b)
}

export function contentRange(begin: number, end: number, length: number): string {
  return `bytes ${begin}-${end - 1}/${length}`
}
