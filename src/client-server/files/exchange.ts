import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Language } from './pages/words.ts'
import type { ServedShare } from './types.ts'

/** A request on its way to its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: 'GET' | 'HEAD'
  readonly language: Language
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal
}

/** What every answer says: the address is the capability and goes nowhere, and nothing is guessed or indexed. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Robots-Tag': 'noindex, nofollow',
}

export type ShareExchange = Exchange & { readonly share: ServedShare }

/** Answers with a text that is whole in memory. */
export function sendText(
  { response, method }: Pick<Exchange, 'response' | 'method'>,
  status: number,
  body: string,
  headers: Readonly<Record<string, string | number>> = {},
): void {
  const bytes = Buffer.from(body, 'utf8')
  response.writeHead(status, {
    ...COMMON_HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': bytes.length,
    ...headers,
  })
  response.end(method === 'HEAD' ? undefined : bytes)
}
