import { isErrorCode, ShoalError, toShoalError, type ErrorData } from '../base/index.ts'

/** An error between threads: code and facts, as classes do not survive the crossing. */
export interface ErrorMessage {
  readonly code: string
  readonly message: string
  readonly data: ErrorData
}

export function toErrorMessage(error: unknown): ErrorMessage {
  const { code, message, data } = toShoalError(error, 'storage-failed')
  return { code, message, data }
}

export function fromErrorMessage({ code, message, data }: ErrorMessage): ShoalError {
  return new ShoalError(isErrorCode(code) ? code : 'internal', message, { data })
}
