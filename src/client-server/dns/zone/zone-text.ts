import { errorMessage, ShoalError } from '../../../base/index.ts'
import { CLASS, Name, parseClass, parseType, type ResourceRecord } from '../wire/index.ts'
import { MAX_PROBLEMS, MAX_ZONE_RECORDS, MAX_ZONE_TEXT } from './limits.ts'
import { parseRdata, parseTtl } from './rdata-text.ts'
import { entriesOf, TextError, type Entry, type Token } from './tokens.ts'

/** Something wrong with a zone; `line` counts from 1 and is 0 for the zone as a whole. */
export interface ZoneProblem {
  readonly line: number
  readonly problem: string
}

export interface ZoneText {
  readonly records: readonly ResourceRecord[]
  /** The line of each record. */
  readonly lines: readonly number[]
  readonly problems: readonly ZoneProblem[]
}

/** Reads a zone file of class IN; names are relative to `origin` until it says otherwise. It never throws. */
export function readZoneText(text: string, origin: Name): ZoneText {
  if (text.length > MAX_ZONE_TEXT) return failed(0, 'the file is too long')
  const file = new ZoneFile(origin)
  try {
    for (const entry of entriesOf(text)) {
      file.add(entry)
      if (file.isFull) break
    }
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    file.problems.push({ line: error.line, problem: error.message })
  }
  return file
}

/** The records of a zone file. Throws `bad-zone` with the first mistake's line. */
export function parseZoneText(text: string, origin: Name): readonly ResourceRecord[] {
  const { records, problems } = readZoneText(text, origin)
  refuseProblems(problems)
  return records
}

/** Throws `bad-zone` for the first of these, if there is one. */
export function refuseProblems([first]: readonly ZoneProblem[]): void {
  if (!first) return
  const { line, problem } = first
  throw new ShoalError('bad-zone', line > 0 ? `line ${line}: ${problem}` : problem, {
    data: { line, problem },
  })
}

function failed(line: number, problem: string): ZoneText {
  return { records: [], lines: [], problems: [{ line, problem }] }
}

class ZoneFile implements ZoneText {
  readonly records: ResourceRecord[] = []
  readonly lines: number[] = []
  readonly problems: ZoneProblem[] = []
  #origin: Name
  #owner: Name | undefined
  /** Of `$TTL`, else the last one written (RFC 1035 §5.1, RFC 2308 §4). */
  #defaultTtl: number | undefined
  #lastTtl: number | undefined

  constructor(origin: Name) {
    this.#origin = origin
  }

  get isFull(): boolean {
    return this.problems.length >= MAX_PROBLEMS || this.records.length > MAX_ZONE_RECORDS
  }

  add(entry: Entry): void {
    try {
      const first = entry.tokens[0]!
      if (!entry.continues && !first.quoted && first.text.startsWith('$')) this.#direct(entry.tokens)
      else this.#record(entry)
      if (this.records.length > MAX_ZONE_RECORDS) throw new Error(`more than ${MAX_ZONE_RECORDS} records`)
    } catch (error) {
      this.problems.push({ line: entry.line, problem: errorMessage(error) })
    }
  }

  #direct([directive, argument, more]: readonly Token[]): void {
    const name = directive!.text.toUpperCase()
    if (name !== '$ORIGIN' && name !== '$TTL') throw new Error(`${directive!.text} is not understood`)
    if (!argument || more) throw new Error(`${name} takes one word`)
    if (name === '$ORIGIN') this.#origin = Name.parse(argument.text, this.#origin)
    else this.#defaultTtl = ttlOf(argument.text)
  }

  #record({ line, continues, tokens }: Entry): void {
    if (!continues) this.#owner = Name.parse(tokens[0]!.text, this.#origin)
    if (!this.#owner) throw new Error('the first record names no owner')
    const { type, ttl, rest } = headOf(continues ? tokens : tokens.slice(1))
    const data = parseRdata(type, CLASS.IN, rest, this.#origin)
    this.#lastTtl =
      ttl ?? this.#defaultTtl ?? this.#lastTtl ?? (data.kind === 'SOA' ? data.minimum : undefined)
    if (this.#lastTtl === undefined) throw new Error('no time to live: write $TTL first')
    this.records.push({ name: this.#owner, type, class: CLASS.IN, ttl: this.#lastTtl, data })
    this.lines.push(line)
  }
}

function ttlOf(text: string): number {
  const ttl = parseTtl(text)
  if (ttl === undefined) throw new Error(`no time to live: ${text}`)
  return ttl
}

/** `[TTL] [class] type` in either order, and what follows. */
function headOf(tokens: readonly Token[]): { type: number; ttl: number | undefined; rest: readonly Token[] } {
  let ttl: number | undefined
  let hasClass = false
  for (const [i, { text, quoted }] of tokens.entries()) {
    if (quoted) break
    const seconds = ttl === undefined ? parseTtl(text) : undefined
    if (seconds !== undefined) {
      ttl = seconds
      continue
    }
    const recordClass = hasClass ? undefined : parseClass(text)
    if (recordClass !== undefined && !(text.toUpperCase() === 'ANY')) {
      if (recordClass !== CLASS.IN) throw new Error(`the class ${text} is not served`)
      hasClass = true
      continue
    }
    const type = parseType(text)
    if (type === undefined) throw new Error(`no type of record: ${text}`)
    return { type, ttl, rest: tokens.slice(i + 1) }
  }
  throw new Error('the type of the record is missing')
}
