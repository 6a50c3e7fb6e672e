import { MAX_PARAMETERS, MAX_STRUCTURED_LENGTH } from './limits.ts'
import { tokenize } from './tokens.ts'

export type Parameters = readonly (readonly [name: string, value: string])[]

/** A value with parameters: `attachment; filename="a b"` (RFC 2045 §5.1, RFC 2183). */
export interface ParameterValue {
  /** Lower case. */
  readonly value: string
  /** Names in lower case; values as in the message. */
  readonly parameters: Parameters
}

/** Takes such a field apart, leniently. Undefined when there is no value in front. */
export function parseParameterValue(text: string): ParameterValue | undefined {
  if (text.length > MAX_STRUCTURED_LENGTH) return undefined
  const tokens = tokenize(text, ';=').filter(({ is }) => is !== 'comment')
  const [first, ...rest] = tokens
  if (first?.is !== 'word') return undefined
  const parameters: (readonly [string, string])[] = []
  for (let i = 0; i + 2 < rest.length && parameters.length < MAX_PARAMETERS; i++) {
    const [semicolon, name, equals, value] = rest.slice(i, i + 4)
    if (semicolon?.text !== ';' || name?.is !== 'word' || equals?.text !== '=') continue
    if (!value || value.is === 'special') continue
    parameters.push([name.text.toLowerCase(), value.text])
    i += 3
  }
  return { value: first.text.toLowerCase(), parameters }
}

export function parameter(parameters: Parameters, name: string): string | undefined {
  return parameters.find(([known]) => known === name)?.[1]
}
