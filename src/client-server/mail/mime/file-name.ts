import { clean } from './clean.ts'
import { decodeBytes, decodeText } from './decode.ts'
import { parameter, type Parameters } from './parameters.ts'
import type { Part } from './parts.ts'

/** The last step of whatever path a message gives its attachment: it may be meant to leave the folder. */
export function fileName(part: Part): string {
  const last = clean(givenName(part) ?? '')
    .split(/[/\\]/)
    .at(-1)!
    .trim()
  return last === '' || /^\.+$/.test(last) ? nameOfType(part) : last.slice(0, 200)
}

/** The name a part gives itself, as it stands there; undefined for one without. */
export function givenName({ disposition, parameters }: Part): string | undefined {
  return extended(disposition?.parameters ?? [], 'filename') ?? extended(parameters, 'name')
}

function nameOfType({ type, subtype }: Part): string {
  if (type === 'message' && subtype === 'rfc822') return 'message.eml'
  return `${type}.${subtype}`.replace(/[^\w.-]/g, '')
}

/** A parameter that may be in a charset (RFC 2231): `filename*=utf-8''…`, also in several pieces. */
function extended(parameters: Parameters, name: string): string | undefined {
  const plain = parameter(parameters, name)
  if (plain !== undefined) return decodeText(plain)
  let raw = parameter(parameters, `${name}*`) ?? ''
  for (let i = 0; raw === '' || i > 0; i++) {
    const piece = parameter(parameters, `${name}*${i}*`) ?? parameter(parameters, `${name}*${i}`)
    if (piece === undefined) break
    raw += piece
  }
  if (raw === '') return undefined
  const [, charset = 'utf-8', coded = raw] = /^([^']*)'[^']*'(.*)$/s.exec(raw) ?? []
  const bytes = coded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return decodeBytes(Buffer.from(bytes, 'latin1'), charset === '' ? 'utf-8' : charset)
}
