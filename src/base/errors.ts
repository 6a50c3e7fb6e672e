/**
 * The one error class of Shoal. The code says what happened, `data` holds the facts a sentence for people needs,
 * `cause` the underlying error. Codes are a closed set: sentences (renderer, CLI) and wire codes are derived from it.
 */
export const ERROR_CODES = [
  // what a person asked for cannot be understood
  'bad-usage',
  'bad-link',
  'bad-address',
  'bad-rate',
  'bad-setting',
  'not-found',
  'not-supported',
  // content: roots, pages, names
  'bad-root',
  'bad-page',
  'bad-name',
  'too-large',
  'hash-mismatch',
  'empty-share',
  // disk
  'disk-full',
  'permission-denied',
  'path-missing',
  'source-changed',
  'storage-failed',
  'storage-corrupt',
  // peers
  'nobody-has-it',
  'unknown-share',
  'proof-failed',
  'protocol-violation',
  'rate-limited',
  'peer-unreachable',
  'peer-gone',
  'declined',
  // servers
  'server-unreachable',
  'server-refused',
  'port-taken',
  'name-not-found',
  'resolver-failed',
  'bad-domain-name',
  'bad-dns-message',
  'bad-zone',
  // mail
  'bad-mail-address',
  'mailbox-missing',
  'mailbox-full',
  'name-taken',
  'mail-refused',
  'bad-credentials',
  // the app itself
  'already-running',
  'core-gone',
  'not-running',
  'timeout',
  'cancelled',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** Facts for a sentence about the error: short, printable, never secret. */
export type ErrorData = Readonly<Record<string, string | number | boolean | undefined>>

export class ShoalError extends Error {
  readonly code: ErrorCode
  readonly data: ErrorData

  constructor(code: ErrorCode, message: string, options: { data?: ErrorData; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ShoalError'
    this.code = code
    this.data = options.data ?? {}
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && (ERROR_CODES as readonly string[]).includes(value)
}

export function isShoalError(value: unknown, code?: ErrorCode): value is ShoalError {
  return value instanceof ShoalError && (code === undefined || value.code === code)
}

/** The platform's abort errors keep their names; this recognises both of them. */
export function isAbort(value: unknown): boolean {
  return value instanceof Error && (value.name === 'AbortError' || value.name === 'TimeoutError')
}

const SYSTEM_CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'too-large',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
  ENOENT: 'path-missing',
  ENOTDIR: 'path-missing',
  EADDRINUSE: 'port-taken',
  ECONNREFUSED: 'peer-unreachable',
  EHOSTUNREACH: 'peer-unreachable',
  ENETUNREACH: 'peer-unreachable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'peer-gone',
  EPIPE: 'peer-gone',
}

/** The operating system's code of an error (`ENOSPC`), if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** Any thrown value as a ShoalError: system codes are mapped, aborts become `cancelled`, the rest is `fallback`. */
export function toShoalError(error: unknown, fallback: ErrorCode = 'internal'): ShoalError {
  if (error instanceof ShoalError) return error
  if (isAbort(error)) {
    const reason = (error as Error).name === 'TimeoutError' ? 'timeout' : 'cancelled'
    return new ShoalError(reason, (error as Error).message, { cause: error })
  }
  const mapped = SYSTEM_CODES[systemCode(error) ?? '']
  return new ShoalError(mapped ?? fallback, errorMessage(error), { cause: error })
}

/** What was thrown, as an error. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
