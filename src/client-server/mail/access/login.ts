import type { Account, Accounts } from '../types.ts'
import { fromUtf8 } from '../../../base/index.ts'
import { MAX_LOGIN_LENGTH, MAX_PASSWORD_LENGTH } from './limits.ts'

/** Whoever proved who they are, or why not. Texts are for the answer. */
export type Login =
  | { readonly is: 'account'; readonly account: Account }
  | { readonly is: 'refused' }
  | { readonly is: 'wait'; readonly seconds: number }

/** Checks a name and a password, both bounded first. */
export async function logIn(
  accounts: Accounts,
  name: string,
  password: string,
  source: string,
): Promise<Login> {
  if (name.length > MAX_LOGIN_LENGTH || password.length > MAX_PASSWORD_LENGTH) return { is: 'refused' }
  const result = await accounts.verify(name, password, source)
  if (result.is === 'wait') return { is: 'wait', seconds: Math.ceil(result.ms / 1000) }
  return result
}

/** Name and password of SASL PLAIN (RFC 4616); undefined when it is not that, or speaks for somebody else. */
export function decodePlain(base64: string): { name: string; password: string } | undefined {
  const bytes = decodeBase64(base64)
  const text = bytes && fromUtf8(bytes)
  const parts = text?.split('\0')
  if (parts?.length !== 3) return undefined
  const [forWhom, name = '', password = ''] = parts
  if (name === '' || (forWhom !== '' && forWhom !== name)) return undefined
  return { name, password }
}

/** Strict: what is not base64 is not guessed at. */
export function decodeBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}

/**
 * Whether a connection comes from this very machine, so that nobody can listen in on the way: over the loopback
 * interface, or to one of our addresses from the same address, which nobody else can complete a handshake with.
 */
export function isSameMachine(remote: string, local: string | undefined): boolean {
  return /^(::ffff:)?127\.|^::1$/i.test(remote) || (local !== undefined && remote === local)
}
