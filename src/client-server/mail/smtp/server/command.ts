import { fromUtf8 } from '../../../../base/index.ts'
import { parsePath, type MailPath } from '../../address/index.ts'
import { reply, type Reply } from '../reply.ts'

/** What a client may say, understood. */
export type Command =
  | { readonly verb: 'HELO' | 'EHLO'; readonly host: string }
  | { readonly verb: 'MAIL'; readonly path: MailPath; readonly parameters: MailParameters }
  | { readonly verb: 'RCPT'; readonly path: MailPath }
  | { readonly verb: 'AUTH'; readonly mechanism: string; readonly initial: string | undefined }
  | { readonly verb: 'DATA' | 'RSET' | 'NOOP' | 'QUIT' | 'STARTTLS' | 'HELP' | 'VRFY' | 'EXPN' }
  /** What a browser or a confused program says. */
  | { readonly verb: 'HTTP' }

export interface MailParameters {
  /** Bytes announced by SIZE= (RFC 1870). */
  readonly size: number | undefined
  readonly body: '7BIT' | '8BITMIME'
  readonly smtpUtf8: boolean
}

export type ParsedCommand = Command | { readonly verb: undefined; readonly reply: Reply }

const NAME = /^[A-Za-z0-9._:[\]-]{1,255}$/
const KEYWORD = /^[A-Za-z0-9][A-Za-z0-9-]*$/
const VALUE = /^[^\0-\x20=\x7f]+$/
const CONTROL = /\p{Cc}/u
const HTTP = /^(?:GET|POST|HEAD|PUT|OPTIONS|CONNECT|DELETE|PATCH|TRACE)$/

/** Understands one command line (without its CRLF). What cannot be understood comes back as the reply to give. */
export function parseCommand(bytes: Uint8Array): ParsedCommand {
  const line = fromUtf8(bytes)?.replace(/[ \t]+$/, '')
  if (line === undefined || CONTROL.test(line))
    return fault(500, '5.5.2', 'A command is text without control characters')
  const space = line.indexOf(' ')
  const verb = (space < 0 ? line : line.slice(0, space)).toUpperCase()
  const rest = space < 0 ? '' : line.slice(space + 1)
  switch (verb) {
    case 'HELO':
    case 'EHLO':
      return NAME.test(rest) ? { verb, host: rest } : fault(501, '5.5.4', `Syntax: ${verb} hostname`)
    case 'MAIL':
      return parseMail(rest)
    case 'RCPT':
      return parseRcpt(rest)
    case 'AUTH':
      return parseAuth(rest)
    case 'DATA':
    case 'RSET':
    case 'QUIT':
    case 'STARTTLS':
      return rest === '' ? { verb } : fault(501, '5.5.4', `${verb} takes no parameters`)
    case 'NOOP':
    case 'HELP':
    case 'EXPN':
      return { verb }
    case 'VRFY':
      return rest === '' ? fault(501, '5.5.4', 'Syntax: VRFY address') : { verb }
    default:
      return HTTP.test(verb) ? { verb: 'HTTP' } : fault(500, '5.5.2', 'Command not recognised')
  }
}

function fault(code: number, status: string, text: string): ParsedCommand {
  return { verb: undefined, reply: reply(code, status, text) }
}

function parseMail(rest: string): ParsedCommand {
  const argument = /^FROM: *(.*)$/i.exec(rest)
  if (!argument) return fault(501, '5.5.4', 'Syntax: MAIL FROM:<address>')
  const parsed = parsePath(argument[1]!)
  if (!parsed || parsed.path.is === 'postmaster') return fault(501, '5.1.7', 'Bad sender address syntax')
  const parameters = parseParameters(parsed.rest)
  if (!parameters) return fault(501, '5.5.4', 'Bad parameters')
  return readMailParameters(parsed.path, parameters)
}

function readMailParameters(path: MailPath, given: ReadonlyMap<string, string | undefined>): ParsedCommand {
  let size: number | undefined
  let body: MailParameters['body'] = '7BIT'
  for (const [keyword, value] of given) {
    if (keyword === 'SIZE' && value !== undefined && /^\d{1,20}$/.test(value)) size = Number(value)
    else if (keyword === 'BODY' && /^(?:7BIT|8BITMIME)$/i.test(value ?? ''))
      body = value!.toUpperCase() as MailParameters['body']
    // Who is on record as the sender matters between servers that trust each other (RFC 4954 §5); here nobody is trusted.
    else if (keyword === 'AUTH' && value !== undefined) continue
    else if (keyword === 'SIZE' || keyword === 'BODY' || (keyword === 'SMTPUTF8' && value !== undefined))
      return fault(501, '5.5.4', `Bad value of ${keyword}`)
    else if (keyword !== 'SMTPUTF8')
      return fault(555, '5.5.4', `Parameter ${keyword.slice(0, 32)} is not supported`)
  }
  const smtpUtf8 = given.has('SMTPUTF8')
  if (path.is === 'address' && path.address.needsUtf8 && !smtpUtf8)
    return fault(553, '5.6.7', 'An address with other than ASCII characters needs SMTPUTF8')
  return { verb: 'MAIL', path, parameters: { size, body, smtpUtf8 } }
}

function parseRcpt(rest: string): ParsedCommand {
  const argument = /^TO: *(.*)$/i.exec(rest)
  if (!argument) return fault(501, '5.5.4', 'Syntax: RCPT TO:<address>')
  const parsed = parsePath(argument[1]!)
  if (!parsed || parsed.path.is === 'null') return fault(501, '5.1.3', 'Bad recipient address syntax')
  const parameters = parseParameters(parsed.rest)
  if (!parameters) return fault(501, '5.5.4', 'Bad parameters')
  const [unknown] = parameters.keys()
  if (unknown !== undefined) return fault(555, '5.5.4', `Parameter ${unknown.slice(0, 32)} is not supported`)
  return { verb: 'RCPT', path: parsed.path }
}

function parseAuth(rest: string): ParsedCommand {
  const [mechanism = '', initial, ...more] = rest.split(' ')
  if (!/^[A-Za-z0-9_-]{1,20}$/.test(mechanism) || more.length > 0 || initial === '')
    return fault(501, '5.5.4', 'Syntax: AUTH mechanism [initial response]')
  return { verb: 'AUTH', mechanism: mechanism.toUpperCase(), initial }
}

/** ` KEYWORD=value KEYWORD` (RFC 5321 §4.1.2); undefined when malformed or said twice. */
function parseParameters(text: string): ReadonlyMap<string, string | undefined> | undefined {
  const found = new Map<string, string | undefined>()
  for (const part of text.split(' ').filter((part) => part !== '')) {
    const equals = part.indexOf('=')
    const keyword = (equals < 0 ? part : part.slice(0, equals)).toUpperCase()
    const value = equals < 0 ? undefined : part.slice(equals + 1)
    if (!KEYWORD.test(keyword) || (value !== undefined && !VALUE.test(value)) || found.has(keyword))
      return undefined
    found.set(keyword, value)
  }
  return found
}
