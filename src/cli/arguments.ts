import { parseArgs, type ParseArgsConfig } from 'node:util'
import { resolve } from 'node:path'
import { errorMessage, parseRate, ShoalError } from '../base/index.ts'
import type { CoreOptions } from '../contract/index.ts'
import { isTrackerUrl } from '../content/index.ts'
import { defaultHome } from '../hosts/index.ts'

/** What every command takes. */
export interface CommonOptions {
  readonly home: string
  readonly json: boolean
  readonly quiet: boolean
  /** Options that hold for the whole core; only those given. */
  readonly core: CoreOptions
}

type OptionTable = NonNullable<ParseArgsConfig['options']>

const COMMON = {
  home: { type: 'string' },
  name: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean' },
  listen: { type: 'string', multiple: true },
  'no-mdns': { type: 'boolean' },
  'no-dht': { type: 'boolean' },
  'no-lane': { type: 'boolean' },
  tracker: { type: 'string', multiple: true },
  'limit-up': { type: 'string' },
  'limit-down': { type: 'string' },
} as const satisfies OptionTable

/** The values of one command's own options, and what is common to all. */
export interface ParsedArguments {
  readonly common: CommonOptions
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
}

/** Reads a command's arguments strictly: anything unknown is `bad-usage`. */
export function parseArguments(
  argv: readonly string[],
  own: OptionTable,
  counts: [number, number],
): ParsedArguments {
  const parsed = parseStrictly(argv, own)
  const [least, most] = counts
  if (parsed.positionals.length < least)
    throw new ShoalError('bad-usage', 'something is missing; see shoal --help')
  if (parsed.positionals.length > most) {
    throw new ShoalError('bad-usage', `not understood: "${parsed.positionals[most]}"; see shoal --help`)
  }
  return { common: commonOptions(parsed.values), positionals: parsed.positionals, values: parsed.values }
}

function parseStrictly(argv: readonly string[], own: OptionTable) {
  try {
    return parseArgs({
      args: [...argv],
      options: { ...COMMON, ...own },
      allowPositionals: true,
      strict: true,
    })
  } catch (error) {
    throw new ShoalError('bad-usage', errorMessage(error), { cause: error })
  }
}

function commonOptions(values: ParsedArguments['values']): CommonOptions {
  const text = (key: string): string | undefined => values[key] as string | undefined
  const core: CoreOptions = {
    ...(text('name') === undefined ? {} : { name: text('name') }),
    ...(values['listen'] === undefined ? {} : { listen: values['listen'] as string[] }),
    ...(values['no-mdns'] ? { mdns: false } : {}),
    ...(values['no-dht'] ? { dht: false } : {}),
    ...(values['no-lane'] ? { lane: false } : {}),
    ...(values['tracker'] === undefined ? {} : { trackers: trackerUrls(values['tracker'] as string[]) }),
    ...(text('limit-up') === undefined ? {} : { limitUp: parseRate(text('limit-up')!) }),
    ...(text('limit-down') === undefined ? {} : { limitDown: parseRate(text('limit-down')!) }),
  }
  const home = text('home') ?? defaultHome()
  if (home === '') throw new ShoalError('bad-usage', '--home is empty')
  return {
    home: resolve(home),
    json: values['json'] === true,
    quiet: values['quiet'] === true,
    core,
  }
}

function trackerUrls(urls: readonly string[]): string[] {
  for (const url of urls) {
    if (!isTrackerUrl(url))
      throw new ShoalError('bad-address', `not the URL of a tracker: "${url.slice(0, 200)}"`)
  }
  return urls.map((url) => url.replace(/\/$/, ''))
}

/** A port number; 0 is any free one. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new ShoalError('bad-usage', `not a port: "${text.slice(0, 40)}"`)
  return port
}

/** A number of seconds, 0 or more. */
export function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(text))
    throw new ShoalError('bad-usage', `not a number of seconds: "${text}"`)
  return seconds
}
