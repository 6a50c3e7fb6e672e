import type { IncomingHttpHeaders } from 'node:http'

/** What preconditions lead to (RFC 9110 §13.2.2). */
export type Verdict = 'proceed' | 'not-modified' | 'failed'

/**
 * Evaluates If-Match and If-None-Match of a GET or HEAD against a strong ETag (with quotes). There are no dates of
 * modification here, so conditions on dates are ignored, as §13.1.3 and §13.1.4 say.
 */
export function evaluate(headers: IncomingHttpHeaders, etag: string): Verdict {
  const match = headers['if-match']
  if (match !== undefined && !lists(match, etag, 'strong')) return 'failed'
  const noneMatch = headers['if-none-match']
  return noneMatch !== undefined && lists(noneMatch, etag, 'weak') ? 'not-modified' : 'proceed'
}

/** Whether a Range field counts: without If-Range, or when that is this very ETag (§13.1.5); a date never is. */
export function rangeApplies(headers: IncomingHttpHeaders, etag: string): boolean {
  const condition = headers['if-range']
  return condition === undefined || String(condition).trim() === etag
}

function lists(field: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (field.trim() === '*') return true
  for (const [, weak, tag] of field.matchAll(/(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g)) {
    if (tag === etag && (comparison === 'weak' || weak === undefined)) return true
  }
  return false
}
