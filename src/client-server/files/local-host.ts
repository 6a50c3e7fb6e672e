import { isIP } from 'node:net'

/**
 * Whether a Host field names this laptop as people of one network do: an address, a name without dots, or one below a
 * domain that is local by definition (RFC 6762 `.local`, RFC 8375 `.home.arpa`, ICANN's `.internal`). A page of the
 * internet whose name was made to point here (DNS rebinding) has another, and must not read what is listed.
 */
export function isLocalHost(host: string | undefined): boolean {
  if (host === undefined || host === '') return false
  if (/^\[[0-9a-f:.]+\](:\d{1,5})?$/i.test(host)) return true
  const name = host
    .replace(/:\d{1,5}$/, '')
    .toLowerCase()
    .replace(/\.$/, '')
  if (isIP(name) === 4) return true
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)) return false
  return !name.includes('.') || /\.(local|localhost|internal|lan|home\.arpa)$/.test(name)
}
