/** The one place where errors cross between Shoal and oRPC, both ways. */
import { ORPCError } from '@orpc/client'
import {
  isAbort,
  isErrorCode,
  ShoalError,
  toShoalError,
  type ErrorCode,
  type ErrorData,
} from '../base/errors.ts'
import { MAX_MESSAGE_CHARS } from './limits.ts'

/** The contract's only error; its data is a problem: `{code, message, data}`. */
export const WIRE_ERROR = 'SHOAL'

interface Problem {
  code: ErrorCode
  message: string
  data: Record<string, string | number | boolean>
}

/** Any thrown value as the contract's error. Aborts become `cancelled` (or `timeout`); what oRPC found wrong keeps its meaning. */
export function toWireError(error: unknown): ORPCError<typeof WIRE_ERROR, Problem> {
  const shoal = isOrpcError(error) ? ofOrpc(error) : toShoalError(error)
  const message = shoal.message.slice(0, MAX_MESSAGE_CHARS)
  const data: Problem = { code: shoal.code, message, data: printable(shoal.data) }
  return new ORPCError(WIRE_ERROR, { defined: true, status: 400, message, data, cause: error })
}

/** What a caller sees: a ShoalError with the core's code and facts. Aborts of its own keep their platform names. */
export function fromWireError(error: unknown): unknown {
  if (error instanceof ShoalError || isAbort(error)) return error
  if (!isOrpcError(error)) return new ShoalError('internal', 'the answer could not be read', { cause: error })
  return ofOrpc(error)
}

/** oRPC types what is in the error as `any`. */
function isOrpcError(error: unknown): error is ORPCError<string, unknown> {
  return error instanceof ORPCError
}

function ofOrpc(error: ORPCError<string, unknown>): ShoalError {
  if (error.code === WIRE_ERROR) return ofProblem(error)
  const code = ORPC_CODES[error.code] ?? 'internal'
  return new ShoalError(code, describe(error), { cause: error })
}

const ORPC_CODES: Readonly<Record<string, ErrorCode>> = {
  BAD_REQUEST: 'bad-usage',
  NOT_FOUND: 'not-supported',
  TOO_MANY_REQUESTS: 'rate-limited',
  PAYLOAD_TOO_LARGE: 'too-large',
  TIMEOUT: 'timeout',
  CLIENT_CLOSED_REQUEST: 'cancelled',
}

function ofProblem(error: ORPCError<string, unknown>): ShoalError {
  const problem = isRecord(error.data) ? error.data : {}
  const message = typeof problem['message'] === 'string' ? problem['message'] : error.message
  const data = isRecord(problem['data']) ? printable(problem['data']) : {}
  // A code this version does not know is a newer core's: the sentence still says what happened.
  const code = isErrorCode(problem['code']) ? problem['code'] : 'internal'
  return new ShoalError(code, message, { data, cause: error })
}

/** oRPC's validation errors list issues; the first says enough for a sentence. */
function describe(error: ORPCError<string, unknown>): string {
  const issues = isRecord(error.data) ? error.data['issues'] : undefined
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined
  if (!isRecord(first) || typeof first['message'] !== 'string') return error.message
  const path = Array.isArray(first['path']) ? first['path'].map(String).join('.') : ''
  return `${error.message}: ${path === '' ? '' : `${path}: `}${first['message']}`
}

/** The facts that the contract's schema takes. */
function printable(data: ErrorData | Record<string, unknown>): Problem['data'] {
  const out: Problem['data'] = {}
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string' || typeof value === 'boolean') out[key] = value
    else if (typeof value === 'number') out[key] = Number.isFinite(value) ? value : String(value)
  }
  return out
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
