import { isShoalError, type ShoalError } from '../../../base/index.ts'

/** How a command ended, after its tag. */
export interface Outcome {
  readonly status: 'OK' | 'NO' | 'BAD'
  /** With its response code in front, if there is one. */
  readonly text: string
}

export const ok = (text: string): Outcome => ({ status: 'OK', text })
export const no = (text: string): Outcome => ({ status: 'NO', text })
export const bad = (text: string): Outcome => ({ status: 'BAD', text })

/** What is said when a command could not be done (codes of RFC 5530). Other errors are not for the client: they end the session. */
export function outcomeOf(error: unknown): Outcome {
  if (!isShoalError(error)) throw error
  return RESPONSES[error.code]?.(error) ?? no('[SERVERBUG] it did not work')
}

const RESPONSES: Readonly<Partial<Record<ShoalError['code'], (error: ShoalError) => Outcome>>> = {
  'protocol-violation': ({ message }) => bad(message),
  'not-found': ({ message }) => no(`[NONEXISTENT] ${message}`),
  'name-taken': ({ message }) => no(`[ALREADYEXISTS] ${message}`),
  'bad-name': ({ message }) => no(`[CANNOT] ${message}`),
  'not-supported': ({ message }) => no(`[CANNOT] ${message}`),
  'mailbox-full': ({ message }) => no(`[OVERQUOTA] ${message}`),
  'too-large': ({ message }) => no(`[LIMIT] ${message}`),
  'disk-full': () => no('[UNAVAILABLE] the disk is full'),
  'storage-failed': () => no('[UNAVAILABLE] the disk does not take it'),
}
