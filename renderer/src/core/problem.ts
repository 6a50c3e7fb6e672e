import { isShoalError, type ErrorData } from '../../../src/base/errors.ts'
import type { Problem } from '../../../src/contract/index.ts'

/** Any failure of a call as a problem: what the core said, else a cancellation, else that the page itself failed. */
export function problemOf(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error)
  if (isShoalError(error)) return { code: error.code, message, data: facts(error.data) }
  const aborted = error instanceof Error && error.name === 'AbortError'
  return { code: aborted ? 'cancelled' : 'internal', message, data: {} }
}

function facts(data: ErrorData): Problem['data'] {
  return Object.fromEntries(
    Object.entries(data).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
}
