import { formatRate, formatSize, parseRate, parseSize, ShoalError } from '../../base/index.ts'
import {
  MAX_RACE_PEERS,
  mediumSchema,
  raceSpecSchema,
  type RaceEvent,
  type RacePoint,
  type RaceReason,
  type RaceReasonName,
  type RaceSpec,
} from '../../contract/index.ts'
import { parseArguments, type ParsedArguments } from '../arguments.ts'
import type { Client, Command } from '../command.ts'
import { formatDuration, type Output } from '../output.ts'
import { compareLookups } from './compare-lookups.ts'
import { columns, compareWith, outputFile } from './comparison.ts'

const MODES = { both: ['http', 'p2p'], http: ['http'], p2p: ['p2p'] } as const
const FORMATS = ['json', 'csv', 'svg'] as const

/** `shoal compare`: the same file to N downloaders through a server and among peers, each a process of its own. */
export const compare: Command = async (argv, context) => {
  if (argv.includes('--lookups')) return compareLookups(argv, context)
  const { common, values } = parseArguments(
    argv,
    {
      peers: { type: 'string' },
      size: { type: 'string' },
      up: { type: 'string' },
      down: { type: 'string' },
      'source-up': { type: 'string' },
      servers: { type: 'string' },
      medium: { type: 'string' },
      mode: { type: 'string' },
      repeat: { type: 'string' },
      'switch-off': { type: 'string' },
      out: { type: 'string' },
    },
    [0, 0],
  )
  const spec = specOf(values)
  const out = outputFile(context.cwd, values['out'], FORMATS, '.json, .csv or .svg')
  return compareWith(
    { common, context },
    out,
    (client, output, interrupted) => race(client, spec, output, interrupted),
    (client, result) => client.compare.export(result),
  )
}

function specOf(values: ParsedArguments['values']): RaceSpec {
  const text = (key: string, otherwise: string): string => String(values[key] ?? otherwise)
  const mode = text('mode', 'both')
  if (!Object.hasOwn(MODES, mode)) throw new ShoalError('bad-usage', '--mode is both, http or p2p')
  const medium = mediumSchema.safeParse(text('medium', 'switch'))
  if (!medium.success) throw new ShoalError('bad-usage', '--medium is switch or wifi')
  const parsed = raceSpecSchema.safeParse({
    peers: text('peers', '1,2,4,8')
      .split(',')
      .map((n) => wholeNumber('--peers', n.trim(), MAX_RACE_PEERS)),
    size: parseSize(text('size', '8MiB')),
    up: parseRate(text('up', '20Mbit')),
    down: parseRate(text('down', '100Mbit')),
    sourceUp: parseRate(text('source-up', '20Mbit')),
    servers: wholeNumber('--servers', text('servers', '1'), 16),
    medium: medium.data,
    modes: [...MODES[mode as keyof typeof MODES]],
    repeats: wholeNumber('--repeat', text('repeat', '1'), 5),
    ...(values['switch-off'] === undefined ? {} : { switchOffAt: Number(values['switch-off']) }),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ShoalError('bad-usage', `not to be raced: ${String(issue?.path[0])}: ${issue?.message}`)
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (value < 1 || value > most)
    throw new ShoalError('bad-usage', `${option} takes numbers from 1 to ${most}`)
  return value
}

/** Gives the id of the finished race; undefined when interrupted. */
async function race(
  client: Client,
  spec: RaceSpec,
  output: Output,
  interrupted: AbortSignal,
): Promise<string | undefined> {
  const { raceId } = await client.compare.start(spec)
  const cancel = (): void => void client.compare.cancel().catch(() => {})
  interrupted.addEventListener('abort', cancel, { once: true })
  if (interrupted.aborted) cancel()
  try {
    output.say(headOf(spec))
    for await (const event of await client.compare.watch()) {
      if (follow(event, output) !== 'ended') continue
      if (interrupted.aborted) return undefined
      const { end } = event as Extract<RaceEvent, { is: 'ended' }>
      if (end.is === 'failed') throw new ShoalError(end.problem.code, end.problem.message)
      if (end.is === 'cancelled') throw new ShoalError('cancelled', 'the comparison was cancelled')
      return raceId
    }
    throw new ShoalError('core-gone', 'the core ended before the comparison did')
  } finally {
    interrupted.removeEventListener('abort', cancel)
  }
}

function follow(event: RaceEvent, output: Output): 'going-on' | 'ended' {
  if (event.is === 'begun') for (const point of event.points) tell(point, output)
  if (event.is === 'point') tell(event.point, output)
  return event.is === 'ended' ? 'ended' : 'going-on'
}

/** One point: an event for programs, a row of the table for people. */
function tell(point: RacePoint, output: Output): void {
  const { mode, n, seconds, bound, sourceBytes, reasons, isProcessorLimited } = point
  output.event({
    event: 'result',
    mode,
    n,
    seconds: seconds === null ? null : round(seconds),
    bound: round(bound),
    sourceBytes,
    reasons: reasons.map(({ is, seconds: cost }) => ({ is, seconds: round(cost) })),
    completed: point.completed,
    processorLimited: isProcessorLimited,
  })
  output.say(rowOf(point))
}

const COLUMNS: readonly number[] = [14, 4, 10, 10, 7, 10]

function headOf(spec: RaceSpec): string {
  const { size, sourceUp, up, down, servers, medium } = spec
  const source = `${formatRate(sourceUp)}${servers > 1 ? ` × ${servers} servers` : ''}`
  return [
    `${formatSize(size)} from ${source}; each peer up ${formatRate(up)}, down ${formatRate(down)}${
      medium === 'wifi' ? ', all on one Wi-Fi' : ''
    }. A link of its own for every process.`,
    '',
    beforeReason(['mode', 'N', 'measured', 'bound', 'ratio', 'source']) + 'why longer than the bound',
  ].join('\n')
}

function rowOf(point: RacePoint): string {
  const { mode, n, seconds, bound, sourceBytes, completed } = point
  const measured = seconds === null ? `${completed} of ${n}` : `${seconds.toFixed(2)} s`
  const ratio = seconds === null ? '' : (seconds / bound).toFixed(2)
  const name = mode === 'http' ? 'client-server' : 'peer-to-peer'
  return (
    beforeReason([name, String(n), measured, `${bound.toFixed(2)} s`, ratio, formatSize(sourceBytes)]) +
    why(point)
  )
}

function beforeReason(cells: readonly string[]): string {
  return `${columns(cells, COLUMNS)}   `
}

const REASON_WORDS: Readonly<Record<RaceReasonName, string>> = {
  start: 'connecting',
  overhead: 'headers',
  repeats: 'sent again by the source',
  processor: 'processor busy',
  idle: 'links idle',
  tail: 'last chunks',
  disk: 'hashing and writing',
}

/** The three largest reasons; first of all that it is not about the network, where it is not. */
function why({ reasons, isProcessorLimited, switchedOffAt }: RacePoint): string {
  const told = reasons
    .filter(({ seconds }) => seconds >= 0.005)
    .toSorted((a: RaceReason, b: RaceReason) => b.seconds - a.seconds)
    .slice(0, 3)
    .map(({ is, seconds }) => `${REASON_WORDS[is]} ${seconds.toFixed(2)} s`)
  const off = switchedOffAt === null ? [] : [`source switched off after ${formatDuration(switchedOffAt)}`]
  const limit = isProcessorLimited ? ['THE PROCESSOR IS THE LIMIT, not a link:'] : []
  return [...off, ...limit, told.join(', ')].join(' ')
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
