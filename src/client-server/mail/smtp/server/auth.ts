import { fromUtf8 } from '../../../../base/index.ts'

/** What a mechanism of RFC 4954 wants next. */
export type AuthStep =
  | { readonly is: 'ask'; readonly challenge: string; readonly exchange: AuthExchange }
  | { readonly is: 'credentials'; readonly login: string; readonly password: string }
  | { readonly is: 'cancelled' }
  | { readonly is: 'malformed' }

/** Where an exchange stands: what the next line will be. */
export type AuthExchange =
  | { readonly awaits: 'plain' }
  | { readonly awaits: 'login-name' }
  | { readonly awaits: 'login-password'; readonly login: string }

const MECHANISMS = ['PLAIN', 'LOGIN'] as const
export const AUTH_MECHANISMS: readonly string[] = MECHANISMS

/** Begins an exchange; undefined for a mechanism that is not known. `initial` is the initial response, `=` an empty one. */
export function beginAuth(mechanism: string, initial: string | undefined): AuthStep | undefined {
  if (!AUTH_MECHANISMS.includes(mechanism)) return undefined
  const exchange: AuthExchange = mechanism === 'PLAIN' ? { awaits: 'plain' } : { awaits: 'login-name' }
  if (initial === undefined) return ask(exchange)
  return continueAuth(exchange, initial === '=' ? '' : initial)
}

/** Takes the client's next line. */
export function continueAuth(exchange: AuthExchange, line: string): AuthStep {
  if (line === '*') return { is: 'cancelled' }
  const text = decodeBase64(line)
  if (text === undefined) return { is: 'malformed' }
  switch (exchange.awaits) {
    case 'plain':
      return readPlain(text)
    case 'login-name':
      return ask({ awaits: 'login-password', login: text })
    case 'login-password':
      return { is: 'credentials', login: exchange.login, password: text }
  }
}

function ask(exchange: AuthExchange): AuthStep {
  const question = { plain: '', 'login-name': 'Username:', 'login-password': 'Password:' }[exchange.awaits]
  return { is: 'ask', challenge: Buffer.from(question).toString('base64'), exchange }
}

/** authorisation NUL login NUL password, RFC 4616. To act for somebody else is not possible here. */
function readPlain(text: string): AuthStep {
  const parts = text.split('\0')
  const [authorisation, login, password] = parts
  if (parts.length !== 3 || !login || !password) return { is: 'malformed' }
  return authorisation === '' || authorisation === login
    ? { is: 'credentials', login, password }
    : { is: 'malformed' }
}

function decodeBase64(line: string): string | undefined {
  if (line.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(line)) return undefined
  return fromUtf8(Buffer.from(line, 'base64'))
}
