/**
 * A browser's WebSocket can send no header but its subprotocols, so the token travels there (RFC 6455 §4.1, RFC 7230
 * §3.2.6: tokens are letters, digits and a few signs). The core selects the plain protocol: the token is not echoed.
 */
export const PROTOCOL = 'shoal.1'
const TOKEN_PREFIX = 'shoal.token.'

export function offeredProtocols(token: string): string[] {
  return [PROTOCOL, TOKEN_PREFIX + token]
}

/** The token among the offered subprotocols, if the client speaks our protocol and offers exactly one. */
export function offeredToken(header: string | undefined): string | undefined {
  const offered = (header ?? '').split(',').map((each) => each.trim())
  const tokens = offered.filter((each) => each.startsWith(TOKEN_PREFIX))
  if (!offered.includes(PROTOCOL) || tokens.length !== 1) return undefined
  return tokens[0]!.slice(TOKEN_PREFIX.length)
}
