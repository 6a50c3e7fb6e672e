import { fromUtf8 } from '../../../base/index.ts'
import { decodeBase64 } from '../access/login.ts'
import { MAX_AUTHORIZATION_LENGTH } from './limits.ts'

/** Name and password of HTTP's Basic scheme (RFC 7617); undefined when the field is anything else. */
export function decodeBasic(
  authorization: string | undefined,
): { name: string; password: string } | undefined {
  if (authorization === undefined || authorization.length > MAX_AUTHORIZATION_LENGTH) return undefined
  const [, coded] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization) ?? []
  const bytes = coded === undefined ? undefined : decodeBase64(coded)
  const text = bytes && fromUtf8(bytes)
  const colon = text?.indexOf(':') ?? -1
  return text !== undefined && colon > 0
    ? { name: text.slice(0, colon), password: text.slice(colon + 1) }
    : undefined
}

export function encodeBasic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
}
