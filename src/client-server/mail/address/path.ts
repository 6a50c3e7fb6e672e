import { utf8 } from '../../../base/index.ts'
import { parseAddress, parseDomain, type Address } from './address.ts'
import { MAX_PATH_BYTES } from './limits.ts'

/** What stands between the angle brackets of MAIL and RCPT. */
export type MailPath =
  /** `<>`: notifications, which are never answered. */
  | { readonly is: 'null' }
  /** `<postmaster>`, which every server takes without a domain (RFC 5321 §4.1.1.3). */
  | { readonly is: 'postmaster' }
  | { readonly is: 'address'; readonly address: Address }

/**
 * Reads a path at the start of `text`; gives it with what follows. A source route (`<@a,@b:user@c>`) is understood and
 * ignored (RFC 5321 §3.3). Undefined when there is no well-formed path.
 */
export function parsePath(text: string): { path: MailPath; rest: string } | undefined {
  const end = endOfPath(text)
  if (end === undefined || utf8(text.slice(0, end)).length > MAX_PATH_BYTES) return undefined
  const rest = text.slice(end)
  if (rest !== '' && !rest.startsWith(' ')) return undefined
  const inner = withoutRoute(text.slice(1, end - 1))
  if (inner === undefined) return undefined
  if (inner === '') return { path: { is: 'null' }, rest }
  if (/^postmaster$/i.test(inner)) return { path: { is: 'postmaster' }, rest }
  const address = parseAddress(inner, { utf8: true })
  return address && { path: { is: 'address', address }, rest }
}

/** The place after the `>` that closes the path: the first one outside quotes. */
function endOfPath(text: string): number | undefined {
  if (!text.startsWith('<')) return undefined
  let isQuoted = false
  for (let i = 1; i < text.length && i <= MAX_PATH_BYTES; i++) {
    const char = text[i]
    if (isQuoted && char === '\\') i++
    else if (char === '"') isQuoted = !isQuoted
    else if (char === '>' && !isQuoted) return i + 1
  }
  return undefined
}

function withoutRoute(inner: string): string | undefined {
  if (!inner.startsWith('@')) return inner
  const colon = inner.indexOf(':')
  if (colon < 0) return undefined
  const hops = inner.slice(0, colon).split(',')
  const isRoute = hops.every((hop) => hop.startsWith('@') && parseDomain(hop.slice(1), { utf8: true }))
  const rest = inner.slice(colon + 1)
  return isRoute && rest !== '' ? rest : undefined
}
