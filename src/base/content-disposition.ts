/**
 * Content-Disposition with a name in any script (RFC 6266 §4): `filename` in ASCII for old clients, `filename*` in
 * UTF-8 (RFC 8187) for the rest.
 */
export function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  const ascii = Array.from(name.normalize('NFC'), toAscii).join('')
  // A percent sign in the plain form is decoded by some clients (RFC 6266 appendix D).
  const plain = ascii.replace(/["\\%/]/g, '_')
  return `${type}; filename="${plain}"; filename*=UTF-8''${extValue(name)}`
}

/** attr-char of RFC 8187 §3.2.1 stands for itself, the rest in percent-escapes. */
function extValue(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** A letter without its accents, or an underscore for what has no such form. */
function toAscii(char: string): string {
  return char.normalize('NFKD').replace(/[^\x20-\x7e]/g, '') || '_'
}
