import { ShoalError } from '../../base/index.ts'
import { lookupSpecSchema, type LookupPoint, type LookupSpec } from '../../contract/index.ts'
import { parseArguments, type ParsedArguments } from '../arguments.ts'
import type { Client, Command } from '../command.ts'
import type { Output } from '../output.ts'
import { columns, compareWith, outputFile } from './comparison.ts'

const FORMATS = ['json', 'csv'] as const

/** `shoal compare --lookups`: finding a name through DNS servers and among peers, as their number grows. */
export const compareLookups: Command = async (argv, context) => {
  const { common, values } = parseArguments(
    argv,
    {
      lookups: { type: 'boolean' },
      peers: { type: 'string' },
      times: { type: 'string' },
      off: { type: 'string' },
      servers: { type: 'string' },
      k: { type: 'string' },
      out: { type: 'string' },
    },
    [0, 0],
  )
  const spec = specOf(values)
  const out = outputFile(context.cwd, values['out'], FORMATS, '.json or .csv with --lookups')
  return compareWith(
    { common, context },
    out,
    (client, output, interrupted) => measure(client, spec, output, interrupted),
    (client, result) => client.compare.lookups.export(result),
  )
}

function specOf(values: ParsedArguments['values']): LookupSpec {
  const numbers = (key: string): number[] | undefined => {
    const text = values[key]
    return text === undefined ? undefined : String(text).split(',').map(numberOf)
  }
  const one = (key: string): number | undefined =>
    values[key] === undefined ? undefined : numberOf(String(values[key]))
  const parsed = lookupSpecSchema.safeParse({
    peers: numbers('peers'),
    lookups: one('times'),
    // `--off none` leaves this part out.
    off: values['off'] === 'none' ? [] : numbers('off')?.map((percent) => percent / 100),
    servers: one('servers'),
    k: one('k'),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const name = String(issue?.path[0])
  throw new ShoalError('bad-usage', `--${name === 'lookups' ? 'times' : name}: ${issue?.message}`)
}

/** NaN for what is no number: the schema refuses it by its name. */
function numberOf(text: string): number {
  return /^\d{1,6}(\.\d{1,6})?%?$/.test(text.trim()) ? Number.parseFloat(text) : Number.NaN
}

/** Gives the id of the saved result; undefined when interrupted. */
async function measure(
  client: Client,
  spec: LookupSpec,
  output: Output,
  interrupted: AbortSignal,
): Promise<string | undefined> {
  try {
    output.say(headOf(spec))
    let told = 0
    for await (const update of await client.compare.lookups.compare(spec, { signal: interrupted })) {
      const points = update.state === 'done' ? update.result.points : update.points
      for (const point of points.slice(told)) tell(point, output)
      told = points.length
      if (update.state === 'done') return update.result.id
    }
  } catch (error) {
    if (!interrupted.aborted) throw error
  }
  if (interrupted.aborted) return undefined
  throw new ShoalError('core-gone', 'the core ended before the comparison did')
}

/** One point: an event for programs, a row of the table for people. */
function tell(point: LookupPoint, output: Output): void {
  const { way, memory, n, off, lookups, found, messages, rounds, medianMs, longestMs, expected } = point
  output.event({
    event: 'lookups',
    way,
    memory,
    n,
    off,
    lookups,
    found,
    messages: rounded(messages),
    rounds: rounded(rounds),
    medianMs: rounded(medianMs),
    longestMs: rounded(longestMs),
    expected: {
      messages: rounded(expected.messages),
      rounds: rounded(expected.rounds),
      found: rounded(expected.found),
    },
  })
  output.say(rowOf(point))
}

const COLUMNS: readonly number[] = [20, 5, 6, 10, 10, 11, 13, 12]

function headOf({ servers, k }: LookupSpec): string {
  return [
    `A name through DNS (root, top-level domain, domain; ${servers} servers each) and among peers (DHT, k = ${k}).`,
    '',
    columns(['', 'N', 'off', 'found', 'messages', 'questions', 'theory: ≤', 'median'], COLUMNS),
  ].join('\n')
}

const NAMES = {
  'dns cold': 'DNS, nothing cached',
  'dns warm': 'DNS, asked again',
  'dht cold': 'DHT, first time',
  'dht warm': 'DHT, asked again',
} as const

function rowOf(point: LookupPoint): string {
  const { way, memory, n, off, found, lookups, messages, rounds, medianMs, expected } = point
  const number = (value: number | null, unit = ''): string => (value === null ? '–' : value.toFixed(1) + unit)
  return columns(
    [
      NAMES[`${way} ${memory}`],
      String(n),
      `${Math.round(100 * off)}%`,
      `${found} of ${lookups}`,
      number(messages),
      number(rounds),
      number(expected.rounds),
      medianMs === null ? '–' : `${medianMs.toFixed(2)} ms`,
    ],
    COLUMNS,
  )
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000
}
