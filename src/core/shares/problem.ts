import { toShoalError } from '../../base/index.ts'
import type { Problem } from '../../contract/index.ts'

/** Any error as it crosses the contract. */
export function toProblem(error: unknown): Problem {
  const { code, message, data } = toShoalError(error)
  const known = Object.entries(data).filter((entry): entry is [string, string | number | boolean] => {
    return entry[1] !== undefined
  })
  return { code, message, data: Object.fromEntries(known) }
}
