import type { ErrorCode } from '../../../src/base/errors.ts'

/** A failure told to a person: what happened, why, and what to do about it. */
export interface ErrorText {
  readonly what: string
  readonly why: string
  readonly todo: string
}

/** One text per code: a new code does not compile until every language has its sentences. */
export type ErrorTexts = Record<ErrorCode, ErrorText>
