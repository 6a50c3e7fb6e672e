import { fieldValue, parseFields, type Field } from './fields.ts'
import { MAX_BOUNDARY_LENGTH, MAX_CANDIDATES, MAX_DEPTH, MAX_PARTS } from './limits.ts'
import { parameter, parseParameterValue, type Parameters, type ParameterValue } from './parameters.ts'

/** Bytes from `start` up to but not including `end` of the message. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What the fields of a part say about it (RFC 2045). */
export interface PartFacts {
  /** Both in lower case. */
  readonly type: string
  readonly subtype: string
  readonly parameters: Parameters
  readonly id: string | undefined
  readonly description: string | undefined
  /** Lower case. */
  readonly encoding: string
  readonly md5: string | undefined
  readonly disposition: ParameterValue | undefined
  readonly language: string | undefined
  readonly location: string | undefined
}

/** One part of a message, as a place in its bytes. */
export interface Part extends PartFacts {
  readonly head: Span
  readonly body: Span
  readonly fields: readonly Field[]
  /** Of a multipart, at least one. */
  readonly children: readonly Part[]
  /** Of a message/rfc822: what it carries. */
  readonly message: Part | undefined
}

/** What is left of the work one message may cause. */
interface Budget {
  parts: number
  candidates: number
}

const LF = 10
const CR = 13

/** The tree of a message's parts. Never throws: what is too deep or too much stays one part of plain bytes. */
export function parseParts(message: Uint8Array): Part {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
  const budget = { parts: MAX_PARTS, candidates: MAX_CANDIDATES }
  return partOf(bytes, { start: 0, end: bytes.length }, 'text/plain', 0, budget)
}

function partOf(bytes: Buffer, span: Span, fallback: string, depth: number, budget: Budget): Part {
  budget.parts--
  const bodyStart = endOfHead(bytes, span)
  const head = { start: span.start, end: bodyStart }
  const body = { start: bodyStart, end: span.end }
  const fields = parseFields(bytes.subarray(head.start, head.end))
  const facts = factsOf(fields, fallback)
  const canGoOn = depth < MAX_DEPTH && budget.parts > 0
  const message =
    canGoOn && carriesMessage(facts) ? partOf(bytes, body, 'text/plain', depth + 1, budget) : undefined
  const children = canGoOn ? childrenOf(bytes, body, facts, depth, budget) : []
  const isWhole = canGoOn || (facts.type !== 'multipart' && !carriesMessage(facts))
  return { ...(isWhole ? facts : { ...facts, ...OPAQUE }), head, body, fields, children, message }
}

/** A container nobody looks into. */
const OPAQUE = { type: 'application', subtype: 'octet-stream' }

function carriesMessage({ type, subtype, encoding }: PartFacts): boolean {
  // An encoded message (RFC 2046 §5.2.1 forbids it) is a file, not a message.
  return type === 'message' && subtype === 'rfc822' && !['base64', 'quoted-printable'].includes(encoding)
}

/** Where the body begins: after the first empty line, or at the end when there is none. */
function endOfHead(bytes: Buffer, { start, end }: Span): number {
  if (bytes[start] === LF && start < end) return start + 1
  if (bytes[start] === CR && bytes[start + 1] === LF && start + 1 < end) return start + 2
  for (let at = bytes.indexOf(LF, start); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) {
    if (at + 1 < end && bytes[at + 1] === LF) return at + 2
    if (at + 2 < end && bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3
  }
  return end
}

function factsOf(fields: readonly Field[], fallback: string): PartFacts {
  const content = parseParameterValue(fieldValue(fields, 'content-type') ?? '')
  const isType = /^[^\s/]+\/[^\s/]+$/.test(content?.value ?? '')
  const [type = '', subtype = ''] = (isType ? content!.value : fallback).split('/')
  return {
    type,
    subtype,
    parameters: isType ? content!.parameters : [],
    id: fieldValue(fields, 'content-id'),
    description: fieldValue(fields, 'content-description'),
    encoding: parseParameterValue(fieldValue(fields, 'content-transfer-encoding') ?? '')?.value ?? '7bit',
    md5: fieldValue(fields, 'content-md5'),
    disposition: parseParameterValue(fieldValue(fields, 'content-disposition') ?? ''),
    language: fieldValue(fields, 'content-language'),
    location: fieldValue(fields, 'content-location'),
  }
}

function childrenOf(bytes: Buffer, body: Span, facts: PartFacts, depth: number, budget: Budget): Part[] {
  if (facts.type !== 'multipart') return []
  const fallback = facts.subtype === 'digest' ? 'message/rfc822' : 'text/plain'
  const spans = splitAtBoundary(bytes, body, parameter(facts.parameters, 'boundary'), budget)
  return spans.map((span) => partOf(bytes, span, fallback, depth + 1, budget))
}

/** What lies between the delimiters (RFC 2046 §5.1.1); one empty piece when there is none, since a multipart has parts. */
function splitAtBoundary(bytes: Buffer, body: Span, boundary: string | undefined, budget: Budget): Span[] {
  const nothing = [{ start: body.end, end: body.end }]
  if (boundary === undefined || boundary === '' || boundary.length > MAX_BOUNDARY_LENGTH) return nothing
  const spans: Span[] = []
  let start: number | undefined
  for (const { at, next, isLast } of delimiters(bytes, body, boundary, budget)) {
    if (start !== undefined) spans.push({ start, end: Math.max(start, lineEndBefore(bytes, at, start)) })
    start = isLast ? undefined : next
    if (isLast || spans.length >= budget.parts) break
  }
  // Cut off on its way: what is there counts.
  if (start !== undefined && spans.length < budget.parts) spans.push({ start, end: body.end })
  return spans.length > 0 ? spans : nothing
}

interface Delimiter {
  readonly at: number
  /** Where the next line begins. */
  readonly next: number
  readonly isLast: boolean
}

function* delimiters(bytes: Buffer, body: Span, boundary: string, budget: Budget): Generator<Delimiter> {
  const mark = Buffer.from(`--${boundary}`, 'latin1')
  for (let at = bytes.indexOf(mark, body.start); at >= 0 && at < body.end; at = bytes.indexOf(mark, at + 1)) {
    if (--budget.candidates < 0) return
    if (at !== body.start && bytes[at - 1] !== LF) continue
    const lf = bytes.indexOf(LF, at + mark.length)
    const next = lf < 0 || lf >= body.end ? body.end : lf + 1
    const rest = bytes.subarray(at + mark.length, Math.min(next, at + mark.length + 80)).toString('latin1')
    if (rest.startsWith('--')) yield { at, next, isLast: true }
    else if (/^[ \t]*\r?\n?$/.test(rest)) yield { at, next, isLast: false }
  }
}

/** The line end before a delimiter belongs to the delimiter. */
function lineEndBefore(bytes: Buffer, at: number, start: number): number {
  if (at <= start) return start
  return bytes[at - 2] === CR && at - 2 >= start ? at - 2 : at - 1
}

/** Lines of a span: its LFs, and one more for a last line without an end. */
export function countLines(message: Uint8Array, { start, end }: Span): number {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
  let lines = 0
  for (let at = bytes.indexOf(LF, start); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) lines++
  return end > start && bytes[end - 1] !== LF ? lines + 1 : lines
}

/**
 * The part with a number like 2.1 (RFC 3501 §6.4.5). A message that is no multipart has one part, 1: its body. Undefined
 * when there is none.
 */
export function findPart(root: Part, path: readonly number[]): Part | undefined {
  let part: Part | undefined = root
  path.forEach((number, step) => {
    part = part && step === 0 ? within(part, number) : part && deeper(part, number)
  })
  return part
}

function within(message: Part, number: number): Part | undefined {
  if (message.children.length > 0) return message.children[number - 1]
  return number === 1 ? message : undefined
}

function deeper(part: Part, number: number): Part | undefined {
  if (part.children.length > 0) return part.children[number - 1]
  return part.message && within(part.message, number)
}
