import { errorMessage, isShoalError, ShoalError } from '../../../base/index.ts'
import { CLASS, Name, parseClass, parseType, type ResourceRecord } from '../wire/index.ts'
import { MAX_PROBLEMS, MAX_ZONE_RECORDS, MAX_ZONE_TEXT } from './limits.ts'
import { ZoneMistake, type ZoneMistakeCode, type ZoneMistakeData } from './mistake.ts'
import { parseRdata, parseTtl } from './rdata-text.ts'
import { entriesOf, TextError, type Entry, type Token } from './tokens.ts'

/** Something wrong with a zone; `line` counts from 1 and is 0 for the zone as a whole. */
export interface ZoneProblem {
  readonly line: number
  readonly code: ZoneMistakeCode
  readonly data: ZoneMistakeData
  /** In words, for logs and the command line. */
  readonly problem: string
}

/** A mistake as a problem of a line. What else is thrown while a zone is read is about its data. */
export function problemAt(line: number, error: unknown): ZoneProblem {
  const problem = errorMessage(error)
  if (error instanceof ZoneMistake) return { line, code: error.code, data: error.data, problem }
  const code = isShoalError(error, 'bad-domain-name') ? 'bad-name' : 'bad-data'
  return { line, code, data: { text: problem }, problem }
}

export interface ZoneText {
  readonly records: readonly ResourceRecord[]
  /** The line of each record. */
  readonly lines: readonly number[]
  readonly problems: readonly ZoneProblem[]
}

/** Reads a zone file of class IN; names are relative to `origin` until it says otherwise. It never throws. */
export function readZoneText(text: string, origin: Name): ZoneText {
  if (text.length > MAX_ZONE_TEXT) return { records: [], lines: [], problems: [problemAt(0, tooLong())] }
  const file = new ZoneFile(origin)
  try {
    for (const entry of entriesOf(text)) {
      file.add(entry)
      if (file.isFull) break
    }
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    file.problems.push(problemAt(error.line, error))
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

function tooLong(): ZoneMistake {
  return new ZoneMistake('file-too-long', {}, 'the file is too long')
}

/** The mistake of a zone with more records than are kept. */
export function tooManyRecords(): ZoneMistake {
  const most = MAX_ZONE_RECORDS
  return new ZoneMistake('too-many-records', { most }, `more than ${most} records`)
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
      if (this.records.length > MAX_ZONE_RECORDS) throw tooManyRecords()
    } catch (error) {
      this.problems.push(problemAt(entry.line, error))
    }
  }

  #direct([directive, argument, more]: readonly Token[]): void {
    const name = directive!.text.toUpperCase()
    if (name !== '$ORIGIN' && name !== '$TTL')
      throw new ZoneMistake(
        'unknown-directive',
        { text: directive!.text },
        `${directive!.text} is not understood`,
      )
    if (!argument || more) throw new ZoneMistake('directive-words', { text: name }, `${name} takes one word`)
    if (name === '$ORIGIN') this.#origin = Name.parse(argument.text, this.#origin)
    else this.#defaultTtl = ttlOf(argument.text)
  }

  #record({ line, continues, tokens }: Entry): void {
    if (!continues) this.#owner = Name.parse(tokens[0]!.text, this.#origin)
    if (!this.#owner) throw new ZoneMistake('no-owner', {}, 'the first record names no owner')
    const { type, ttl, rest } = headOf(continues ? tokens : tokens.slice(1))
    const data = parseRdata(type, CLASS.IN, rest, this.#origin)
    this.#lastTtl =
      ttl ?? this.#defaultTtl ?? this.#lastTtl ?? (data.kind === 'SOA' ? data.minimum : undefined)
    if (this.#lastTtl === undefined) throw new ZoneMistake('no-ttl', {}, 'no time to live: write $TTL first')
    this.records.push({ name: this.#owner, type, class: CLASS.IN, ttl: this.#lastTtl, data })
    this.lines.push(line)
  }
}

function ttlOf(text: string): number {
  const ttl = parseTtl(text)
  if (ttl === undefined) throw new ZoneMistake('bad-ttl', { text }, `no time to live: ${text}`)
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
      if (recordClass !== CLASS.IN)
        throw new ZoneMistake('bad-class', { text }, `the class ${text} is not served`)
      hasClass = true
      continue
    }
    const type = parseType(text)
    if (type === undefined) throw new ZoneMistake('bad-type', { text }, `no type of record: ${text}`)
    return { type, ttl, rest: tokens.slice(i + 1) }
  }
  throw new ZoneMistake('no-type', {}, 'the type of the record is missing')
}
