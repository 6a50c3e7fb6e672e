/**
 * Modified UTF-7 (RFC 3501 §5.1.3): how names of folders travel. Strict: every name has one encoding.
 */
export function encodeUtf7(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => (run === '&' ? '&-' : `&${toBase64(run)}-`))
}

/** The name, or undefined for what nobody should have encoded that way. */
export function decodeUtf7(coded: string): string | undefined {
  if (/[^\x20-\x7e]/.test(coded)) return undefined
  let isGood = true
  const name = coded.replace(/&([^-]*)(-?)/g, (_, inside: string, end: string) => {
    if (inside === '' && end === '-') return '&'
    const text = end === '-' ? fromBase64(inside) : undefined
    if (text === undefined) isGood = false
    return text ?? ''
  })
  return isGood && encodeUtf7(name) === coded ? name : undefined
}

function toBase64(text: string): string {
  const bytes = Buffer.from(text, 'utf16le').swap16()
  return bytes.toString('base64').replace(/=+$/, '').replaceAll('/', ',')
}

function fromBase64(coded: string): string | undefined {
  if (!/^[A-Za-z0-9+,]+$/.test(coded)) return undefined
  const bytes = Buffer.from(coded.replaceAll(',', '/'), 'base64')
  if (bytes.length % 2 !== 0) return undefined
  const text = bytes.swap16().toString('utf16le')
  return text.isWellFormed() ? text : undefined
}
