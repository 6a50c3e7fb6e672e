import { countLines, type Parameters, type ParameterValue, type Part } from '../mime/index.ts'
import { envelopeOf } from './envelope.ts'
import { nstringOf, parenthesized, stringOf, type Answer } from './text.ts'

/** What BODYSTRUCTURE answers, or BODY without the extension data (RFC 3501 §7.4.2). */
export function bodyStructureOf(message: Uint8Array, part: Part, isExtended: boolean): Answer[] {
  if (part.children.length > 0) return multipart(message, part, isExtended)
  const basic = [
    upper(part.type),
    upper(part.subtype),
    parameterList(part.parameters),
    nstringOf(part.id),
    nstringOf(part.description),
    upper(part.encoding),
    [String(part.body.end - part.body.start)],
  ]
  const special = specialFacts(message, part, isExtended)
  const extension = isExtended ? [nstringOf(part.md5), ...commonExtension(part)] : []
  return parenthesized([...basic, ...special, ...extension])
}

function multipart(message: Uint8Array, part: Part, isExtended: boolean): Answer[] {
  const children = part.children.flatMap((child) => bodyStructureOf(message, child, isExtended))
  const extension = isExtended ? [parameterList(part.parameters), ...commonExtension(part)] : []
  return parenthesized([[...children, ' ', ...upper(part.subtype)], ...extension])
}

/** Lines of a text; of a message its envelope, structure and lines. */
function specialFacts(message: Uint8Array, part: Part, isExtended: boolean): Answer[][] {
  const lines = (): Answer[] => [String(countLines(message, part.body))]
  if (part.type === 'text') return [lines()]
  if (!part.message) return []
  return [envelopeOf(part.message.fields), bodyStructureOf(message, part.message, isExtended), lines()]
}

function commonExtension({ disposition, language, location }: Part): Answer[][] {
  return [dispositionOf(disposition), nstringOf(language), nstringOf(location)]
}

function dispositionOf(disposition: ParameterValue | undefined): Answer[] {
  if (!disposition) return ['NIL']
  return parenthesized([stringOf(disposition.value), parameterList(disposition.parameters)])
}

function parameterList(parameters: Parameters): Answer[] {
  if (parameters.length === 0) return ['NIL']
  return parenthesized(parameters.flatMap(([name, value]) => [stringOf(name), stringOf(value)]))
}

function upper(text: string): Answer[] {
  return stringOf(text.toUpperCase())
}
